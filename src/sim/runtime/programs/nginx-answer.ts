/**
 * How nginx answers a request by its configuration: choice of server and location, `return`, files, what is passed on, the
 * access log. A client that hangs up before the answer is logged as 499.
 *
 * Upstream: nginx src/http/ngx_http_core_module.c ngx_http_core_find_location, modules/ngx_http_log_module.c
 */
import type { Process } from '../../engine/process.ts';
import { textOf } from '../bytes.ts';
import { slashTime } from '../calendar.ts';
import { printLater } from '../container-log.ts';
import { isErrno } from '../errno.ts';
import type { HttpRequest, HttpResponse } from '../node-network.ts';
import type { OsProcess } from '../os-process.ts';
import { respond, splitPath } from './http-service.ts';
import { isLogged } from './nginx-config.ts';
import type { Directive, NginxServer } from './nginx-config.ts';
import { splitTarget } from './nginx-cycle.ts';
import type { NginxCycle } from './nginx-cycle.ts';
import { proxyRequest } from './nginx-proxy.ts';
import type { UpstreamAttempt } from './nginx-proxy.ts';
import { readUpstreamServer, UpstreamGroup } from './nginx-upstream.ts';
import { expandNginx } from './nginx-variables.ts';
import type { VariableSource } from './nginx-variables.ts';

/** The format that is meant when none is named. Upstream: ngx_http_log_module.c ngx_http_combined_fmt */
const combinedFormat =
  '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"';
/** Logged when the client has hung up. */
const clientClosedRequest = 499;

const reasons: Readonly<Record<number, string>> = {
  301: '301 Moved Permanently',
  302: '302 Found',
  400: '400 Bad Request',
  403: '403 Forbidden',
  404: '404 Not Found',
  405: '405 Not Allowed',
  500: '500 Internal Server Error',
  502: '502 Bad Gateway',
  503: '503 Service Temporarily Unavailable',
  504: '504 Gateway Time-out',
};

/** Whose answer it is. */
export interface AnsweringWorker {
  readonly process: OsProcess;
  readonly cycle: NginxCycle;
  readonly version: string;
  readonly pid: number;
}

/** Answers one request. */
export function nginxAnswer(
  worker: AnsweringWorker,
  request: HttpRequest,
): HttpResponse | Process<HttpResponse> {
  return new Exchange(worker, request).answer();
}

class Exchange {
  readonly #worker: AnsweringWorker;
  readonly #process: OsProcess;
  readonly #request: HttpRequest;
  readonly #server: NginxServer | undefined;
  readonly #location: Directive | undefined;
  readonly #path: string;
  readonly #attempts: UpstreamAttempt[] = [];
  readonly #variables: VariableSource;

  constructor(worker: AnsweringWorker, request: HttpRequest) {
    const { process, cycle, version, pid } = worker;
    this.#worker = worker;
    this.#process = process;
    this.#request = request;
    this.#path = splitPath(request.path).path;
    const host = (request.headers['host'] ?? '').replace(/:\d+$/, '');
    const { servers } = cycle.config;
    this.#server = servers.find((server) => server.names.includes(host)) ?? servers[0];
    this.#location = findLocation(this.#server?.block ?? [], this.#path);
    this.#variables = {
      request,
      hostname: process.system.hostname,
      version,
      workerPid: pid,
      serverPort: this.#server?.port ?? 80,
      serverName: this.#server?.names[0] ?? '',
      startMs: process.system.engine.nowMs,
      connection: cycle.open(),
      proxyHost: splitTarget(this.#find('proxy_pass')?.words[0] ?? '').authority,
      attempts: this.#attempts,
    };
  }

  answer(): HttpResponse | Process<HttpResponse> {
    const proxy = this.#find('proxy_pass')?.words[0];
    if (proxy !== undefined) return this.#proxy(proxy);
    const response = this.#returned() ?? this.#file();
    const rate = Number(this.#find('limit_rate')?.words[0] ?? 0);
    if (rate > 0) return this.#slowly(response, rate);
    return this.#finish(response);
  }

  /** Headers and body leave at `rate` bytes a second. */
  *#slowly(response: HttpResponse, rate: number): Process<HttpResponse> {
    const bytes = response.body.length + 170;
    let isOver = false;
    try {
      yield* this.#process.system.engine.delay((bytes * 1000) / rate);
      isOver = true;
      return this.#finish(response);
    } finally {
      if (!isOver) this.#finish(response);
    }
  }

