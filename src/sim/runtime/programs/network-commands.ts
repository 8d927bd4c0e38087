/**
 * Commands that serve and dial: httpd, wget, nc, nslookup.
 *
 * Upstream: busybox networking/httpd.c, wget.c, nc.c, nslookup.c
 * Simplified: no CGI, no uploads; a listening nc takes connections but carries no data.
 */
import type { Process } from '../../engine/process.ts';
import { bytesOf, textOf } from '../bytes.ts';
import { errorText, isErrno } from '../errno.ts';
import type { HttpOutcome, HttpRequest, HttpResponse } from '../node-network.ts';
import type { OsProcess } from '../os-process.ts';
import { baseName } from '../os-process.ts';
import { HttpService, respond, splitPath } from './http-service.ts';
import { complain, readOptions, usage, valueOf } from './utility.ts';

const WAIT_MS = 900_000;

/** httpd [-f] [-p PORT] [-h HOME]: serves files; without -f a child of it does. */
export function httpd(process: OsProcess): undefined {
  const options = readOptions(process, process.argv.slice(1), 'httpd', 'ifvp:h:c:u:r:');
  if (options === undefined) {
    process.exit(1);
    return undefined;
  }
  const port = Number(/(\d+)$/.exec(valueOf(options, 'p') ?? '80')?.[1] ?? 80);
  const home = valueOf(options, 'h') ?? process.cwd;
  if (!options.flags.has('f')) {
    process.space.spawn(
      {
        system: process.system,
        parent: process.space.init,
        argv: process.argv,
        env: process.env,
        cwd: process.cwd,
        files: new Map(),
        uid: process.uid,
        gid: process.gid,
        groups: process.groups,
      },
      (child) => serveFiles(child, port, home),
    );
    process.exit(0);
    return undefined;
  }
  return serveFiles(process, port, home);
}

function serveFiles(process: OsProcess, port: number, home: string): undefined {
  process.comm = 'httpd';
  const service = new HttpService(process, (request) => fileAnswer(process, home, request));
  if (service.listen(port)) return undefined;
  process.print(2, 'httpd: bind: Address already in use\n');
  process.exit(1);
  return undefined;
}

function fileAnswer(process: OsProcess, home: string, request: HttpRequest): HttpResponse {
  const page = (status: number, title: string, text: string): HttpResponse =>
    respond(
      status,
      `<HTML><HEAD><TITLE>${status} ${title}</TITLE></HEAD>\n<BODY><H1>${status} ${title}</H1>\n${text}\n</BODY></HTML>\n`,
      'text/html',
    );
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return page(501, 'Not Implemented', 'The requested method is not recognized');
  }
  const { files } = process.system;
  let path = `${home}${bytesOf(splitPath(request.path).path)}`;
  const node = files.stat(process, path);
  if (!isErrno(node) && node.kind === 'directory') {
    if (!path.endsWith('/')) {
      return { status: 302, headers: { location: `${splitPath(request.path).path}/` }, body: '' };
    }
    path += 'index.html';
  }
  const text = files.readText(process, path);
  if (isErrno(text)) return page(404, 'Not Found', 'The requested URL was not found');
  return respond(200, textOf(text), path.endsWith('.html') ? 'text/html' : 'text/plain');
}

interface Target {
  readonly scheme: 'HTTP' | 'HTTPS';
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

function targetOf(url: string): Target {
  const match = /^(?:(https?):\/\/)?([^/:]+)(?::(\d+))?(\/.*)?$/.exec(url);
  const scheme = match?.[1] === 'https' ? 'HTTPS' : 'HTTP';
  return {
    scheme,
    host: match?.[2] ?? url,
    port: Number(match?.[3] ?? (scheme === 'HTTPS' ? 443 : 80)),
    path: match?.[4] ?? '/',
  };
}

/** wget [-qSO-] [-T SECONDS] [-O FILE] [--spider] [--header TEXT] [--post-data TEXT] URL */
export function* wget(process: OsProcess, args: readonly string[], name: string): Process<number> {
  const long = new Map<string, string>();
  const words = args.flatMap((word, index): string[] => {
    const match = /^--([a-z-]+)(?:=(.*))?$/s.exec(word);
    const before = /^--(header|post-data|timeout|tries)$/.test(args[index - 1] ?? '');
    if (match === null) return before ? [] : [word];
    long.set(match[1] ?? '', match[2] ?? args[index + 1] ?? '');
    return [];
  });
  const options = readOptions(process, words, name, 'cqSO:o:T:t:P:U:Y:');
  const url = options?.operands[0];
  if (options === undefined || url === undefined) {
    return usage(
      process,
      'wget [-cqS] [--spider] [-O FILE] [-o LOGFILE] [--header STR]\n\t[--post-data STR | --post-file FILE] [-Y on/off]\n\t[-P DIR] [-U AGENT] [-T SEC] URL...',
    );
  }
  const isQuiet = options.flags.has('q') || long.has('quiet');
  const seconds = valueOf(options, 'T') ?? long.get('timeout');
  const timeoutMs = seconds === undefined ? WAIT_MS : Number(seconds) * 1000;
  const header = /^([^:]+):\s*(.*)$/.exec(long.get('header') ?? '');
  let target = targetOf(textOf(url));
  for (let hop = 0; hop < 20; hop += 1) {
    const { network } = process.system;
    if (network === undefined) return complain(process, name, `bad address '${target.host}'`);
    const address = network.resolve?.(target.host) ?? target.host;
    if (!isQuiet)
      process.print(2, `Connecting to ${target.host}:${target.port} (${address}:${target.port})\n`);
    const body = long.get('post-data');
    const outcome = yield* network.httpGet({
      ...target,
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        host: target.port === 80 ? target.host : `${target.host}:${target.port}`,
        'user-agent': 'Wget',
        ...(header === null ? {} : { [(header[1] ?? '').toLowerCase()]: header[2] ?? '' }),
      },
      body,
      timeoutMs,
    });
    if (outcome.kind !== 'response') {
      return complain(process, name, dialProblem(outcome, target, address));
    }
    const { response } = outcome;
    const location = response.headers['location'];
    if (response.status >= 300 && response.status < 400 && location !== undefined) {
      target = location.startsWith('/') ? { ...target, path: location } : targetOf(location);
      continue;
    }
    if (options.flags.has('S'))
      process.print(2, `  HTTP/1.1 ${response.status} ${reasonOf(response.status)}\n`);
    if (response.status >= 400) {
      const line = `HTTP/1.1 ${response.status} ${reasonOf(response.status)}`;
      return complain(process, name, `server returned error: ${line}`);
    }
    if (long.has('spider')) {
      if (!isQuiet) process.print(2, 'remote file exists\n');
      return 0;
    }
    return yield* save(
      process,
      name,
      valueOf(options, 'O') ?? (baseName(target.path) || 'index.html'),
      bytesOf(response.body),
      isQuiet,
    );
  }
  return complain(process, name, 'too many redirections');
}

