/**
 * How nginx answers a request by its configuration: choice of server and location, `return`, files, proxying, the access log.
 *
 * Upstream: nginx src/http/ngx_http_core_module.c ngx_http_core_find_location
 * Simplified: upstreams are tried in turn without weights or passive checks; the proxying of connections in detail is the network's.
 */
import type { Process } from '../../engine/process.ts';
import { textOf } from '../bytes.ts';
import { momentOf } from '../calendar.ts';
import { printLater } from '../container-log.ts';
import { isErrno } from '../errno.ts';
import type { HttpRequest, HttpResponse } from '../node-network.ts';
import type { OsProcess } from '../os-process.ts';
import { splitPath } from './http-service.ts';
import type { Directive, NginxConfig, NginxServer } from './nginx-config.ts';

/** `$remote_addr - $remote_user [$time_local] "$request" …`, the format of the official image. */
const MAIN_FORMAT =
  '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" "$http_x_forwarded_for"';

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

/** Answers one request. */
export function nginxAnswer(
  process: OsProcess,
  config: NginxConfig,
  version: string,
  worker: number,
  request: HttpRequest,
): HttpResponse | Process<HttpResponse> {
  const exchange = new Exchange(process, config, version, worker, request);
  return exchange.answer();
}

class Exchange {
  readonly #process: OsProcess;
  readonly #config: NginxConfig;
  readonly #version: string;
  readonly #worker: number;
  readonly #request: HttpRequest;
  readonly #server: NginxServer | undefined;
  readonly #location: Directive | undefined;
  readonly #path: string;

  constructor(
    process: OsProcess,
    config: NginxConfig,
    version: string,
    worker: number,
    request: HttpRequest,
  ) {
    this.#process = process;
    this.#config = config;
    this.#version = version;
    this.#worker = worker;
    this.#request = request;
    this.#path = splitPath(request.path).path;
    const host = (request.headers['host'] ?? '').replace(/:\d+$/, '');
    this.#server =
      config.servers.find((server) => server.names.includes(host)) ?? config.servers[0];
    this.#location = findLocation(this.#server?.block ?? [], this.#path);
  }

  answer(): HttpResponse | Process<HttpResponse> {
    const proxy = this.#find('proxy_pass')?.words[0];
    if (proxy !== undefined) return this.#proxy(proxy);
    const response = this.#returned() ?? this.#file();
    const rate = Number(this.#find('limit_rate')?.words[0] ?? 0);
    if (rate > 0) return this.#slowly(response, rate);
    this.#log(response);
    return response;
  }

  /** Headers and body leave at `rate` bytes a second. */
  *#slowly(response: HttpResponse, rate: number): Process<HttpResponse> {
    const bytes = response.body.length + 170;
    yield* this.#process.system.engine.delay((bytes * 1000) / rate);
    this.#log(response);
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
    const match = /^http:\/\/([^/:]+)(?::(\d+))?(\/.*)?$/.exec(target);
    const servers = this.#config.upstreams.get(match?.[1] ?? '');
    const addresses = servers?.flatMap((line) =>
      line.name === 'server' ? [line.words[0] ?? ''] : [],
    ) ?? [`${match?.[1] ?? ''}:${match?.[2] ?? '80'}`];
    const connectMs = seconds(this.#find('proxy_connect_timeout')?.words[0] ?? '60s');
    let response = this.#page(502);
    const first = this.#process.system.random.int(Math.max(addresses.length, 1));
    for (const index of addresses.keys()) {
      const [host = '', port = '80'] = (addresses[(first + index) % addresses.length] ?? '').split(
        ':',
      );
      const outcome = yield* (
        this.#process.system.network?.httpGet({
          host,
          port: Number(port),
          scheme: 'HTTP',
          method: this.#request.method,
          path: match?.[3] ?? this.#request.path,
          headers: this.#request.headers,
          body: this.#request.body,
          timeoutMs: connectMs,
        }) ?? noNetwork()
      );
      if (outcome.kind === 'response') {
        response = outcome.response;
        break;
      }
      const isLate = outcome.kind === 'timeout' || outcome.kind === 'response-timeout';
      response = this.#page(isLate ? 504 : 502);
    }
    this.#log(response);
    return response;
  }

  #page(status: number): HttpResponse {
    const title = reasons[status] ?? String(status);
    const body =
      status < 300
        ? ''
        : `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx/${this.#version}</center>\r\n</body>\r\n</html>\r\n`;
    return { status, headers: { ...this.#headers(), 'content-type': 'text/html' }, body };
  }

  #headers(): Record<string, string> {
    return { server: `nginx/${this.#version}` };
  }

  /** The innermost directive of a name. */
  #find(name: string): Directive | undefined {
    const isIt = (directive: Directive): boolean => directive.name === name;
    return this.#location?.block?.find(isIt) ?? this.#server?.block.find(isIt);
  }

  #log(response: HttpResponse): void {
    const log = this.#find('access_log')?.words;
    if (log?.[0] === 'off') return;
    const format = this.#config.logFormats.get(log?.[1] ?? 'main') ?? MAIN_FORMAT;
    const ms = this.#process.system.engine.nowMs;
    const make = (): string => `${this.#expand(format, response.status, response.body, ms, '-')}\n`;
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

  #expand(
    text: string,
    status: number,
    body = '',
    ms = this.#process.system.engine.nowMs,
    missing = '',
  ): string {
    return text.replace(/\$\{?(\w+)\}?/g, (_whole, name: string) => {
      const value = this.#variable(name, status, body, ms);
      return value === '' ? missing : value;
    });
  }

  #variable(name: string, status: number, body: string, ms: number): string {
    const request = this.#request;
    const moment = momentOf(ms);
    if (name.startsWith('http_')) return request.headers[name.slice(5).replaceAll('_', '-')] ?? '';
    if (name.startsWith('arg_')) return splitPath(request.path).query.get(name.slice(4)) ?? '';
    switch (name) {
      case 'hostname':
        return this.#process.system.hostname;
      case 'host':
        return (request.headers['host'] ?? '').replace(/:\d+$/, '');
      case 'request':
        return `${request.method} ${request.path} HTTP/1.1`;
      case 'request_method':
        return request.method;
      case 'request_uri':
        return request.path;
      case 'uri':
        return this.#path;
      case 'remote_addr':
        return request.clientIp;
      case 'status':
        return String(status);
      case 'body_bytes_sent':
        return String(body.length);
      case 'pid':
        return String(this.#worker);
      case 'nginx_version':
        return this.#version;
      case 'server_port':
        return String(this.#server?.port ?? 80);
      case 'msec':
        return `${moment.epochSeconds}.${moment.millisecond}`;
      case 'time_local': {
        const { day, monthName, year, hour, minute, second } = moment;
        return `${day}/${monthName}/${year}:${hour}:${minute}:${second} +0000`;
      }
      default:
        return '';
    }
  }
}

function* noNetwork(): Process<{ kind: 'no-route' }> {
  return { kind: 'no-route' };
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

function seconds(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text);
  const unit = match?.[2] === 'ms' ? 1 : match?.[2] === 'm' ? 60_000 : 1000;
  return Number(match?.[1] ?? 60) * unit;
}
