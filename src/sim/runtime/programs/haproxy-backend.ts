/**
 * One backend of HAProxy at work: which of its servers are up, which one is next, and what a client gets when it cannot be
 * reached.
 *
 * - A server begins up. Checks come every `inter`, from a moment of chance on, and count up to `fall` and `rise`.
 * - An attempt that cannot connect is repeated `retries` times: on the same server a second later, on another one at once.
 *
 * Upstream: haproxy src/check.c, src/stream.c sess_update_st_cer, src/backend.c; doc/configuration.txt 8.5
 * Simplified: the time to connect is told as 0 in the log; a request is sent only once; no queue and no limits of servers.
 */
import type { Process } from '../../engine/process.ts';
import type { HttpOutcome, HttpRequest, HttpResponse } from '../node-network.ts';
import type { OsProcess } from '../os-process.ts';
import type { HaproxyBackend, HaproxyServer } from './haproxy-config.ts';
import { respond } from './http-service.ts';

/** Waits before an attempt on the same server. Upstream: include/haproxy/defaults.h SLOWSTART; src/stream.c turn-around state */
const turnAroundMs = 1_000;

/** What a check does to a server, for the log. */
export interface HealthChange {
  readonly server: string;
  readonly isUp: boolean;
  readonly reason: string;
  readonly upCount: number;
}

/** What became of a request. */
export interface Forwarded {
  readonly response: HttpResponse;
  readonly server: string;
  /** Two letters of the log that say how the session ended, then two dashes. */
  readonly state: string;
  readonly isConnected: boolean;
  readonly retries: number;
}

interface ServerState {
  readonly server: HaproxyServer;
  isUp: boolean;
  /** Checks in a row that speak against its present state. */
  against: number;
  sessions: number;
}

/** A backend and what it knows of its servers. */
export class Backend {
  readonly config: HaproxyBackend;
  readonly #process: OsProcess;
  readonly #servers: readonly ServerState[];
  readonly #onChange: (change: HealthChange) => void;
  #next = 0;
  #isStopped = false;

  constructor(
    process: OsProcess,
    config: HaproxyBackend,
    onChange: (change: HealthChange) => void,
  ) {
    this.#process = process;
    this.config = config;
    this.#onChange = onChange;
    this.#servers = config.servers.map((server) => ({
      server,
      isUp: true,
      against: 0,
      sessions: 0,
    }));
  }

  /** Begins to check. */
  start(): void {
    for (const state of this.#servers) {
      if (!state.server.isChecked) continue;
      const firstMs = this.#process.system.random.int(Math.max(1, state.server.interMs));
      this.#process.after(firstMs, () => this.#check(state));
    }
  }

  /** Checks no more; what is under way goes on. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Sends a request to a server and returns what the client gets. */
  *forward(request: HttpRequest): Process<Forwarded> {
    const { retries, isRedispatching } = this.config;
    let state = this.#pick(undefined);
    for (let attempt = 0; ; attempt += 1) {
      if (state === undefined) return noServer(attempt);
      state.sessions += 1;
      const outcome = yield* this.#ask(state.server, request, this.config.serverMs);
      state.sessions -= 1;
      const { name } = state.server;
      if (!isConnectFailure(outcome)) return answered(outcome, name, attempt);
      if (attempt >= retries) {
        return failed(503, name, outcome.kind === 'timeout' ? 'sC--' : 'SC--', attempt);
      }
      const other = isRedispatching ? this.#pick(state) : undefined;
      if (other === undefined && outcome.kind !== 'timeout') {
        yield* this.#process.system.engine.delay(turnAroundMs);
      }
      state = other ?? state;
    }
  }

  /** The next server that is up, other than one that has just failed. */
  #pick(failedOne: ServerState | undefined): ServerState | undefined {
    const up = this.#servers.filter((state) => state.isUp && state !== failedOne);
    if (this.config.balance === 'leastconn') {
      const least = Math.min(...up.map(({ sessions }) => sessions));
      return up.find(({ sessions }) => sessions === least);
    }
    this.#next += 1;
    return up[(this.#next - 1) % Math.max(1, up.length)];
  }

  *#ask(
    { host, port }: HaproxyServer,
    request: HttpRequest,
    answerMs: number,
  ): Process<HttpOutcome> {
    const { network } = this.#process.system;
    if (network === undefined) return { kind: 'no-route' };
    const { connectMs } = this.config;
    return yield* network.httpGet({
      host,
      port,
      scheme: 'HTTP',
      method: request.method,
      path: request.path,
      headers: { ...request.headers, 'x-forwarded-for': request.clientIp },
      body: request.body,
      connectTimeoutMs: connectMs,
      timeoutMs: answerMs,
    });
  }

  #check(state: ServerState): void {
    if (this.#isStopped) return;
    const { engine, name } = this.#process.system;
    engine.spawn(`${name}/haproxy check ${state.server.name}`, this.#runCheck(state));
    this.#process.after(state.server.interMs, () => this.#check(state));
  }

  *#runCheck(state: ServerState): Process {
    const { check, checkMs, connectMs } = this.config;
    const { interMs } = state.server;
    const patienceMs = checkMs ?? Math.min(connectMs, interMs);
    const { method, path } = check ?? { method: 'OPTIONS', path: '/' };
    const request = { method, path, headers: {}, clientIp: '' };
    const outcome = yield* this.#ask(state.server, request, patienceMs);
    if (this.#isStopped || this.#process.status !== undefined) return;
    this.#judge(state, verdictOf(outcome, check === undefined));
  }

  #judge(state: ServerState, { isGood, reason }: { isGood: boolean; reason: string }): void {
    if (isGood === state.isUp) {
      state.against = 0;
      return;
    }
    state.against += 1;
    if (state.against < (state.isUp ? state.server.fall : state.server.rise)) return;
    state.isUp = isGood;
    state.against = 0;
    const upCount = this.#servers.filter(({ isUp }) => isUp).length;
    this.#onChange({ server: state.server.name, isUp: isGood, reason, upCount });
  }
}

