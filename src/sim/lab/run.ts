/**
 * A run of a lab: the pure function `run(lab, files, seed, actions) → history`.
 *
 * - The same input gives the same history, byte for byte, in the page, in the build, in a test and in a terminal.
 * - A run can be advanced in slices, so that a page stays alive and a newer edit can take its place.
 * - What the reader types is never the cause of an exception: a bad manifest is an answer of kubectl in the transcript.
 */
import { Cluster } from '../cluster.ts';
import type { Budgets } from '../engine/budgets.ts';
import type { Process } from '../engine/process.ts';
import { Seam } from '../part.ts';
import { clusterOptionsOf } from './cluster-declaration.ts';
import { applyFault } from './faults.ts';
import { History } from './history.ts';
import { parseDuration } from './lab-format.ts';
import type { ActDeclaration, FaultDeclaration, Lab } from './lab-format.ts';
import { Terminal } from './terminal.ts';
import { Transcript } from './transcript.ts';

/** Virtual time before zero, in which the cluster comes up; long enough for nodes to be Ready. Chosen for legibility */
const bootMs = 30_000;
/** When hidden manifests are applied, so that what they make is up at zero where it can be. */
const setupMs = -20_000;

/** Limits of a lab: a page must not hang, and no lab of the course comes near. */
export const LAB_BUDGETS: Budgets = {
  timeMs: 6 * 3600_000,
  steps: 1_200_000,
  entries: 300_000,
  objects: 20_000,
};

/** Something that a reader has done to a run: typed a command, or broken something. */
export interface ReaderAction {
  readonly timeMs: number;
  readonly run?: string | undefined;
  readonly fault?: FaultDeclaration | undefined;
}

/** All that a run depends on. */
export interface RunInput {
  readonly lab: Lab;
  /** Texts that take the place of the lab's own files, by name. */
  readonly texts?: Readonly<Record<string, string>> | undefined;
  readonly seed?: number | undefined;
  readonly actions?: readonly ReaderAction[] | undefined;
  readonly untilMs?: number | undefined;
  readonly budgets?: Budgets | undefined;
}

/** Judges conditions at the moments of one history. */
export interface Conditions {
  /** Whether a condition holds at a time. Throws ExpressionError. */
  holds(condition: string, timeMs: number): boolean;
}

/** Where the language of conditions comes in: see expressions.ts. */
export const conditionsSeam = new Seam<(history: History) => Conditions>('cel');

/** A condition that is looked at after each change, until it holds once. */
interface Waiting {
  readonly condition: string;
  readonly act: () => void;
}

/** What a reader changes in a run: it may be given until the run has begun. */
export type ReaderInput = Pick<RunInput, 'texts' | 'actions'>;

/**
 * One run, to be advanced until it has ended.
 *
 * The cluster's own start does not depend on what a reader edits, so it can be done ahead of an edit: `boot` runs it,
 * `edit` then says what the reader has, and `advance` goes on from there. The history is the same either way.
 */
export class LabRun {
  readonly history: History;
  readonly cluster: Cluster;
  readonly #lab: Lab;
  readonly #untilMs: number;
  readonly #files: Record<string, string>;
  readonly #terminal: Terminal;
  #conditions: Conditions | undefined;
  readonly #waiting = new Set<Waiting>();
  #actions: readonly ReaderAction[];
  #hasBegun = false;
  #isLooking = false;
  #isStopped = false;
  #isEnded = false;

  constructor(input: RunInput) {
    const { lab, texts = {}, actions = [] } = input;
    this.#lab = lab;
    this.#actions = actions;
    this.#files = { ...lab.texts, ...texts };
    this.#untilMs = input.untilMs ?? parseDuration(lab.until);
    this.cluster = new Cluster({
      seed: input.seed ?? lab.seed ?? 1,
      startMs: -bootMs,
      budgets: input.budgets ?? LAB_BUDGETS,
      ...clusterOptionsOf(lab.cluster ?? {}),
      images: lab.images ?? [],
      load: lab.load ?? [],
    });
    const { engine, server, requests } = this.cluster;
    const transcript = new Transcript();
    this.history = new History({
      seed: engine.seed,
      startMs: -bootMs,
      trace: engine.trace,
      log: server.store.log,
      requests,
      transcript,
      logs: () => this.cluster.nodes.flatMap(({ runtime }) => runtime.logs),
    });
    this.#terminal = new Terminal({ cluster: this.cluster, files: this.#files, transcript });
    for (const name of lab.setup ?? []) {
      this.#at(setupMs, () => this.#terminal.spawn(`kubectl apply -f ${name}`, 'setup'));
    }
  }

