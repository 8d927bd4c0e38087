/**
 * One lab in the worker: its run under way, its last history, and the answers about it.
 *
 * What a run does not need comes later, each in a file of its own: parts of the simulator (src/sim/part.ts), the answers, and
 * what draws a new picture. The first run of a lab as it stands draws none: the built page has it already.
 */
import type { History } from '#sim/lab/history.ts';
import type { Lab } from '#sim/lab/lab-format.ts';
import { LabRun } from '#sim/lab/run.ts';
import type { PartName } from '#sim/part.ts';
import type { SceneOptions } from '#views/scene.ts';
import { complete, load, LoadingError, loadParts, withParts } from './load-part.ts';
import { emptyAnswer } from './protocol.ts';
import type { Answer, FromWorker, Look, Question, RunRequest, ToWorker } from './protocol.ts';

/** Steps of the engine between two looks at the clock, and how long a slice may take before messages are looked at. */
const stepsPerLook = 2_000;
const sliceMs = 30;

/** How long runs are rehearsed before the first edit, and the steps between two looks for messages meanwhile. */
const rehearsalMs = 300;
const stepsOfRehearsal = 200;

const answering = () => load(() => import('./lab-answers.ts'));
const drawing = () => load(() => import('./lab-drawing.ts'));

/** Parts that an edit may need at any lab: they come when the lab's own run is done. */
const partsOfEdits: readonly PartName[] = ['cel'];

type Post = (message: FromWorker, transfer?: Transferable[]) => void;

/** The moment, on a clock that the page has too. */
function epochMs(): number {
  return performance.timeOrigin + performance.now();
}