/** What a client gets where no server is up, or none is meant. */
export function noServer(retries: number): Forwarded {
  return failed(503, '<NOSRV>', 'SC--', retries);
}

function isConnectFailure({ kind }: HttpOutcome): boolean {
  return ['refused', 'timeout', 'no-route', 'unknown-host'].includes(kind);
}

function answered(outcome: HttpOutcome, server: string, retries: number): Forwarded {
  if (outcome.kind === 'response') {
    return { response: outcome.response, server, state: '----', isConnected: true, retries };
  }
  const isLate = outcome.kind === 'response-timeout';
  const { response } = failed(isLate ? 504 : 502, server, '', retries);
  return { response, server, state: isLate ? 'sH--' : 'SH--', isConnected: true, retries };
}

const pages: Readonly<Record<number, readonly [title: string, text: string]>> = {
  502: ['502 Bad Gateway', 'The server returned an invalid or incomplete response.'],
  503: ['503 Service Unavailable', 'No server is available to handle this request.'],
  504: ['504 Gateway Time-out', "The server didn't respond in time."],
};

function failed(status: number, server: string, state: string, retries: number): Forwarded {
  const [title, text] = pages[status] ?? ['', ''];
  const body = `<html><body><h1>${title}</h1>\n${text}\n</body></html>\n`;
  return {
    response: respond(status, body, 'text/html'),
    server,
    state,
    isConnected: false,
    retries,
  };
}

function verdictOf(outcome: HttpOutcome, isConnectOnly: boolean) {
  switch (outcome.kind) {
    case 'response': {
      const { status } = outcome.response;
      const isGood = isConnectOnly || (status >= 200 && status < 400);
      const reason = isGood ? 'Layer7 check passed' : 'Layer7 wrong status';
      return { isGood, reason: `${reason}, code: ${status}` };
    }
    case 'refused':
      return { isGood: false, reason: 'Layer4 connection problem, info: "Connection refused"' };
    case 'no-route':
    case 'unknown-host':
      return { isGood: false, reason: 'Layer4 connection problem, info: "No route to host"' };
    case 'timeout':
      return { isGood: false, reason: 'Layer4 timeout' };
    case 'response-timeout':
      return { isGood: isConnectOnly, reason: 'Layer7 timeout' };
    default:
      return { isGood: isConnectOnly, reason: 'Layer7 invalid response' };
  }
}
