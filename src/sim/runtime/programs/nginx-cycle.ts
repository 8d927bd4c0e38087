/**
 * What nginx has while one configuration is in force: its groups of servers and the connections of its workers.
 *
 * - Names of servers are looked up once, when the configuration is read: a name that does not exist then is fatal, and an
 *   address that changes later is not noticed until the next reload.
 * - A worker has `worker_connections` of them, to clients and to servers, its listening sockets included.
 *
 * Upstream: nginx src/core/ngx_cycle.c, src/http/ngx_http_upstream.c ngx_http_upstream_add, src/event/ngx_event_accept.c
 * Simplified: connections are counted over all workers; a name has one address.
 */
import type { OsProcess } from '../os-process.ts';
import type { Directive, NginxConfig } from './nginx-config.ts';
import { readUpstreamServer, UpstreamGroup } from './nginx-upstream.ts';
import type { UpstreamServer } from './nginx-upstream.ts';

/** The channel to the master. */
const channels = 1;

/** One configuration in force. */
export class NginxCycle {
  readonly config: NginxConfig;
  readonly #groups: ReadonlyMap<string, UpstreamGroup>;
  readonly #connectionsMax: number;
  #open = 0;
  #number = 0;

  constructor(config: NginxConfig, groups: ReadonlyMap<string, UpstreamGroup>) {
    this.config = config;
    this.#groups = groups;
    const listening = new Set(config.servers.map(({ port }) => port)).size;
    const own = listening + channels;
    this.#connectionsMax = (config.workerConnections - own) * config.workerProcesses;
  }

  /** The group behind a name of `proxy_pass`: one that is declared, or a lone server. */
  group(name: string): UpstreamGroup | undefined {
    return this.#groups.get(name);
  }

  /** Whether a worker has a connection left. */
  get hasRoom(): boolean {
    return this.#open < this.#connectionsMax;
  }

  /** Takes a connection and returns its number, which error logs tell. */
  open(): number {
    this.#open += 1;
    this.#number += 1;
    return this.#number;
  }

  /** Gives a connection back. */
  readonly release = (): void => {
    this.#open -= 1;
  };

  /** Another configuration takes over; what is under way goes on. */
  retire(): void {
    for (const group of this.#groups.values()) group.close();
  }
}

/** Makes the cycle of a configuration; returns the words of the complaint when a name is not found. */
export function beginCycle(process: OsProcess, config: NginxConfig): NginxCycle | string {
  const groups = new Map<string, UpstreamGroup>();
  const lookUp = (server: UpstreamServer, at = ''): UpstreamServer | string => {
    const { network } = process.system;
    if (network?.resolve === undefined) return server;
    const host = network.resolve(server.host);
    return host === undefined
      ? `host not found in upstream "${server.host}" in ${at}`
      : { ...server, host };
  };
  for (const [name, block] of config.upstreams) {
    const servers: UpstreamServer[] = [];
    for (const directive of block) {
      if (directive.name !== 'server') continue;
      const found = lookUp(readUpstreamServer(directive.words), directive.at);
      if (typeof found === 'string') return found;
      servers.push(found);
    }
    groups.set(name, new UpstreamGroup(name, servers, block));
  }
  for (const { words, at } of proxyPasses(config.servers.flatMap(({ block }) => block))) {
    const { authority } = splitTarget(words[0] ?? '');
    if (authority.includes('$') || groups.has(authority)) continue;
    const found = lookUp(readUpstreamServer([authority]), at);
    if (typeof found === 'string') return found;
    groups.set(authority, new UpstreamGroup(authority, [found]));
  }
  return new NginxCycle(config, groups);
}

function proxyPasses(directives: readonly Directive[]): Directive[] {
  return directives.flatMap((directive) => [
    ...(directive.name === 'proxy_pass' ? [directive] : []),
    ...proxyPasses(directive.block ?? []),
  ]);
}

/** Takes `http://authority/uri` apart; `uri` is '' when none is given. */
export function splitTarget(target: string): { readonly authority: string; readonly uri: string } {
  const [, authority = '', uri = ''] = /^\w+:\/\/([^/]*)(\/.*)?$/.exec(target) ?? [];
  return { authority, uri };
}