/** Comes back once the messages that wait have been handled. */
function otherMessages(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/** The open view at a run's own entry, and no later than its end. */
function movedTo({ view, options }: Look, endMs: number, entry = options.entry): Look {
  return { view, options: { ...options, entry, timeMs: Math.min(options.timeMs, endMs) } };
}

/** One lab in the worker. */
export class LabDesk {
  readonly #lab: Lab;
  readonly #locale: string;
  readonly #prefix: string;
  readonly #parts: readonly PartName[];
  readonly #post: Post;
  #generation = 0;
  /** A run whose cluster is up and that has not begun. */
  #ahead: LabRun | undefined;
  #history: History | undefined;
  #texts: Readonly<Record<string, string>> = {};

  constructor({ lab, locale, prefix, parts }: Extract<ToWorker, { type: 'open' }>, post: Post) {
    this.#lab = lab;
    this.#locale = locale;
    this.#prefix = prefix;
    this.#parts = parts;
    this.#post = post;
  }

  /** Begins a run; one that is under way is dropped. */
  run(generation: number, request: RunRequest): void {
    this.#generation = generation;
    this.#run(generation, request).catch((error: unknown) => this.#fail(generation, error));
  }

  async #run(generation: number, request: RunRequest): Promise<void> {
    const heardMs = epochMs();
    const [answers, draw] = await Promise.all([
      answering(),
      request.isOwn ? undefined : drawing(),
      loadParts(this.#parts),
    ]);
    if (draw !== undefined && !(await this.#mayRun(generation, request))) return;
    const judgedMs = epochMs();
    const history = await withParts(() => this.#runOnce(generation, request));
    if (history === undefined || generation !== this.#generation) return;
    const ranMs = epochMs();
    this.#history = history;
    this.#texts = { ...this.#lab.texts, ...request.texts };
    const { window } = request;
    const options = { locale: this.#locale, prefix: this.#prefix, window };
    const scene = draw?.draw(history, this.#lab, options);
    const facts = answers.factsOf(history);
    const look = movedTo(request.look, history.endMs, scene?.entry);
    const run = { history, lab: this.#lab, texts: this.#texts };
    const seen = { look, answer: answers.look(run, look.view, look.options) };
    const moments = { heardMs, judgedMs, ranMs, drawnMs: epochMs() };
    const result = { scene, ...facts, seen, moments };
    const transfer = [facts.steps.buffer, facts.stepTimes.buffer];
    this.#post({ type: 'ran', lab: this.#lab.id, generation, result }, transfer);
    await otherMessages();
    if (request.isOwn) await this.#prepareForEdits(generation, request);
    await withParts(() => this.#bootAhead());
    if (request.isOwn) await withParts(() => this.#rehearse(generation, options));
  }

  /** Tells what is to be said about the texts; false when they have mistakes and the reader does not insist. */
  async #mayRun(generation: number, { texts, isForced }: RunRequest): Promise<boolean> {
    const { remarks } = await drawing();
    const diagnostics = await withParts(() => complete(() => remarks(this.#lab, texts)));
    if (generation !== this.#generation) return false;
    const { id } = this.#lab;
    this.#post({ type: 'diagnosed', lab: id, generation, diagnostics });
    if (isForced || diagnostics.every(({ severity }) => severity !== 'error')) return true;
    this.#post({ type: 'held', lab: id, generation });
    return false;
  }

  /** Runs to the end, in slices. Returns nothing when a newer run was asked for meanwhile. */
  async #runOnce(generation: number, request: RunRequest): Promise<History | undefined> {
    const run = this.#ahead ?? complete(() => new LabRun({ lab: this.#lab }));
    this.#ahead = undefined;
    run.edit(request);
    let sliceStartMs = performance.now();
    while (!complete(() => run.advance(stepsPerLook))) {
      if (performance.now() - sliceStartMs < sliceMs) continue;
      await otherMessages();
      if (generation !== this.#generation) return undefined;
      sliceStartMs = performance.now();
    }
    return run.history;
  }

  /** Fetches what the first edit will need, while nobody waits for it. */
  async #prepareForEdits(generation: number, { texts }: RunRequest): Promise<void> {
    const [{ remarks }] = await Promise.all([drawing(), loadParts(partsOfEdits)]);
    const diagnostics = await withParts(() => complete(() => remarks(this.#lab, texts)));
    if (generation !== this.#generation) return;
    this.#post({ type: 'diagnosed', lab: this.#lab.id, generation, diagnostics });
  }

  /** Starts the next run's cluster while nobody waits: an edit then costs only what follows it. */
  #bootAhead(): void {
    if (this.#ahead !== undefined) return;
    const run = complete(() => new LabRun({ lab: this.#lab }));
    complete(() => run.boot());
    this.#ahead = run;
  }

  /** Runs and draws the lab for nobody: code is fast once it has run a few times, and the first edit is waited for too. */
  async #rehearse(generation: number, options: SceneOptions): Promise<void> {
    const { draw } = await drawing();
    const endMs = performance.now() + rehearsalMs;
    while (generation === this.#generation && performance.now() < endMs) {
      const run = complete(() => new LabRun({ lab: this.#lab }));
      while (!complete(() => run.advance(stepsOfRehearsal))) {
        await otherMessages();
        if (generation !== this.#generation) return;
      }
      complete(() => draw(run.history, this.#lab, options));
    }
  }

  #fail(generation: number, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    const isUnloaded = error instanceof LoadingError;
    this.#post({ type: 'failed', lab: this.#lab.id, generation, message, isUnloaded });
  }

  /** Answers a question about the last run. */
  ask(id: number, question: Question): void {
    this.#answer(question)
      .catch((error: unknown) => {
        this.#fail(this.#generation, error);
        return emptyAnswer;
      })
      .then((answer) => this.#post({ type: 'answer', lab: this.#lab.id, id, answer }));
  }

  async #answer(question: Question): Promise<Answer> {
    if (this.#history === undefined) return emptyAnswer;
    const { look, pick } = await answering();
    const run = { history: this.#history, lab: this.#lab, texts: this.#texts };
    switch (question.kind) {
      case 'look':
        return look(run, question.view, question.options);
      case 'picture': {
        const { drawPicture } = await drawing();
        const { window } = question;
        const options = { window, locale: this.#locale, prefix: this.#prefix };
        return { ...emptyAnswer, markup: drawPicture(run.history, run.lab, options) };
      }
      case 'pick':
        return pick(run, question.object, question.timeMs);
    }
  }
}
