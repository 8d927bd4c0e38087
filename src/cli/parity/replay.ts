/**
 * Replays a recorded scenario in the simulator: its manifests, its commands at the recorded distances, its waits.
 *
 * A step begins as long after the end of the one before as it did in the recording; a wait ends when its condition holds
 * here. So a cluster that is faster or slower than the recorded one is asked the same things in the same states.
 */
import { valueAt } from '#sim/api/object.ts';
import type { KubeObject } from '#sim/api/object.ts';
import { tryParseTime } from '#sim/api/time.ts';
import { Cluster } from '#sim/cluster.ts';
import { DEFAULT_BUDGETS } from '#sim/engine/budgets.ts';
import { anyOf } from '#sim/engine/any-of.ts';
import type { Process } from '#sim/engine/process.ts';
import { nodesOf } from '#sim/lab/cluster-declaration.ts';
import { applyFault } from '#sim/lab/faults.ts';
import { Terminal } from '#sim/lab/terminal.ts';
import { Transcript } from '#sim/lab/transcript.ts';
import type { Command } from '#sim/lab/transcript.ts';
import { watchRows } from '#sim/lab/watch-rows.ts';
import type { WatchRow } from '#sim/lab/watch-rows.ts';
import type { RequestRow } from '#sim/network/request-log.ts';
import { latenessOf, otherServicesOf } from './busy-machine.ts';
import { isReading, Looker } from './looker.ts';
import { recordedLoad, startRecordedLoad } from './recorded-load.ts';
import type { RunningLoad } from './recorded-load.ts';
import type { Scenario, Step } from './scenario.ts';
import { compileCondition } from './wait-condition.ts';
import type { ObjectSource } from './wait-condition.ts';
import '#sim/parts/all.ts';

/** Virtual time before the first step, in which the cluster comes up and the namespace is made. */
const bootLeastMs = 30_000;
/** Kubelets renew their leases every 10 s, from their start on; in that period a seed begins its steps somewhere else. */
const phaseMs = 3_700;
const periodMs = 10_000;
/** How much longer than in the recording a wait may take before the replay goes on without it. */
const waitSlackMs = 60_000;
/** How often a wait looks at its condition, as the recorder did. */
const pollMs = 50;

/** What a command did, and when. */
export interface ReplayedStep {
  readonly step: Step;
  readonly startMs: number;
  /** Undefined for steps that are no commands. */
  readonly command: Command | undefined;
  readonly isMet: boolean;
}

/** A scenario as the simulator played it. */
export interface Replay {
  readonly seed: number;
  readonly rows: readonly WatchRow[];
  readonly steps: readonly ReplayedStep[];
  /** What became of the requests of its load. */
  readonly requests?: readonly RequestRow[] | undefined;
  /** The same command a little earlier and later than a step, for commands that only read. */
  readonly looks: (step: ReplayedStep) => readonly Command[];
  /** Why the replay ended early; '' when it did not. */
  readonly problem: string;
}

/** Names what a scenario needs that is not replayed yet, '' when everything is. */
export function whatIsMissing(scenario: Scenario): string {
  if (scenario.steps.some((step) => step.controlPlane !== undefined)) return 'control-plane acts';
  for (const { until } of scenario.steps) {
    if (until === undefined) continue;
    try {
      compileCondition(until);
    } catch {
      return `the wait ${until}`;
    }
  }
  return '';
}

/** What the recorded nodes had. */
const capacity = {
  cpu: '2',
  'ephemeral-storage': '264212084Ki',
  'hugepages-1Gi': '0',
  'hugepages-2Mi': '0',
  memory: '24684092Ki',
  pods: '110',
};
const allocatable = { ...capacity, 'ephemeral-storage': '267847642337', memory: '24632892Ki' };

/** How the recorded registry differs from the published images (README of the recordings). */
const catalogue = {
  nginxVersion: '1.22.1',
  nginxAnswers: { '/hostname': '$hostname' },
  haproxyConfig: '/etc/haproxy/haproxy.cfg',
  rootRepositories: ['registry.k8s.io/pause'],
  missingCommands: ['printenv'],
  mirrors: [{ registry: 'slow.example', pullMs: 5000 }],
};

