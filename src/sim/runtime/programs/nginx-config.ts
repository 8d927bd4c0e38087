/**
 * nginx's configuration: the part of it that examples use to make a server answer in a certain way.
 *
 * Upstream: nginx src/core/ngx_conf_file.c
 * Simplified: directives that change no answer here are read and passed over; of the others there are listen, server_name, root,
 * location, return, default_type, limit_rate, if, log_format, access_log, error_log, worker_processes, worker_connections,
 * upstream, include, and of proxying pass, connect, send and read timeouts, next_upstream with its limits, set_header.
 */
import { textOf } from '../bytes.ts';
import { isErrno } from '../errno.ts';
import type { OsProcess } from '../os-process.ts';

/** One directive with its words, and its block if it has one. */
export interface Directive {
  readonly name: string;
  readonly words: readonly string[];
  readonly block: readonly Directive[] | undefined;
  /** `/etc/nginx/nginx.conf:12`: where it ends. */
  readonly at?: string | undefined;
}

/** A `server` block. */
export interface NginxServer {
  readonly port: number;
  readonly names: readonly string[];
  readonly block: readonly Directive[];
}

/** What a configuration says. */
export interface NginxConfig {
  readonly servers: readonly NginxServer[];
  readonly logFormats: ReadonlyMap<string, string>;
  readonly upstreams: ReadonlyMap<string, readonly Directive[]>;
  /** What `http` says for all servers. */
  readonly http: readonly Directive[];
  readonly workerProcesses: number;
  readonly workerConnections: number;
  /** The least level that the error log tells. */
  readonly errorLevel: string;
}

/** `worker_processes auto` on a node of two processors. */
const workersAuto = 2;
/** Upstream: src/event/ngx_event.c DEFAULT_CONNECTIONS */
const connectionsDefault = 512;

/** The format of the official image. */
const mainFormat =
  '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" "$http_x_forwarded_for"';

/** What the image's own configuration says; it is not read as long as nothing is mounted over it. */
const imageConfig: NginxConfig = {
  servers: [
    {
      port: 80,
      names: [],
      block: [{ name: 'root', words: ['/usr/share/nginx/html'], block: undefined }],
    },
  ],
  logFormats: new Map([['main', mainFormat]]),
  upstreams: new Map(),
  http: [{ name: 'access_log', words: ['/var/log/nginx/access.log', 'main'], block: undefined }],
  workerProcesses: workersAuto,
  workerConnections: 1024,
  errorLevel: 'notice',
};

/** The configuration file of the image: what `imageConfig` says, for those who read or change it. */
export const IMAGE_CONFIG_TEXT = `# the image's own configuration
worker_processes auto;
error_log /var/log/nginx/error.log notice;
events {
  worker_connections 1024;
}
http {
  log_format main '${mainFormat}';
  access_log /var/log/nginx/access.log main;
  include /etc/nginx/conf.d/*.conf;
}
`;

/** The image's conf.d/default.conf. */
export const IMAGE_SERVER_TEXT =
  'server {\n    listen       80;\n    server_name  localhost;\n\n    location / {\n        root   /usr/share/nginx/html;\n        index  index.html index.htm;\n    }\n}\n';

/** The image's own configuration with answers for paths. */
function imageConfigWith(answers: Readonly<Record<string, string>>): NginxConfig {
  const locations = Object.entries(answers).map(([path, text]): Directive => ({
    name: 'location',
    words: ['=', path],
    block: [{ name: 'return', words: ['200', text], block: undefined }],
  }));
  const servers = imageConfig.servers.map((server) => ({
    ...server,
    block: [...server.block, ...locations],
  }));
  return { ...imageConfig, servers };
}

/** Reads the configuration. Returns the words of the complaint when it is broken. */
export function loadNginxConfig(
  process: OsProcess,
  path: string,
  answers: Readonly<Record<string, string>> = {},
): NginxConfig | string {
  if (path === '/etc/nginx/nginx.conf' && process.system.isAsInImage('/etc/nginx')) {
    return imageConfigWith(answers);
  }
  const top = readFile(process, path, 0);
  if (typeof top === 'string') return top;
  const http = top.flatMap((directive) =>
    directive.name === 'http' ? (directive.block ?? []) : [],
  );
  const servers: NginxServer[] = [];
  const logFormats = new Map<string, string>();
  const upstreams = new Map<string, readonly Directive[]>();
  for (const { name, words, block } of http) {
    if (name === 'log_format') logFormats.set(words[0] ?? '', words.slice(1).join(''));
    if (name === 'upstream') upstreams.set(words[0] ?? '', block ?? []);
    if (name !== 'server' || block === undefined) continue;
    const ports = block
      .filter((directive) => directive.name === 'listen')
      .map((directive) => Number(/(\d+)$/.exec(directive.words[0] ?? '')?.[1] ?? 80));
    const names = block.find((directive) => directive.name === 'server_name')?.words ?? [];
    for (const port of new Set(ports.length === 0 ? [80] : ports)) {
      servers.push({ port, names, block });
    }
  }
  const wordOf = (block: readonly Directive[], name: string, index = 0): string | undefined =>
    block.findLast((directive) => directive.name === name)?.words[index];
  const events = top.flatMap(({ name, block }) => (name === 'events' ? (block ?? []) : []));
  const workers = wordOf(top, 'worker_processes') ?? '1';
  return {
    servers,
    logFormats,
    upstreams,
    http,
    workerProcesses: workers === 'auto' ? workersAuto : Number(workers),
    workerConnections: Number(wordOf(events, 'worker_connections') ?? connectionsDefault),
    errorLevel: wordOf([...top, ...http], 'error_log', 1) ?? 'error',
  };
}

