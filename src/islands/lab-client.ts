/**
 * The page's side of the simulation: one worker for all labs of a page, started when a lab is first touched, and kept warm.
 *
 * A worker of which a file did not come is given up; the next run begins with a new one, which asks for everything anew.
 */
import { emptyAnswer } from './protocol.ts';
import type { Answer, FromWorker, Question, RunRequest, ToWorker } from './protocol.ts';

/** What a lab hears of its runs. */
export type RunListener = (message: Exclude<FromWorker, { type: 'answer' }>) => void;

let worker: Worker | undefined;
const clients = new Map<string, LabClient>();

function theWorker(): Worker {
  if (worker !== undefined) return worker;
  const started = new Worker(new URL('./lab-worker.ts', import.meta.url), { type: 'module' });
  started.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
    clients.get(data.lab)?.receive(data);
    if (data.type === 'failed' && data.isUnloaded) giveUp(started);
  });
  started.addEventListener('error', ({ message }) => giveUp(started, message));
  worker = started;
  return started;
}

/** Ends a worker; whoever waits for it hears that it will not answer. */
function giveUp(lost: Worker, message = 'the worker did not start'): void {
  if (worker !== lost) return;
  worker = undefined;
  lost.terminate();
  for (const client of clients.values()) client.lose(message);
}

/** One lab's line to the worker. Runs are numbered; only what belongs to the newest run is heard. */
export class LabClient {
  readonly #opening: Extract<ToWorker, { type: 'open' }>;
  readonly #listener: RunListener;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #openedAt: Worker | undefined;
  #isRunning = false;
  #generation = 0;
  #asked = 0;

  constructor(opening: Extract<ToWorker, { type: 'open' }>, listener: RunListener) {
    this.#opening = opening;
    this.#listener = listener;
    clients.set(this.#lab, this);
  }

  get #lab(): string {
    return this.#opening.lab.id;
  }

  /** Asks for a run; it takes the place of one that is under way. */
  run(request: RunRequest): void {
    this.#generation += 1;
    this.#isRunning = true;
    this.#post({ type: 'run', lab: this.#lab, generation: this.#generation, request });
  }

  /** Asks about the last run. */
  ask(question: Question): Promise<Answer> {
    this.#asked += 1;
    const id = this.#asked;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#post({ type: 'ask', lab: this.#lab, id, question });
    });
  }

  receive(message: FromWorker): void {
    if (message.type === 'answer') {
      this.#waiting.get(message.id)?.(message.answer);
      this.#waiting.delete(message.id);
    } else if (message.generation === this.#generation) {
      if (message.type !== 'diagnosed') this.#isRunning = false;
      this.#listener(message);
    }
  }

  /** The worker is gone: nothing that was asked of it will be answered. */
  lose(message: string): void {
    this.#openedAt = undefined;
    for (const answer of this.#waiting.values()) answer(emptyAnswer);
    this.#waiting.clear();
    if (!this.#isRunning) return;
    const { id: lab } = this.#opening.lab;
    this.receive({ type: 'failed', lab, generation: this.#generation, message, isUnloaded: true });
  }

  #post(message: ToWorker): void {
    const to = theWorker();
    if (this.#openedAt !== to) to.postMessage(this.#opening);
    this.#openedAt = to;
    to.postMessage(message);
  }
}
