/**
 * One request that nginx passes on: server after server until one answers or the rules forbid another try.
 *
 * - A connection that is refused, reset or cut short is an error: 502. Silence while connecting or answering is a timeout: 504.
 * - `proxy_next_upstream` says after what another server is asked; POST, LOCK and PATCH are not sent twice unless it has
 *   `non_idempotent`. A refused connection has sent nothing yet.
 * - An answer with a status that `proxy_next_upstream` names counts as a failure too, as long as another server is left.
 *
 * Upstream: nginx src/http/ngx_http_upstream.c ngx_http_upstream_connect, ngx_http_upstream_next, ngx_http_upstream_test_next
 * Simplified: an answer arrives at once and whole, so that proxy_read_timeout is the time until then and proxy_send_timeout
 * never passes; no buffering, no caching.
 */
import type { Process } from '../../engine/process.ts';
import type {
  DialResult,
  HttpConnection,
  HttpOutcome,
  HttpRequest,
  HttpResponse,
} from '../node-network.ts';
import type { OsProcess } from '../os-process.ts';
import { nginxTimeMs } from './nginx-config.ts';
import type { NginxCycle } from './nginx-cycle.ts';
import type { Peer, UpstreamGroup } from './nginx-upstream.ts';

/** What a server was asked and how that ended: a part of the `$upstream_…` variables. */
export interface UpstreamAttempt {
  readonly address: string;
  /** 0 while nothing is known. */
  readonly status: number;
  /** -1: never connected. */
  readonly connectMs: number;
  readonly responseMs: number;
}

/** What proxying needs of the request that it serves. */
export interface ProxyContext {
  readonly process: OsProcess;
  readonly cycle: NginxCycle;
  readonly group: UpstreamGroup;
  /** As the server gets it, headers included. */
  readonly request: HttpRequest;
  /** Whether connections to servers may be kept. */
  readonly isKeepAlive: boolean;
  /** The words of the innermost directive of a name. */
  words(directive: string): readonly string[] | undefined;
  /** Writes to the error log; `address` is the server's. */
  report(level: 'warn' | 'error' | 'alert', message: string, address: string): void;
  /** Told after each attempt. */
  tried(attempt: UpstreamAttempt): void;
}

type Failure = 'error' | 'timeout' | `http_${number}`;

/** How an attempt failed; `isSent` when the request had gone out. */
interface Failed {
  readonly failure: Failure;
  readonly isSent: boolean;
  readonly isCached: boolean;
  readonly connectMs: number;
  readonly message: string;
  /** The answer that counts as a failure. */
  readonly response?: HttpResponse | undefined;
}

interface Answered {
  readonly response: HttpResponse;
  readonly connectMs: number;
}

const notRepeated = new Set(['POST', 'LOCK', 'PATCH']);

/** Passes a request on; returns the answer, or the status of the page to show. */
export function* proxyRequest(context: ProxyContext): Process<HttpResponse | number> {
  const { process, group } = context;
  const { engine } = process.system;
  const allowed = context.words('proxy_next_upstream') ?? ['error', 'timeout'];
  const untilMs = engine.nowMs + limitOf(context.words('proxy_next_upstream_timeout'));
  const triesMax = Number(context.words('proxy_next_upstream_tries')?.[0] ?? 0);
  const mayRepeat = !notRepeated.has(context.request.method) || allowed.includes('non_idempotent');
  let tries = triesMax > 0 ? Math.min(triesMax, group.tries) : group.tries;
  const tried = new Set<Peer>();
  for (;;) {
    const peer = group.next(tried, engine.nowMs);
    if (peer === undefined) {
      context.tried({ address: group.name, status: 502, connectMs: -1, responseMs: 0 });
      context.report('error', 'no live upstreams while connecting to upstream', group.name);
      return 502;
    }
    tried.add(peer);
    tries -= 1;
    const startMs = engine.nowMs;
    let isOver = false;
    try {
      const outcome = yield* attempt(context, peer, tries > 0 && mayRepeat ? allowed : []);
      isOver = true;
      if (outcome === undefined) {
        group.done(peer, false, engine.nowMs);
        context.tried({ address: peer.address, status: 500, connectMs: -1, responseMs: 0 });
        return 500;
      }
      const responseMs = engine.nowMs - startMs;
      const { connectMs } = outcome;
      const status = 'failure' in outcome ? statusOf(outcome.failure) : outcome.response.status;
      context.tried({ address: peer.address, status, connectMs, responseMs });
      if (!('failure' in outcome)) {
        group.done(peer, false, engine.nowMs);
        return outcome.response;
      }
      fail(context, peer, outcome);
      if (outcome.isCached && outcome.failure === 'error') tries += 1;
      const isAllowed = allowed.includes(outcome.failure) && (!outcome.isSent || mayRepeat);
      if (tries <= 0 || !isAllowed || engine.nowMs >= untilMs) return outcome.response ?? status;
    } finally {
      if (!isOver) {
        group.done(peer, false, engine.nowMs);
        const responseMs = engine.nowMs - startMs;
        context.tried({ address: peer.address, status: 0, connectMs: -1, responseMs });
      }
    }
  }
}

