/**
 * The page's side of the simulation: one worker for all labs of a page, started when a lab is first touched, and kept warm.
 */
import type { Lab } from '#sim/lab/lab-format.ts';
import type { Answer, FromWorker, Question, RunRequest, ToWorker } from './protocol.ts';

/** What a lab hears of its runs. */
export type RunListener = (message: Exclude<FromWorker, { type: 'answer' }>) => void;

let worker: Worker | undefined;
const clients = new Map<string, LabClient>();

function theWorker(): Worker {
  if (worker !== undefined) return worker;
  worker = new Worker(new URL('./lab-worker.ts', import.meta.url), { type: 'module' });
  worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
    clients.get(data.lab)?.receive(data);
  });
  return worker;
}

/** One lab's line to the worker. Runs are numbered; only what belongs to the newest run is heard. */
export class LabClient {
  readonly #lab: Lab;
  readonly #listener: RunListener;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #generation = 0;
  #asked = 0;

  constructor(lab: Lab, locale: string, prefix: string, listener: RunListener) {
    this.#lab = lab;
    this.#listener = listener;
    clients.set(lab.id, this);
    this.#post({ type: 'open', lab, locale, prefix });
  }

  /** Asks for a run; it takes the place of one that is under way. */
  run(request: RunRequest): void {
    this.#generation += 1;
    this.#post({ type: 'run', lab: this.#lab.id, generation: this.#generation, request });
  }

  /** Asks about the last run. */
  ask(question: Question): Promise<Answer> {
    this.#asked += 1;
    const id = this.#asked;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#post({ type: 'ask', lab: this.#lab.id, id, question });
    });
  }

  receive(message: FromWorker): void {
    if (message.type === 'answer') {
      this.#waiting.get(message.id)?.(message.answer);
      this.#waiting.delete(message.id);
    } else if (message.generation === this.#generation) {
      this.#listener(message);
    }
  }

  #post(message: ToWorker): void {
    theWorker().postMessage(message);
  }
}
