/**
 * A group of servers behind nginx: which one is next, which are left alone after failures, and connections kept to them.
 *
 * - Smooth weighted round robin, or the fewest connections for the weight (`least_conn`).
 * - After `max_fails` failures within `fail_timeout` a server is left out for `fail_timeout`; a lone server never is.
 * - Backup servers are asked when none of the others can be.
 * - With `keepalive N` up to N idle connections are kept, the one used last first.
 *
 * Upstream: nginx src/http/ngx_http_upstream_round_robin.c ngx_http_upstream_get_peer, modules/ngx_http_upstream_keepalive_module.c
 * Simplified: workers share the state of a group, as with `zone`; no hash, ip_hash, random, slow_start; keepalive_requests is not
 * counted.
 */
import type { HttpConnection } from '../node-network.ts';
import type { Directive } from './nginx-config.ts';
import { nginxTimeMs } from './nginx-config.ts';

/** A server of a group, as it was configured. */
export interface UpstreamServer {
  readonly host: string;
  readonly port: number;
  readonly weight: number;
  /** 0: failures are not counted. */
  readonly maxFails: number;
  readonly failSeconds: number;
  /** 0: no limit. */
  readonly maxConnections: number;
  readonly isBackup: boolean;
  readonly isDown: boolean;
}

/** Reads `server ADDRESS [weight=…] …`. */
export function readUpstreamServer([address = '', ...options]: readonly string[]): UpstreamServer {
  const [, host = address, port = '80'] = /^(.*?)(?::(\d+))?$/.exec(address) ?? [];
  const valueOf = (name: string): string | undefined =>
    options.find((option) => option.startsWith(`${name}=`))?.slice(name.length + 1);
  return {
    host,
    port: Number(port),
    weight: Number(valueOf('weight') ?? 1),
    maxFails: Number(valueOf('max_fails') ?? 1),
    failSeconds: nginxTimeMs(valueOf('fail_timeout') ?? '10s') / 1000,
    maxConnections: Number(valueOf('max_conns') ?? 0),
    isBackup: options.includes('backup'),
    isDown: options.includes('down'),
  };
}

/** A server at work. */
export class Peer {
  readonly server: UpstreamServer;
  currentWeight = 0;
  effectiveWeight: number;
  fails = 0;
  /** In whole seconds, as nginx keeps them. */
  accessedSeconds = 0;
  checkedSeconds = 0;
  connections = 0;

  constructor(server: UpstreamServer) {
    this.server = server;
    this.effectiveWeight = server.weight;
  }

  /** `10.244.1.5:8080`, as logs tell it. */
  get address(): string {
    return `${this.server.host}:${this.server.port}`;
  }

  canServe(nowSeconds: number): boolean {
    const { isDown, maxFails, failSeconds, maxConnections } = this.server;
    if (isDown || (maxConnections > 0 && this.connections >= maxConnections)) return false;
    const isFailed = maxFails > 0 && this.fails >= maxFails;
    return !isFailed || nowSeconds - this.checkedSeconds > failSeconds;
  }
}

/** A connection that is kept. */
interface Kept {
  readonly peer: Peer;
  readonly connection: HttpConnection;
  readonly sinceMs: number;
  readonly release: () => void;
}

/** The servers of a group, by turns. */
export class UpstreamGroup {
  readonly name: string;
  readonly #peers: readonly Peer[];
  readonly #backups: readonly Peer[];
  readonly #isLeastConnections: boolean;
  readonly #keptMax: number;
  readonly #keptMs: number;
  #kept: Kept[] = [];

  constructor(name: string, servers: readonly UpstreamServer[], block: readonly Directive[] = []) {
    this.name = name;
    const valueOf = (wanted: string): string | undefined =>
      block.find((directive) => directive.name === wanted)?.words[0];
    const peers = servers.map((server) => new Peer(server));
    this.#peers = peers.filter(({ server }) => !server.isBackup);
    this.#backups = peers.filter(({ server }) => server.isBackup);
    this.#isLeastConnections = block.some((directive) => directive.name === 'least_conn');
    this.#keptMax = Number(valueOf('keepalive') ?? 0);
    this.#keptMs = nginxTimeMs(valueOf('keepalive_timeout') ?? '60s');
  }