/** Counts a failure and tells of it: what failed first, or after what it led to when it was a timeout. */
function fail({ process, group, report }: ProxyContext, peer: Peer, failed: Failed): void {
  const { failure, message } = failed;
  const isLate = failure === 'timeout';
  const doing = failed.isSent ? 'reading response header from upstream' : 'connecting to upstream';
  if (!isLate && message !== '') report('error', `${message} while ${doing}`, peer.address);
  const isSpared = failure === 'http_403' || failure === 'http_404';
  if (group.done(peer, !isSpared, process.system.engine.nowMs)) {
    report('warn', `upstream server temporarily disabled while ${doing}`, peer.address);
  }
  if (isLate) report('error', `${message} while ${doing}`, peer.address);
}

/** Asks one server; undefined when no connection was left to ask with. */
function* attempt(
  context: ProxyContext,
  peer: Peer,
  allowed: readonly string[],
): Process<Answered | Failed | undefined> {
  const { process, cycle, group, request, isKeepAlive } = context;
  const { engine } = process.system;
  const startMs = engine.nowMs;
  const kept = group.take(peer, startMs);
  const isCached = kept !== undefined;
  if (!isCached && !cycle.hasRoom) {
    const { workerConnections } = cycle.config;
    const message = `${workerConnections} worker_connections are not enough`;
    context.report('alert', `${message} while connecting to upstream`, peer.address);
    return undefined;
  }
  if (!isCached) cycle.open();
  let isKept = false;
  try {
    const dialled = isCached ? { connection: kept } : yield* dial(context, peer);
    if (!('connection' in dialled)) {
      const isLate = dialled.kind === 'timeout';
      const message = isLate
        ? 'upstream timed out (110: Connection timed out)'
        : `connect() failed (${errors[dialled.kind] ?? ''})`;
      const failure = isLate ? 'timeout' : 'error';
      return { failure, isSent: false, isCached, connectMs: -1, message };
    }
    const connectMs = engine.nowMs - startMs;
    const readMs = timeoutOf(context.words('proxy_read_timeout'));
    const { connection } = dialled;
    const outcome = yield* connection.ask(request, readMs);
    if (outcome.kind === 'response') {
      const { response } = outcome;
      const name: Failure = `http_${response.status}`;
      if (response.status >= 300 && allowed.includes(name)) {
        connection.close();
        return { failure: name, isSent: true, isCached, connectMs, message: '', response };
      }
      isKept = isKeepAlive && group.keep(peer, connection, engine.nowMs, cycle.release);
      if (!isKept) connection.close();
      return { response, connectMs };
    }
    const failure = outcome.kind === 'response-timeout' ? 'timeout' : 'error';
    return { failure, isSent: true, isCached, connectMs, message: messageOf(outcome) };
  } finally {
    if (!isKept) cycle.release();
  }
}

function dial(
  { process, words }: ProxyContext,
  { server }: Peer,
): Process<DialResult | { readonly connection: HttpConnection }> {
  const { network } = process.system;
  const connectMs = timeoutOf(words('proxy_connect_timeout'));
  return network?.dial?.(server.host, server.port, connectMs) ?? nowhere();
}

function* nowhere(): Process<DialResult> {
  return { kind: 'no-route' };
}

const errors: Readonly<Record<string, string>> = {
  refused: '111: Connection refused',
  'no-route': '113: No route to host',
  'unknown-host': '113: No route to host',
};

function messageOf({ kind }: HttpOutcome): string {
  if (kind === 'response-timeout') return 'upstream timed out (110: Connection timed out)';
  if (kind === 'reset') return 'recv() failed (104: Connection reset by peer)';
  return 'upstream prematurely closed connection';
}

function statusOf(failure: Failure): number {
  if (failure === 'timeout') return 504;
  return failure === 'error' ? 502 : Number(failure.slice('http_'.length));
}

function timeoutOf(words: readonly string[] | undefined): number {
  return nginxTimeMs(words?.[0] ?? '60s');
}

/** A limit of time; 0 and absence mean none. */
function limitOf(words: readonly string[] | undefined): number {
  const ms = nginxTimeMs(words?.[0] ?? '0');
  return ms > 0 ? ms : Infinity;
}