  /** The last thing done for a request: it is logged, and its connection given back. */
  #finish(response: HttpResponse): HttpResponse {
    this.#log(response.status, response.body.length);
    this.#worker.cycle.release();
    return response;
  }

  #returned(): HttpResponse | undefined {
    for (const block of [this.#server?.block ?? [], this.#location?.block ?? []]) {
      for (const { name, words, block: inner } of block) {
        const isTaken = name === 'if' && this.#isTrue(words);
        const found = isTaken ? inner?.find((directive) => directive.name === 'return') : undefined;
        if (found !== undefined) return this.#returnOf(found.words);
        if (name === 'return') return this.#returnOf(words);
      }
    }
    return undefined;
  }

  #returnOf([code = '200', ...rest]: readonly string[]): HttpResponse {
    const status = Number(code);
    const text = this.#expand(rest.join(' '), 200);
    if (status >= 300 && status < 400) {
      return { ...this.#page(status), headers: { ...this.#headers(), location: text } };
    }
    if (rest.length === 0) return this.#page(status);
    const type = this.#find('default_type')?.words[0] ?? 'text/plain';
    return { status, headers: { ...this.#headers(), 'content-type': type }, body: text };
  }

  /** `($variable = "text")`, `!=`, `~`, or a variable alone. */
  #isTrue(words: readonly string[]): boolean {
    const condition = words
      .join(' ')
      .replace(/^\(\s*/, '')
      .replace(/\s*\)$/, '');
    const match = /^(\S+)\s+(=|!=|~\*?|!~\*?)\s*(.*)$/.exec(condition);
    const left = this.#expand(match?.[1] ?? condition, 200);
    if (match === null) return left !== '' && left !== '0';
    const [, , operator = '', right = ''] = match;
    if (operator === '=') return left === right;
    if (operator === '!=') return left !== right;
    const isFound = new RegExp(right, operator.endsWith('*') ? 'i' : '').test(left);
    return operator.startsWith('!') ? !isFound : isFound;
  }

  #file(): HttpResponse {
    if (!['GET', 'HEAD'].includes(this.#request.method)) return this.#page(405);
    const root = this.#find('root')?.words[0] ?? '/usr/share/nginx/html';
    const { files } = this.#process.system;
    let path = `${root}${this.#path}`;
    const node = files.stat(this.#process, path);
    if (isErrno(node)) return this.#page(404);
    if (node.kind === 'directory') {
      if (!path.endsWith('/')) {
        const location = `${this.#path}/`;
        return { ...this.#page(301), headers: { ...this.#headers(), location } };
      }
      path = `${path}index.html`;
      if (isErrno(files.stat(this.#process, path))) return this.#page(403);
    }
    const text = files.readText(this.#process, path);
    if (isErrno(text)) return this.#page(text === 'ENOENT' ? 404 : 403);
    const type = path.endsWith('.html') ? 'text/html' : 'text/plain';
    const headers = { ...this.#headers(), 'content-type': type };
    return { status: 200, headers, body: textOf(text) };
  }

  *#proxy(target: string): Process<HttpResponse> {
    const { cycle } = this.#worker;
    let isOver = false;
    try {
      const { authority, uri } = splitTarget(this.#expand(target, 200));
      const path = this.#passedPath(uri);
      const group = cycle.group(authority) ?? this.#groupOf(authority, path);
      const answer =
        group === undefined
          ? 502
          : yield* proxyRequest({
              process: this.#process,
              cycle,
              group,
              request: { ...this.#request, path, headers: this.#passedHeaders() },
              isKeepAlive: this.#isKeepAlive(),
              words: (name) => this.#find(name)?.words,
              report: (level, message, address) => this.#report(level, message, address, path),
              tried: (attempt) => this.#attempts.push(attempt),
            });
      isOver = true;
      return this.#finish(typeof answer === 'number' ? this.#page(answer) : answer);
    } finally {
      if (!isOver) this.#finish(respond(clientClosedRequest, ''));
    }
  }

  /** A URI in `proxy_pass` takes the place of what the location matched. */
  #passedPath(uri: string): string {
    if (uri === '') return this.#request.path;
    const [prefix = ''] = this.#location?.words ?? [];
    return `${uri}${this.#request.path.slice(prefix.startsWith('/') ? prefix.length : 0)}`;
  }

  /** A name that only the request has told is looked up then, which takes a `resolver`. */
  #groupOf(authority: string, path: string): UpstreamGroup | undefined {
    const server = readUpstreamServer([authority]);
    if (/^[\d.]+$/.test(server.host) || this.#find('resolver') !== undefined) {
      return new UpstreamGroup(authority, [server]);
    }
    this.#report('error', `no resolver defined to resolve ${server.host}`, authority, path);
    return undefined;
  }

  #passedHeaders(): Record<string, string> {
    const headers: Record<string, string> = {
      ...this.#request.headers,
      host: this.#variables.proxyHost,
      connection: 'close',
    };
    for (const { words } of this.#all('proxy_set_header')) {
      const [name = '', value = ''] = words;
      const text = this.#expand(value, 200);
      if (text === '') delete headers[name.toLowerCase()];
      else headers[name.toLowerCase()] = text;
    }
    return headers;
  }

  /** Servers close a connection after an answer in HTTP/1.0, and when the request asks them to. */
  #isKeepAlive(): boolean {
    const version = this.#find('proxy_http_version')?.words[0];
    return version === '1.1' && this.#passedHeaders()['connection'] !== 'close';
  }

  #report(level: string, message: string, address: string, path: string): void {
    const { cycle, pid } = this.#worker;
    if (!isLogged(level, cycle.config.errorLevel)) return;
    const { connection, serverName, request } = this.#variables;
    const ms = this.#process.system.engine.nowMs;
    const host = request.headers['host'];
    printLater(
      this.#process.file(2),
      () =>
        `${slashTime(ms)} [${level}] ${pid}#${pid}: *${connection} ${message}, client: ${request.clientIp}, server: ${serverName}, request: "${request.method} ${request.path} HTTP/1.1", upstream: "http://${address}${path}"${host === undefined ? '' : `, host: "${host}"`}\n`,
    );
  }

  #page(status: number): HttpResponse {
    const title = reasons[status] ?? String(status);
    const body =
      status < 300
        ? ''
        : `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx/${this.#worker.version}</center>\r\n</body>\r\n</html>\r\n`;
    return { status, headers: { ...this.#headers(), 'content-type': 'text/html' }, body };
  }

  #headers(): Record<string, string> {
    return { server: `nginx/${this.#worker.version}` };
  }

  /** The innermost directive of a name. */
  #find(name: string): Directive | undefined {
    return this.#all(name)[0];
  }

  /** The directives of a name on the innermost level that has any. */
  #all(name: string): readonly Directive[] {
    const { http } = this.#worker.cycle.config;
    for (const block of [this.#location?.block, this.#server?.block, http]) {
      const found = block?.filter((directive) => directive.name === name) ?? [];
      if (found.length > 0) return found;
    }
    return [];
  }

  #log(status: number, bodyBytes: number): void {
    const { cycle } = this.#worker;
    const log = this.#find('access_log')?.words;
    if (log?.[0] === 'off') return;
    const format = cycle.config.logFormats.get(log?.[1] ?? 'combined') ?? combinedFormat;
    const nowMs = this.#process.system.engine.nowMs;
    const make = (): string =>
      `${expandNginx(format, this.#variables, { status, bodyBytes, nowMs }, '-')}\n`;
    const path = log?.[0] ?? '/dev/stdout';
    if (path === '/dev/stdout' || path.startsWith('/var/log/nginx/')) {
      printLater(this.#process.file(1), make);
      return;
    }
    if (path === '/dev/stderr') return printLater(this.#process.file(2), make);
    const opened = this.#process.system.files.open(this.#process, path, {
      write: true,
      append: true,
      create: true,
    });
    if (!isErrno(opened)) opened.write(make());
  }

  #expand(text: string, status: number): string {
    const { nowMs } = this.#process.system.engine;
    return expandNginx(text, this.#variables, { status, bodyBytes: 0, nowMs });
  }
}

function findLocation(block: readonly Directive[], path: string): Directive | undefined {
  let best: Directive | undefined;
  let bestLength = -1;
  let matching: Directive | undefined;
  for (const directive of block) {
    if (directive.name !== 'location') continue;
    const [first = '', second] = directive.words;
    if (first === '=' && second === path) return directive;
    if (first === '=' || second === undefined ? first !== '' : false) {
      if (first !== '=' && path.startsWith(first) && first.length > bestLength) {
        best = directive;
        bestLength = first.length;
      }
    } else if (first === '^~' && path.startsWith(second ?? '')) {
      best = directive;
      bestLength = Infinity;
    } else if (first.startsWith('~') && matching === undefined) {
      const flags = first === '~*' ? 'i' : '';
      if (new RegExp(second ?? '', flags).test(path)) matching = directive;
    }
  }
  return bestLength === Infinity ? best : (matching ?? best);
}
