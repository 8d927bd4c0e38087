/**
 * An HTTP server of a program: answers requests by a function, knows how many are open, and drains.
 *
 * An idle service costs two objects and no timer.
 */
import type { Process } from '../../engine/process.ts';
import type { HttpRequest, HttpResponse, Listener, Server } from '../node-network.ts';
import type { OsProcess } from '../os-process.ts';

/** CPU time that taking and answering a request costs, in ms, beside what the program does for it. Chosen */
const requestCpuMs = 0.2;

/** Answers one request. */
export type HttpHandler = (request: HttpRequest) => Process<HttpResponse> | HttpResponse;

/** A program's HTTP server. */
export class HttpService implements Server {
  readonly #process: OsProcess;
  readonly #handle: HttpHandler;
  #listeners: Listener[] = [];
  #openRequests = 0;
  #onIdle: (() => void) | undefined;
  readonly admit: (() => boolean) | undefined;

  /** `admit` says whether one more client is taken; by default all are. */
  constructor(process: OsProcess, handle: HttpHandler, admit?: () => boolean) {
    this.#process = process;
    this.#handle = handle;
    this.admit = admit;
  }

  /** Requests being answered now. */
  get openRequests(): number {
    return this.#openRequests;
  }

  /** Binds a port; false when it is taken. */
  listen(port: number): boolean {
    const listener = this.#process.listen(port, this);
    if (listener !== undefined) this.#listeners.push(listener);
    return listener !== undefined;
  }

  *serve(request: HttpRequest): Process<HttpResponse> {
    this.#openRequests += 1;
    this.#process.system.cpu.work(requestCpuMs);
    try {
      if (this.#process.isStopped) yield* this.#process.whileStopped();
      const answer = this.#handle(request);
      return 'status' in answer ? answer : yield* answer;
    } finally {
      this.#openRequests -= 1;
      // The answer goes out first: it is written once this has returned.
      if (this.#openRequests === 0 && this.#onIdle !== undefined) {
        this.#process.after(0, this.#onIdle);
      }
    }
  }

  /** Takes no more connections and calls back when the last request has been answered. */
  drain(onIdle: () => void): void {
    for (const listener of this.#listeners) listener.close();
    this.#listeners = [];
    if (this.#openRequests === 0) onIdle();
    else this.#onIdle = onIdle;
  }
}

/** Makes a plain answer. */
export function respond(
  status: number,
  body: string,
  contentType = 'text/plain; charset=utf-8',
): HttpResponse {
  return { status, headers: { 'content-type': contentType }, body };
}

/** Splits a request's path from its query; the query is decoded. */
export function splitPath(path: string): { path: string; query: ReadonlyMap<string, string> } {
  const mark = path.indexOf('?');
  const query = new Map<string, string>();
  if (mark < 0) return { path, query };
  for (const pair of path.slice(mark + 1).split('&')) {
    const [name = '', ...value] = pair.split('=');
    if (name !== '' && !query.has(decode(name))) query.set(decode(name), decode(value.join('=')));
  }
  return { path: path.slice(0, mark), query };
}

function decode(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}