/** Plays a scenario with a seed. */
export function replay(scenario: Scenario, seed: number): Replay {
  const nodes = nodesOf({ nodes: 3 }).map((node) => ({ ...node, capacity, allocatable }));
  const originMs = originOf(scenario);
  const bootMs = bootOf(scenario, seed);
  const cluster = new Cluster({
    seed,
    startMs: originMs - bootMs,
    budgets: {
      ...DEFAULT_BUDGETS,
      timeMs: DEFAULT_BUDGETS.timeMs + originMs,
      steps: 5_000_000,
    },
    nodes,
    linkLatency: latenessOf(
      seed,
      nodes.map(({ name }) => name),
    ),
    preloadedImages: presentImages(scenario),
    catalogue,
    otherServiceChangesPerSecond: otherServicesOf(seed),
  });
  const transcript = new Transcript();
  const { namespace, files } = scenario;
  const terminal = new Terminal({ cluster, files, transcript, namespace });
  const looked = new Transcript();
  const eyes = new Terminal({
    cluster,
    files,
    transcript: looked,
    namespace,
    timing: { startMs: { lowMs: 0, highMs: 0 } },
  });
  const looker = new Looker(cluster, eyes, looked);
  const { engine } = cluster;
  const setup = cluster.clientOf('setup');
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
  engine.schedule(bootMs / 2, () => engine.spawn('setup', setup.of('Namespace').create('', body)));
  const steps: ReplayedStep[] = [];
  let isDone = false;
  engine.schedule(bootMs, () => {
    engine.spawn(
      'steps',
      play({ cluster, terminal, transcript, looker }, scenario, steps, () => (isDone = true)),
    );
  });
  const limitMs = scenario.durationMs * 2 + 600_000;
  let problem = '';
  for (let untilMs = 1_000; !isDone && problem === ''; untilMs += 1_000) {
    const end = engine.run(originMs + untilMs);
    if (end === 'budget') problem = engine.budgetError?.message ?? 'a budget was spent';
    else if (untilMs > limitMs) problem = 'the steps did not end';
  }
  const isWide = scenario.rows.some(({ kind }) => kind === 'Node' || kind === 'Lease');
  const rows = [...watchRows(cluster.server.store.log, { namespace, isWide, originMs })];
  const looks = ({ step, startMs }: ReplayedStep) => looker.around(step.cmd ?? '', startMs);
  return { seed, rows, steps, requests: cluster.requests.rows(), looks, problem };
}

/** How long the cluster runs before the first step. */
function bootOf({ steps }: Scenario, seed: number): number {
  const isAboutNodes = steps.some(({ act }) => act !== undefined);
  return bootLeastMs + (isAboutNodes ? (seed * phaseMs) % periodMs : 0);
}

/** The virtual time of the first step: the recorded time of day where a schedule depends on it, else 0. */
function originOf({ rows, startedAt }: Scenario): number {
  return rows.some(({ kind }) => kind === 'CronJob') ? (tryParseTime(startedAt) ?? 0) : 0;
}

/** Begins to look with the reading commands that come before the next one that acts. */
function lookAhead(looker: Looker, steps: readonly Step[], from: number): void {
  for (const { cmd } of steps.slice(from)) {
    if (cmd === undefined) continue;
    if (!isReading(cmd)) return;
    looker.watch(cmd);
  }
}

/** Images that the recorded nodes had before: those of which an event says so before any pull of them had ended. */
function presentImages({ rows }: Scenario): string[] {
  const present = new Set<string>();
  const pulled = new Set<string>();
  for (const { kind, object } of rows) {
    const message = kind === 'Event' ? valueAt(object, 'message') : undefined;
    if (typeof message !== 'string') continue;
    const [, there] = /^Container image "([^"]+)" already present on machine/.exec(message) ?? [];
    const [, fetched] = /^Successfully pulled image "([^"]+)"/.exec(message) ?? [];
    if (there !== undefined && !pulled.has(there)) present.add(there);
    if (fetched !== undefined) pulled.add(fetched);
  }
  return [...present];
}

interface Stage {
  readonly cluster: Cluster;
  readonly terminal: Terminal;
  readonly transcript: Transcript;
  readonly looker: Looker;
}