const levels = ['debug', 'info', 'notice', 'warn', 'error', 'crit', 'alert', 'emerg'];

/** Whether an error log of a least level tells of another level. */
export function isLogged(level: string, leastLevel: string): boolean {
  return levels.indexOf(level) >= levels.indexOf(leastLevel);
}

const unitsMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Reads a time: `5s`, `1m30s`, `250ms`, a bare number of seconds. */
export function nginxTimeMs(text: string): number {
  let ms = 0;
  for (const [, number = '', unit = 's'] of text.matchAll(/(\d+)(ms|s|m|h|d)?/g)) {
    ms += Number(number) * (unitsMs[unit] ?? 0);
  }
  return ms;
}

function readFile(process: OsProcess, path: string, depth: number): Directive[] | string {
  const text = process.system.files.readText(process, path);
  if (isErrno(text)) return `open() "${path}" failed (2: No such file or directory)`;
  const parsed = parse(textOf(text), path);
  if (typeof parsed === 'string' || depth > 8) return parsed;
  return include(process, parsed, path, depth);
}

function include(
  process: OsProcess,
  directives: readonly Directive[],
  path: string,
  depth: number,
): Directive[] | string {
  const found: Directive[] = [];
  for (const directive of directives) {
    if (directive.name === 'include') {
      for (const file of matches(process, directive.words[0] ?? '', path)) {
        const inner = readFile(process, file, depth + 1);
        if (typeof inner === 'string') return inner;
        found.push(...inner);
      }
    } else if (directive.block !== undefined) {
      const block = include(process, directive.block, path, depth);
      if (typeof block === 'string') return block;
      found.push({ ...directive, block });
    } else found.push(directive);
  }
  return found;
}

function matches(process: OsProcess, pattern: string, from: string): string[] {
  const base = pattern.startsWith('/')
    ? pattern
    : `${from.slice(0, from.lastIndexOf('/'))}/${pattern}`;
  const cut = base.lastIndexOf('/');
  const name = base.slice(cut + 1);
  if (!name.includes('*')) return base.endsWith('mime.types') ? [] : [base];
  const entries = process.system.files.list(process, base.slice(0, cut));
  if (isErrno(entries)) return [];
  const [before = '', after = ''] = name.split('*');
  return entries
    .filter((entry) => !entry.startsWith('.') && entry.startsWith(before) && entry.endsWith(after))
    .sort()
    .map((entry) => `${base.slice(0, cut)}/${entry}`);
}

const token =
  /\s+|#[^\n]*|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([{};])|((?:\$\{[^}]*\}|[^\s;{}"'])+)/gy;

/** Parses a file into directives. Returns the words of the complaint when it is broken. */
export function parse(text: string, path: string): Directive[] | string {
  const stack: { directives: Directive[]; words: string[] }[] = [{ directives: [], words: [] }];
  token.lastIndex = 0;
  const lineAt = (index: number): number => text.slice(0, index).split('\n').length;
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const match = token.exec(text);
    const top = stack.at(-1);
    if (match === null || top === undefined) {
      return `unexpected "${text[at] ?? ''}" in ${path}:${lineAt(at)}`;
    }
    const [, double, single, mark, word] = match;
    if (double !== undefined || single !== undefined)
      top.words.push(unescape(double ?? single ?? ''));
    else if (word !== undefined) top.words.push(word);
    else if (mark === ';' || mark === '{') {
      const [name, ...words] = top.words;
      if (name === undefined) return `unexpected "${mark}" in ${path}:${lineAt(at)}`;
      if (mark === '{') stack.push({ directives: [], words: [] });
      else {
        top.directives.push({ name, words, block: undefined, at: `${path}:${lineAt(at)}` });
        top.words = [];
      }
    } else if (mark === '}') {
      const below = stack.at(-2);
      if (below === undefined || top.words.length > 0) {
        return `unexpected "}" in ${path}:${lineAt(at)}`;
      }
      stack.pop();
      const [name = '', ...words] = below.words;
      below.directives.push({ name, words, block: top.directives });
      below.words = [];
    }
  }
  const [top] = stack;
  if (stack.length > 1 || top === undefined || top.words.length > 0) {
    return `unexpected end of file, expecting ";" or "}" in ${path}:${lineAt(text.length)}`;
  }
  return top.directives;
}

function unescape(text: string): string {
  return text.replace(/\\(["'\\])/g, '$1');
}