function* save(
  process: OsProcess,
  name: string,
  path: string,
  body: string,
  isQuiet: boolean,
): Process<number> {
  if (path === '-') {
    if (!isQuiet) process.print(2, 'writing to stdout\n');
    yield* process.write(1, body);
    if (!isQuiet) process.print(2, 'written to stdout\n');
    return 0;
  }
  const file = process.system.files.open(process, path, {
    write: true,
    create: true,
    truncate: true,
  });
  if (isErrno(file)) return complain(process, name, `can't open '${path}': ${errorText(file)}`);
  if (!isQuiet) process.print(2, `saving to '${path}'\n`);
  file.write(body);
  if (!isQuiet) process.print(2, `'${path}' saved\n`);
  return 0;
}

function dialProblem(outcome: HttpOutcome, target: Target, address: string): string {
  switch (outcome.kind) {
    case 'unknown-host':
      return `bad address '${target.host}'`;
    case 'refused':
      return `can't connect to remote host (${address}): Connection refused`;
    case 'no-route':
      return `can't connect to remote host (${address}): No route to host`;
    case 'timeout':
    case 'response-timeout':
      return 'download timed out';
    case 'reset':
      return 'error getting response: Connection reset by peer';
    default:
      return 'error getting response';
  }
}

function reasonOf(status: number): string {
  const reasons: Record<number, string> = {
    200: 'OK',
    400: 'Bad Request',
    403: 'Forbidden',
    404: 'Not Found',
    412: 'Precondition Failed',
    500: 'Internal Server Error',
    502: 'Bad Gateway',
    503: 'Service Unavailable',
    504: 'Gateway Timeout',
  };
  return reasons[status] ?? '';
}

/** nc [-z] [-w SECONDS] [-v] HOST PORT, nc -l -p PORT */
export function* nc(process: OsProcess, args: readonly string[], name: string): Process<number> {
  const options = readOptions(process, args, name, 'lzvnkup:w:i:e:s:');
  if (options === undefined) return 1;
  const { network, engine } = process.system;
  const [host, port] = options.operands;
  if (options.flags.has('l')) {
    const own = Number(valueOf(options, 'p') ?? host ?? 0);
    const service = new HttpService(process, () => respond(400, ''));
    if (!service.listen(own)) return complain(process, name, 'bind: Address already in use');
    yield* process.exited.wait();
    return 0;
  }
  if (host === undefined || port === undefined || network === undefined) {
    return usage(process, 'nc [-iN] [-wN] [-l] [-p PORT] [-f FILE|IPADDR PORT] [-e PROG]');
  }
  const seconds = valueOf(options, 'w');
  const outcome = yield* network.connect(
    textOf(host),
    Number(port),
    seconds === undefined ? WAIT_MS : Number(seconds) * 1000,
  );
  if (outcome === 'connected') {
    if (options.flags.has('v'))
      process.print(2, `${host} (${network.resolve?.(host) ?? host}:${port}) open\n`);
    yield* engine.delay(1);
    return 0;
  }
  if (outcome === 'unknown-host') return complain(process, name, `bad address '${host}'`);
  if (outcome === 'timeout') return complain(process, name, 'timed out');
  const address = network.resolve?.(host) ?? host;
  const words = outcome === 'refused' ? 'Connection refused' : 'No route to host';
  if (options.flags.has('z') && !options.flags.has('v')) return 1;
  return complain(process, name, `can't connect to remote host (${address}): ${words}`);
}

/** nslookup NAME [SERVER] */
export function nslookup(process: OsProcess, args: readonly string[], name: string): number {
  const [host] = args.filter((word) => !word.startsWith('-'));
  if (host === undefined)
    return usage(process, 'nslookup [-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]');
  const text = process.system.files.readText(undefined, '/etc/resolv.conf');
  const servers = isErrno(text) ? [] : [...text.matchAll(/^nameserver (\S+)$/gm)];
  const server = servers[0]?.[1];
  if (server === undefined) return complain(process, name, 'no name server in /etc/resolv.conf');
  process.print(1, `Server:\t\t${server}\nAddress:\t${server}:53\n\n`);
  const address = process.system.network?.resolve?.(textOf(host));
  if (address === undefined) {
    process.print(1, `** server can't find ${host}: NXDOMAIN\n\n`);
    return 1;
  }
  process.print(1, `Name:\t${host}\nAddress: ${address}\n\n`);
  return 0;
}
