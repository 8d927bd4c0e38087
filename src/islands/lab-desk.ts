/** One lab in the worker: its run under way, its last history, and the answers about it. */
import { diagnose } from '#sim/lab/diagnose.ts';
import type { History } from '#sim/lab/history.ts';
import type { Lab } from '#sim/lab/lab-format.ts';
import { LabRun } from '#sim/lab/run.ts';
import { instantOf } from '#views/instant.ts';
import { pictureOf } from '#views/picture.ts';
import { sceneOf } from '#views/scene.ts';
import { stepsOf } from '#views/steps.ts';
import { entriesAbout } from '#views/trace-index.ts';
import { viewMarkup } from '#views/view.ts';
import type { ViewOptions } from '#views/view.ts';
import { whyOf } from '#views/why.ts';
import { lineOf } from '#views/line-of.ts';
import type { Answer, FromWorker, Question, RunRequest } from './protocol.ts';

/** Steps of the engine between two looks at the clock, and how long a slice may take before messages are looked at. */
const stepsPerLook = 2_000;
const sliceMs = 30;

const nothing: Answer = {
  markup: '',
  instant: '',
  entry: -1,
  timeMs: 0,
  chain: [],
  line: undefined,
};

type Post = (message: FromWorker, transfer?: Transferable[]) => void;

/** Calls back once the messages that wait have been handled. */
function later(call: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    call();
  };
  port2.postMessage(null);
}

/** How long the output of a command that never ends is waited for. Chosen for legibility */
const endlessMs = 3_000;

function lastCommandEnd({ transcript, endMs }: History): number {
  const command = transcript.commands.findLast(({ origin }) => origin === 'reader');
  if (command === undefined) return -1;
  return Math.min(endMs, command.endMs ?? command.startMs + endlessMs);
}

/** One lab in the worker. */
export class LabDesk {
  readonly #lab: Lab;
  readonly #locale: string;
  readonly #prefix: string;
  readonly #post: Post;
  #generation = 0;
  /** A run whose cluster is up and that has not begun. */
  #ahead: LabRun | undefined;
  #history: History | undefined;
  #texts: Readonly<Record<string, string>> = {};

  constructor(lab: Lab, locale: string, prefix: string, post: Post) {
    this.#lab = lab;
    this.#locale = locale;
    this.#prefix = prefix;
    this.#post = post;
  }

  /** Begins a run; one that is under way is dropped. */
  run(generation: number, request: RunRequest): void {
    this.#generation = generation;
    const { id } = this.#lab;
    const startMs = performance.now();
    try {
      const diagnostics = diagnose(this.#shownTexts(request.texts));
      this.#post({ type: 'diagnosed', lab: id, generation, diagnostics });
      if (!request.isForced && diagnostics.some(({ severity }) => severity === 'error')) {
        this.#post({ type: 'held', lab: id, generation });
        return;
      }
      const run = this.#ahead ?? new LabRun({ lab: this.#lab });
      this.#ahead = undefined;
      run.edit(request);
      this.#advance(run, generation, request, startMs);
    } catch (error) {
      this.#fail(generation, error);
    }
  }

  #advance(run: LabRun, generation: number, request: RunRequest, startMs: number): void {
    if (generation !== this.#generation) return;
    try {
      const sliceStartMs = performance.now();
      while (!run.advance(stepsPerLook)) {
        if (performance.now() - sliceStartMs < sliceMs) continue;
        later(() => this.#advance(run, generation, request, startMs));
        return;
      }
      this.#history = run.history;
      this.#texts = { ...this.#lab.texts, ...request.texts };
      this.#show(run.history, generation, request, startMs);
    } catch (error) {
      this.#fail(generation, error);
    }
  }

  #show(history: History, generation: number, request: RunRequest, startMs: number): void {
    const scene = sceneOf(history, this.#lab, {
      locale: this.#locale,
      prefix: this.#prefix,
      window: request.window,
    });
    const steps = stepsOf(history);
    const entries = Int32Array.from(steps, ({ entry }) => entry);
    const stepTimes = Float64Array.from(steps, ({ timeMs }) => timeMs);
    const commandEndMs = lastCommandEnd(history);
    const tookMs = performance.now() - startMs;
    const result = { scene, steps: entries, stepTimes, commandEndMs, tookMs };
    const transfer = [entries.buffer, stepTimes.buffer];
    this.#post({ type: 'ran', lab: this.#lab.id, generation, result }, transfer);
    later(() => this.#bootAhead());
  }

  /** Starts the next run's cluster while nobody waits: an edit then costs only what follows it. */
  #bootAhead(): void {
    if (this.#ahead !== undefined) return;
    this.#ahead = new LabRun({ lab: this.#lab });
    this.#ahead.boot();
  }

  #fail(generation: number, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.#post({ type: 'failed', lab: this.#lab.id, generation, message });
  }

  /** Answers a question about the last run. */
  ask(id: number, question: Question): void {
    const answer = this.#history === undefined ? nothing : this.#answer(this.#history, question);
    this.#post({ type: 'answer', lab: this.#lab.id, id, answer });
  }

  #answer(history: History, question: Question): Answer {
    switch (question.kind) {
      case 'look':
        return this.#look(history, question.view, question.options);
      case 'picture': {
        const options = { window: question.window, locale: this.#locale, prefix: this.#prefix };
        return { ...nothing, markup: pictureOf(history, this.#lab, options).markup };
      }
      case 'pick':
        return { ...nothing, ...this.#pick(history, question.object, question.timeMs) };
    }
  }

  #look(history: History, view: string, options: ViewOptions): Answer {
    const { entry, timeMs } = options;
    const markup = viewMarkup(view, history, options);
    const instant = instantOf(history, timeMs, this.#locale, entry);
    if (entry < 0 || entry >= history.trace.length) return { ...nothing, markup, instant, timeMs };
    const chain = whyOf(history, entry);
    return {
      markup,
      instant,
      entry,
      timeMs: history.trace.timeMs(entry),
      chain: chain.map(({ id }) => id),
      line: lineOf(chain, this.#lab, this.#texts),
    };
  }

  #shownTexts(texts: Readonly<Record<string, string>>): Record<string, string> {
    const { files, texts: originals } = this.#lab;
    return Object.fromEntries(files.map((name) => [name, texts[name] ?? originals[name] ?? '']));
  }

  /** The last thing that befell an object before a time, or the first thing after it. */
  #pick(history: History, object: string, timeMs: number): Pick<Answer, 'entry' | 'timeMs'> {
    const entries = entriesAbout(history, object);
    const entry = entries.findLast((each) => history.trace.timeMs(each) <= timeMs) ?? entries[0];
    if (entry === undefined) return { entry: -1, timeMs };
    return { entry, timeMs: history.trace.timeMs(entry) };
  }
}
