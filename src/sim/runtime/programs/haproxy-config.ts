/**
 * HAProxy's configuration: the part of it that puts servers behind a port.
 *
 * Upstream: haproxy src/cfgparse.c, src/cfgparse-listen.c; doc/configuration.txt
 * Simplified: HTTP mode only. Understood are bind, default_backend, server (address, check, inter, fall, rise), balance roundrobin
 * and leastconn, option httpchk, redispatch, http-check send, timeout connect, server and check, retries, maxconn of a frontend;
 * access lists, headers and stick tables are read and passed over.
 */

/** A server of a backend. Times in ms. */
export interface HaproxyServer {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly isChecked: boolean;
  readonly interMs: number;
  /** Failed checks in a row until it is down, and passed ones until it is up again. */
  readonly fall: number;
  readonly rise: number;
}

/** What both a frontend and a backend can say; inherited from `defaults`. */
export interface HaproxySettings {
  readonly connectMs: number;
  readonly serverMs: number;
  readonly checkMs: number | undefined;
  readonly retries: number;
  readonly isRedispatching: boolean;
}

/** A group of servers. */
export interface HaproxyBackend extends HaproxySettings {
  readonly name: string;
  readonly servers: readonly HaproxyServer[];
  readonly balance: 'roundrobin' | 'leastconn';
  /** Method and path of the check; undefined: a check only connects. */
  readonly check: { readonly method: string; readonly path: string } | undefined;
}

/** A port with the backend behind it. */
export interface HaproxyFrontend {
  readonly name: string;
  readonly ports: readonly number[];
  readonly backend: string;
}

/** What a configuration says. */
export interface HaproxyConfig {
  readonly frontends: readonly HaproxyFrontend[];
  readonly backends: ReadonlyMap<string, HaproxyBackend>;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Section = Mutable<HaproxyBackend> & { ports: number[]; backend: string };

/** Upstream: include/haproxy/defaults.h DEF_RETRIES (CONN_RETRIES), DEF_CHKINTR, DEF_FALLTIME, DEF_RISETIME */
const retriesDefault = 3;
const interDefaultMs = 2_000;
const fallDefault = 3;
const riseDefault = 2;

const sectionNames = new Set(['global', 'defaults', 'frontend', 'backend', 'listen']);

const unset: HaproxySettings = {
  connectMs: Infinity,
  serverMs: Infinity,
  checkMs: undefined,
  retries: retriesDefault,
  isRedispatching: false,
};

/** Reads a configuration. Returns the words of the complaint, as HAProxy has them, when it is broken. */
export function parseHaproxyConfig(text: string, path: string): HaproxyConfig | string {
  const frontends: HaproxyFrontend[] = [];
  const backends = new Map<string, HaproxyBackend>();
  let defaults = unset;
  let kind = '';
  let section = newSection('', defaults);
  const finish = (): void => {
    const { ports, backend, ...rest } = section;
    if (kind === 'defaults') defaults = settingsOf(section);
    if (kind === 'backend' || kind === 'listen') backends.set(section.name, rest);
    const target = kind === 'listen' ? section.name : backend;
    if (kind === 'frontend' || kind === 'listen') {
      frontends.push({ name: section.name, ports, backend: target });
    }
  };
  for (const [index, line] of text.split('\n').entries()) {
    const words = line.replace(/#.*/, '').trim().split(/\s+/);
    const [keyword = ''] = words;
    if (keyword === '') continue;
    if (sectionNames.has(keyword)) {
      finish();
      kind = keyword;
      section = newSection(words[1] ?? '', defaults);
      continue;
    }
    const where = `parsing [${path}:${index + 1}] :`;
    if (kind === '') return `${where} unknown keyword '${keyword}' out of section.`;
    const problem = readLine(section, words);
    if (problem !== undefined) return `${where} ${problem}`;
  }
  finish();
  const lost = frontends.find(({ backend }) => !backends.has(backend));
  if (lost !== undefined && lost.backend !== '') {
    return `Proxy '${lost.name}': unable to find required default_backend: '${lost.backend}'.`;
  }
  return { frontends, backends };
}

function newSection(name: string, defaults: HaproxySettings): Section {
  const balance = 'roundrobin' as const;
  return { ...defaults, name, ports: [], backend: '', servers: [], balance, check: undefined };
}

function settingsOf(section: HaproxySettings): HaproxySettings {
  const { connectMs, serverMs, checkMs, retries, isRedispatching } = section;
  return { connectMs, serverMs, checkMs, retries, isRedispatching };
}

/** Takes a line into a section; returns what is wrong with it. */
function readLine(section: Section, words: readonly string[]): string | undefined {
  const [keyword = '', first = '', second = ''] = words;
  switch (keyword) {
    case 'bind': {
      const port = Number(/:(\d+)$/.exec(first)?.[1]);
      if (!(port > 0)) return `'bind' : missing port number in '${first}'`;
      section.ports.push(port);
      return undefined;
    }
    case 'default_backend':
      section.backend = first;
      return undefined;
    case 'retries':
      section.retries = Number(first);
      return undefined;
    case 'balance':
      section.balance = first === 'leastconn' ? 'leastconn' : 'roundrobin';
      return undefined;
    case 'timeout':
      readTimeout(section, first, second);
      return undefined;
    case 'option':
      if (first === 'redispatch') section.isRedispatching = true;
      if (first === 'httpchk') section.check = checkOf(words.slice(2));
      return undefined;
    case 'server':
      return readServer(section, words.slice(1));
    default:
      return undefined;
  }
}

function readTimeout(section: Section, name: string, text: string): void {
  if (name === 'connect') section.connectMs = haproxyTime(text);
  if (name === 'server') section.serverMs = haproxyTime(text);
  if (name === 'check') section.checkMs = haproxyTime(text);
}

function checkOf(words: readonly string[]): HaproxyBackend['check'] {
  const [first, second] = words;
  if (first === undefined) return { method: 'OPTIONS', path: '/' };
  return second === undefined
    ? { method: 'OPTIONS', path: first }
    : { method: first, path: second };
}

function readServer(section: Section, words: readonly string[]): string | undefined {
  const [name = '', address = '', ...options] = words;
  const [, host = '', port = ''] = /^(.+):(\d+)$/.exec(address) ?? [];
  if (host === '') return `'server ${name}' : invalid address: '${address}'`;
  const valueOf = (option: string): string | undefined => {
    const at = options.indexOf(option);
    return at === -1 ? undefined : options[at + 1];
  };
  const server: HaproxyServer = {
    name,
    host,
    port: Number(port),
    isChecked: options.includes('check'),
    interMs: haproxyTime(valueOf('inter') ?? String(interDefaultMs)),
    fall: Number(valueOf('fall') ?? fallDefault),
    rise: Number(valueOf('rise') ?? riseDefault),
  };
  section.servers = [...section.servers, server];
  return undefined;
}

/** Reads a time of HAProxy: ms without a unit. */
function haproxyTime(text: string): number {
  const match = /^(\d+)(us|ms|s|m|h|d)?$/.exec(text);
  const unit = { us: 0.001, ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }[
    match?.[2] ?? 'ms'
  ];
  return Math.round(Number(match?.[1] ?? 0) * (unit ?? 1));
}