  /** How often a request may be sent at most. */
  get tries(): number {
    return this.#peers.length + this.#backups.length;
  }

  get #isSingle(): boolean {
    return this.tries === 1;
  }

  /** The next server, other than those that were tried; undefined when none is alive. Notes that it has a connection more. */
  next(tried: ReadonlySet<Peer>, nowMs: number): Peer | undefined {
    const [only] = this.#peers;
    const peer =
      this.#isSingle && only !== undefined
        ? this.#single(only)
        : (this.#pick(this.#peers, tried, nowMs) ?? this.#pick(this.#backups, tried, nowMs));
    if (peer !== undefined) peer.connections += 1;
    return peer;
  }

  /** A request to a server has ended. Returns whether the server is left out from now on. */
  done(peer: Peer, isFailed: boolean, nowMs: number): boolean {
    peer.connections -= 1;
    if (this.#isSingle) return false;
    const { maxFails, weight } = peer.server;
    if (!isFailed) {
      if (peer.accessedSeconds < peer.checkedSeconds) peer.fails = 0;
      return false;
    }
    const nowSeconds = Math.floor(nowMs / 1000);
    peer.fails += 1;
    peer.accessedSeconds = nowSeconds;
    peer.checkedSeconds = nowSeconds;
    if (maxFails === 0) return false;
    const lighter = peer.effectiveWeight - Math.floor(weight / maxFails);
    peer.effectiveWeight = Math.max(0, lighter);
    return peer.fails >= maxFails;
  }

  /** A lone server is asked whatever it did before. */
  #single(only: Peer): Peer | undefined {
    const { isDown, maxConnections } = only.server;
    const isFull = maxConnections > 0 && only.connections >= maxConnections;
    return isDown || isFull ? undefined : only;
  }

  #pick(peers: readonly Peer[], tried: ReadonlySet<Peer>, nowMs: number): Peer | undefined {
    const nowSeconds = Math.floor(nowMs / 1000);
    const able = peers.filter((peer) => !tried.has(peer) && peer.canServe(nowSeconds));
    const load = (peer: Peer): number => peer.connections / peer.server.weight;
    const least = Math.min(...able.map(load));
    const candidates = this.#isLeastConnections
      ? able.filter((peer) => load(peer) === least)
      : able;
    let best: Peer | undefined;
    let total = 0;
    for (const peer of candidates) {
      peer.currentWeight += peer.effectiveWeight;
      total += peer.effectiveWeight;
      if (peer.effectiveWeight < peer.server.weight) peer.effectiveWeight += 1;
      if (best === undefined || peer.currentWeight > best.currentWeight) best = peer;
    }
    if (best === undefined) return undefined;
    best.currentWeight -= total;
    if (nowSeconds - best.checkedSeconds > best.server.failSeconds) {
      best.checkedSeconds = nowSeconds;
    }
    return best;
  }

  /** Takes a kept connection to a server, if there is one that is still open. */
  take(peer: Peer, nowMs: number): HttpConnection | undefined {
    this.#drop(({ connection, sinceMs }) => {
      return !connection.isIdle || nowMs - sinceMs >= this.#keptMs;
    });
    const at = this.#kept.findLastIndex((kept) => kept.peer === peer);
    const [kept] = at < 0 ? [] : this.#kept.splice(at, 1);
    return kept?.connection;
  }

  /** Keeps a connection for later; false when the group keeps none. `release` is called when it is given up. */
  keep(peer: Peer, connection: HttpConnection, nowMs: number, release: () => void): boolean {
    if (this.#keptMax === 0 || !connection.isIdle) return false;
    if (this.#kept.length >= this.#keptMax) {
      const [oldest] = this.#kept;
      this.#drop((kept) => kept === oldest);
    }
    this.#kept.push({ peer, connection, sinceMs: nowMs, release });
    return true;
  }

  /** Gives up all kept connections. */
  close(): void {
    this.#drop(() => true);
  }

  #drop(isDropped: (kept: Kept) => boolean): void {
    for (const kept of this.#kept) {
      if (!isDropped(kept)) continue;
      kept.connection.close();
      kept.release();
    }
    this.#kept = this.#kept.filter((kept) => !isDropped(kept));
  }
}
