/**
 * Runs a recorded command against the recorded state: a fake API server that only knows what the watching client
 * saw, and a clock that stands still at the moment of the command.
 */
import { builtInKindTable } from '#sim/api/kinds.ts';
import type { KubeObject } from '#sim/api/object.ts';
import { newNotFound, newResourceNotFound, StatusError } from '#sim/api/status-error.ts';
import type { ApiRequest, ApiResponse, ApiTransport } from '#sim/apiserver/request.ts';
import { selectionOf } from '#sim/apiserver/selection.ts';
import { Client } from '#sim/client/client.ts';
import { Link } from '#sim/client/link.ts';
import { DEFAULT_BUDGETS } from '#sim/engine/budgets.ts';
import { Engine } from '#sim/engine/engine.ts';
import type { Process } from '#sim/engine/process.ts';
import type { KubectlFiles } from '#sim/kubectl/context.ts';
import { runKubectl } from '#sim/kubectl/kubectl.ts';
import type { Recording, RecordedStep } from './recording.ts';
import { splitCommandLine } from '#sim/kubectl/command-line.ts';
import '#sim/parts/all.ts';

/** What a command printed and how it ended. */
export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
  /** What was asked of the server, as `Kind/namespace`. */
  readonly asked: ReadonlySet<string>;
}

/** Answers reads from a fixed list of objects; refuses what would change them. */
class StateTransport implements ApiTransport {
  /** Kinds and namespaces that were asked for. */
  readonly asked = new Set<string>();
  readonly #objects: readonly KubeObject[];

  constructor(objects: readonly KubeObject[]) {
    this.#objects = [...objects].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  }

  *serve(request: ApiRequest): Process<ApiResponse> {
    const row = builtInKindTable.byResource(request.group, request.resource);
    if (row === undefined) throw newResourceNotFound();
    const own = this.#objects.filter((object) => object.kind === row.kind);
    this.asked.add(`${row.kind}/${row.namespaced ? request.namespace : ''}`);
    if (request.subresource !== '' && !row.subresources.includes(request.subresource)) {
      throw newResourceNotFound();
    }
    if (request.verb === 'get' && request.subresource !== 'scale') {
      const found = own.find(
        ({ metadata }) =>
          metadata.name === request.name && (metadata.namespace ?? '') === request.namespace,
      );
      if (found === undefined) throw newNotFound(row, request.name);
      return { code: 200, body: found, warnings: [] };
    }
    if (request.verb === 'list') {
      const { matches } = selectionOf(row, request.namespace, request.options);
      const items = own.filter(matches);
      const body = { apiVersion: 'v1', kind: `${row.kind}List`, metadata: {}, items };
      return { code: 200, body, warnings: [] };
    }
    throw new StatusError({
      kind: 'Status',
      apiVersion: 'v1',
      status: 'Failure',
      code: 500,
      message: 'the recorded state cannot be changed',
    });
  }

  *watch(): Process<never> {
    throw new Error('the recorded state does not change');
  }
}

function keyOf({ kind, metadata }: KubeObject): string {
  return `${kind}/${metadata.namespace ?? ''}/${metadata.name ?? ''}`;
}

/** Runs kubectl over objects at a moment of virtual time. */
export function runOver(
  objects: readonly KubeObject[],
  nowMs: number,
  options: { namespace: string; files?: KubectlFiles; stdin?: string },
  argv: readonly string[],
): Outcome {
  const engine = new Engine(1, { ...DEFAULT_BUDGETS, timeMs: Number.MAX_SAFE_INTEGER });
  engine.run(nowMs);
  const instant = { lowMs: 0, highMs: 0 };
  const link = new Link(engine, 'kubectl', instant);
  const transport = new StateTransport(objects);
  const client = new Client(engine, { component: 'kubectl', transport, link });
  let stdout = '';
  let stderr = '';
  let exit: number | undefined;
  const context = {
    engine,
    client,
    kinds: builtInKindTable,
    files: options.files ?? { read: () => undefined },
    stdin: options.stdin ?? '',
    namespace: options.namespace,
    timing: { startMs: instant },
  };
  const out = {
    stdout: (text: string) => void (stdout += text),
    stderr: (text: string) => void (stderr += text),
  };
  function* main(): Process {
    exit = yield* runKubectl(context, argv, out);
  }
  engine.spawn('kubectl', main());
  engine.run(nowMs);
  if (exit === undefined) throw new Error('kubectl did not end');
  return { stdout, stderr, exit, asked: transport.asked };
}

/** Runs a recorded step at each moment at which it may have read, and returns the best outcome. */
export function replayStep(
  recording: Recording,
  step: RecordedStep,
): { match: Match; got: Outcome } {
  const words = kubectlWords(step.cmd);
  if (words === undefined) throw new Error(`not a plain kubectl command: ${step.cmd}`);
  const endMs = step.atMs + step.tookMs;
  const times = [
    endMs,
    ...recording.changesBetween(step.atMs - 30, endMs + 60).reverse(),
    step.atMs,
  ];
  let best: { match: Match; got: Outcome } | undefined;
  for (const stateMs of times) {
    const objects = recording.stateAt(stateMs);
    for (const offsetMs of [500, 0, 999, -400]) {
      const nowMs = recording.startMs + step.atMs + Math.floor(step.tookMs / 2) + offsetMs;
      const { namespace, files } = recording;
      const got = runOver(objects, nowMs, { namespace, files }, words);
      const match = compare(step, got);
      if (match === 'exact') return { match, got };
      if (best === undefined || (match === 'but for ages' && best.match === 'differs')) {
        best = { match, got };
      }
    }
  }
  if (best === undefined) throw new Error('no moment to replay at');
  const isRecorded = [...best.got.asked].every((one) => {
    const [kind = '', namespace = ''] = one.split('/');
    return recording.kinds.has(kind) && (namespace === '' || namespace === recording.namespace);
  });
  return best.match === 'differs' && !isRecorded ? { ...best, match: 'not recorded' } : best;
}

/** How close an outcome is to the recorded one. */
export type Match = 'exact' | 'but for ages' | 'differs' | 'not recorded';

function compare(step: RecordedStep, got: Outcome): Match {
  if (step.exit !== got.exit) return 'differs';
  if (step.stdout === got.stdout && step.stderr === got.stderr) return 'exact';
  const same =
    withoutAges(step.stdout) === withoutAges(got.stdout) &&
    withoutAges(step.stderr) === withoutAges(got.stderr);
  return same ? 'but for ages' : 'differs';
}

/** Replaces ages, and the widths of columns, which depend on them. */
function withoutAges(text: string): string {
  return text.replace(/(?<![\w.-])(\d+[smhd]){1,2}(?![\w.-])/g, 'AGE').replace(/ {2,}/g, '  ');
}

/** Returns the words behind `kubectl` of a plain command; undefined for pipes, loops and substitutions. */
export function kubectlWords(cmd: string): readonly string[] | undefined {
  if (!cmd.startsWith('kubectl ') || /[|;`<]|\$\(|&&|>(?!\d)/.test(unquoted(cmd))) return undefined;
  const split = splitCommandLine(cmd);
  return split.ok ? split.words.slice(1) : undefined;
}

/** Drops what stands in quotes. */
function unquoted(text: string): string {
  return text.replace(/\$?'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, '');
}