  /** Runs the cluster's own start, up to the moment before zero. */
  boot(): void {
    if (!this.#hasBegun) this.cluster.engine.run(-1);
  }

  /** Says what the reader has edited and done. Throws when the run has begun. */
  edit({ texts = {}, actions = [] }: ReaderInput): void {
    if (this.#hasBegun) throw new Error('run: edited after it has begun');
    Object.assign(this.#files, texts);
    this.#actions = actions;
  }

  /** Takes at most `stepsMax` steps of the engine. Returns true when the run has ended. */
  advance(stepsMax = Infinity): boolean {
    if (this.#isEnded) return true;
    const { engine } = this.cluster;
    if (!this.#hasBegun && !this.#begin(stepsMax)) return false;
    const end = engine.run(this.#untilMs, stepsMax);
    this.history.extendTo(engine.nowMs);
    if (end === undefined && !this.#isStopped) return false;
    this.#isEnded = true;
    const message = engine.budgetError?.message ?? '';
    const reason = message !== '' ? 'budget' : this.#isStopped ? 'condition' : 'until';
    this.history.end(reason === 'until' ? this.#untilMs : engine.nowMs, { reason, message });
    return true;
  }

  /** Lets everything of the lab and of the reader be scheduled once the cluster is up. */
  #begin(stepsMax: number): boolean {
    const { engine, server } = this.cluster;
    if (engine.run(-1, stepsMax) === undefined) return false;
    this.#hasBegun = true;
    const { do: acts, stopWhen } = this.#lab;
    for (const act of acts) this.#scheduleAct(act);
    for (const action of this.#actions) this.#scheduleAction(action);
    if (stopWhen !== undefined) {
      this.#waiting.add({ condition: stopWhen, act: () => this.#stop() });
    }
    if (this.#waiting.size > 0) server.store.onChange(() => this.#lookSoon());
    return true;
  }

  #scheduleAct(act: ActDeclaration): void {
    const run = () => this.#perform(act);
    if (act.at !== undefined) {
      this.#at(parseDuration(act.at), run);
      return;
    }
    const afterMs = act.after === undefined ? 0 : parseDuration(act.after);
    const later = () => this.cluster.engine.schedule(afterMs, run);
    this.#waiting.add({ condition: act.when ?? 'true', act: later });
  }

  #scheduleAction({ timeMs, run, fault }: ReaderAction): void {
    this.#at(timeMs, () => {
      if (run !== undefined) this.#terminal.spawn(run, 'reader');
      if (fault !== undefined) applyFault(this.cluster, fault, 'reader');
    });
  }

  #perform(act: ActDeclaration): void {
    if (act.run !== undefined) this.#terminal.spawn(act.run, 'lab');
    const { fault, target = '' } = act;
    if (fault !== undefined) applyFault(this.cluster, { ...act, fault, target }, 'lab');
  }

  #at(timeMs: number, call: () => void): void {
    const { engine } = this.cluster;
    engine.schedule(timeMs - engine.nowMs, call);
  }

  /** Looks at the conditions once after all changes of a moment. */
  #lookSoon(): void {
    const { engine } = this.cluster;
    if (this.#isLooking || engine.nowMs < 0) return;
    this.#isLooking = true;
    engine.spawn('conditions', this.#look());
  }

  *#look(): Process {
    const { engine } = this.cluster;
    yield* engine.delay(0);
    this.#isLooking = false;
    this.history.extendTo(engine.nowMs);
    this.#conditions ??= conditionsSeam.get()(this.history);
    for (const waiting of [...this.#waiting]) {
      if (!this.#conditions.holds(waiting.condition, engine.nowMs)) continue;
      this.#waiting.delete(waiting);
      waiting.act();
    }
  }

  #stop(): void {
    this.#isStopped = true;
    this.cluster.engine.halt();
  }
}

/** Runs a lab to its end. */
export function runLab(input: RunInput): History {
  const run = new LabRun(input);
  while (!run.advance());
  return run.history;
}