function* play(
  { cluster, terminal, transcript, looker }: Stage,
  scenario: Scenario,
  played: ReplayedStep[],
  done: () => void,
): Process {
  const { engine } = cluster;
  const source = sourceOf(cluster, scenario.namespace);
  const clients: RunningLoad[] = [];
  let recordedEndMs = 0;
  for (const [index, step] of scenario.steps.entries()) {
    lookAhead(looker, scenario.steps, index + (isActing(step) ? 1 : 0));
    if (step.until !== undefined) {
      const patienceMs = step.atMs - recordedEndMs + waitSlackMs;
      const startMs = engine.nowMs;
      const isMet = yield* waitFor(cluster, compileCondition(step.until), source, patienceMs);
      played.push({ step, startMs, command: undefined, isMet });
      recordedEndMs = step.atMs;
      continue;
    }
    if (step.stopLoad !== undefined) {
      for (const { stop, lastMs } of clients.sort((one, other) => one.lastMs - other.lastMs)) {
        yield* engine.delay(Math.max(0, lastMs + 1 - recordedEndMs));
        recordedEndMs = Math.max(recordedEndMs, lastMs + 1);
        stop();
      }
    }
    yield* engine.delay(step.atMs - recordedEndMs);
    const startMs = engine.nowMs;
    recordedEndMs = step.atMs;
    if (step.cmd === undefined) {
      const load = recordedLoad(step);
      if (load !== undefined) clients.push(startRecordedLoad(cluster, scenario, load));
      perform(cluster, step);
      played.push({ step, startMs, command: undefined, isMet: true });
      continue;
    }
    const before = transcript.commands.length;
    const task = terminal.spawn(step.cmd, 'lab');
    yield* engine.delay(0);
    const command = transcript.commands[before];
    if (isReading(step.cmd)) looker.endSoon(step.cmd);
    played.push({ step, startMs, command, isMet: true });
    if (step.background === true) {
      if (step.killed === true) engine.schedule(step.tookMs ?? 0, () => task.cancel());
      continue;
    }
    const patienceMs = (step.tookMs ?? 0) + waitSlackMs;
    yield* anyOf(task.join(), engine.delay(step.killed === true ? (step.tookMs ?? 0) : patienceMs));
    task.cancel();
    recordedEndMs += step.tookMs ?? 0;
  }
  yield* engine.delay(scenario.durationMs - recordedEndMs);
  done();
}

function isActing({ cmd }: Step): boolean {
  return cmd !== undefined && !isReading(cmd);
}

/** Does to a node what was done to it in the recording. */
function perform(cluster: Cluster, { node = '', act }: Step): void {
  for (const process of cluster.processesOf(`kubelet/${node}`)) {
    if (act === 'stop-kubelet') process.stop();
    if (act === 'start-kubelet') process.start();
  }
  if (act === 'cut' || act === 'join') applyFault(cluster, { fault: act, target: node }, 'lab');
}

function* waitFor(
  cluster: Cluster,
  condition: (source: ObjectSource) => boolean,
  source: ObjectSource,
  patienceMs: number,
): Process<boolean> {
  const { engine } = cluster;
  const untilMs = engine.nowMs + patienceMs;
  for (;;) {
    if (holds(condition, source)) return true;
    if (engine.nowMs >= untilMs) return false;
    yield* engine.delay(pollMs);
  }
}

/** A condition over an object that is not there yet does not hold. */
function holds(condition: (source: ObjectSource) => boolean, source: ObjectSource): boolean {
  try {
    return condition(source);
  } catch {
    return false;
  }
}

function sourceOf(cluster: Cluster, namespace: string): ObjectSource {
  const rowOf = (kind: string) => cluster.server.kinds.rows.find((row) => row.kind === kind);
  return {
    get: (kind, name) =>
      cluster.server.peek(kind, rowOf(kind)?.namespaced === true ? namespace : '', name),
    list(kind): readonly KubeObject[] {
      const row = rowOf(kind);
      if (row === undefined) return [];
      return [...cluster.server.stored(row, row.namespaced ? namespace : '')];
    },
  };
}
