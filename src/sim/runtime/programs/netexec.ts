/**
 * `agnhost netexec`: the HTTP server of Kubernetes' network tests.
 *
 * Upstream: test/images/agnhost/netexec/netexec.go
 * Simplified: no UDP or SCTP answers, no /dial, no /upload.
 */
import type { Process } from '../../engine/process.ts';
import { bytesOf, textOf } from '../bytes.ts';
import { momentOf } from '../calendar.ts';
import type { HttpRequest, HttpResponse } from '../node-network.ts';
import type { OsProcess } from '../os-process.ts';
import { SIGTERM } from '../signals.ts';
import { klog, readFlags } from './go-program.ts';
import { HttpService, respond, splitPath } from './http-service.ts';
import { runCommand } from './run-command.ts';

/** Starts the server as the flags say. */
export function netexec(process: OsProcess): undefined {
  const flags = readFlags(process.argv.slice(2));
  const httpPort = Number(flags.get('http-port') ?? 8080);
  const udpPort = Number(flags.get('udp-port') ?? 8081);
  const delayMs = Number(flags.get('delay-shutdown') ?? 0) * 1000;
  const state = { isReady: false, isEnding: false };
  const service = new HttpService(process, (request) => answer(process, state, request));
  process.handle(SIGTERM, () => {
    state.isEnding = true;
    if (delayMs === 0) return process.exit(0);
    process.handle(SIGTERM, 'ignore');
    process.after(delayMs, () => process.exit(0));
  });
  process.after(process.system.random.between(12, 60), () => {
    klog(process, `Started HTTP server on port ${httpPort}`);
    if (!service.listen(httpPort)) {
      klog(process, `listen tcp :${httpPort}: bind: address already in use`);
      process.exit(255);
      return;
    }
    klog(process, `Started UDP server on port  ${udpPort}`);
    state.isReady = true;
  });
}

/** What Go's server sends with a redirection. */
function redirectPage(location: string, code: number): string {
  const text = statusTexts[code] ?? '';
  return `<a href="${location}">${text}</a>.\n\n`;
}

const statusTexts: Readonly<Record<number, string>> = {
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
};

interface ServerState {
  isReady: boolean;
  isEnding: boolean;
}

function answer(
  process: OsProcess,
  state: ServerState,
  request: HttpRequest,
): HttpResponse | Process<HttpResponse> {
  const { path, query } = splitPath(request.path);
  switch (path) {
    case '/clientip':
      klog(process, 'GET /clientip');
      return respond(200, `${request.clientIp}:40000`);
    case '/header': {
      const key = query.get('key') ?? '';
      klog(process, `GET /header?key=${key}`);
      return respond(200, request.headers[key.toLowerCase()] ?? '');
    }
    case '/echo': {
      const message = query.get('msg') ?? '';
      klog(process, `GET /echo?msg=${message}`);
      return respond(Number(query.get('code') ?? 200), message);
    }
    case '/hostname':
    case '/hostName':
      klog(process, `GET ${path}`);
      return respond(200, process.system.hostname);
    case '/healthz':
      klog(process, 'GET /healthz');
      return respond(state.isReady ? 200 : 412, '');
    case '/readyz':
      klog(process, 'GET /readyz');
      return respond(state.isEnding ? 503 : 200, '');
    case '/redirect': {
      const location = query.get('location') ?? '';
      const code = Number(query.get('code') ?? 302);
      klog(process, `redirect to ${location}`);
      return { status: code, headers: { location }, body: redirectPage(location, code) };
    }
    case '/exit':
    case '/quit':
      return exitOnRequest(process, query);
    case '/shell':
    case '/shutdown':
      if (path === '/shell') return shell(process, query);
      process.exit(0);
      return respond(200, '');
    default:
      // In Go's multiplexer the handler of `/` takes every path that no other one has.
      klog(process, `GET ${path}`);
      return respond(200, `NOW: ${goTime(process.system.engine.nowMs)}`);
  }
}

function* exitOnRequest(
  process: OsProcess,
  query: ReadonlyMap<string, string>,
): Process<HttpResponse> {
  const code = Number(query.get('code') ?? 0);
  klog(
    process,
    `GET /exit?code=${query.get('code') ?? ''}&timeout=${query.get('timeout') ?? ''}&wait=${query.get('wait') ?? ''}`,
  );
  yield* process.system.engine.delay(goDurationMs(query.get('wait') ?? ''));
  process.exit(code);
  return respond(200, '');
}

function* shell(process: OsProcess, query: ReadonlyMap<string, string>): Process<HttpResponse> {
  const command = query.get('cmd') ?? query.get('shellCommand') ?? '';
  klog(process, `GET /shell?cmd=${command}`);
  const result = yield* runCommand(process, ['/bin/sh', '-c', bytesOf(command)]);
  const output: Record<string, string> = {};
  if (result.output !== '') output['output'] = textOf(result.output);
  if (result.code !== 0) output['error'] = `exit status ${result.code}`;
  const words = Object.entries(output).map(([name, value]) => `${name}:${value}`);
  klog(process, `Output: map[${words.join(' ')}]`);
  return respond(200, JSON.stringify(output));
}

function goTime(ms: number): string {
  const { year, month, day, hour, minute, second, millisecond } = momentOf(ms);
  return `${year}-${month}-${day} ${hour}:${minute}:${second}.${millisecond} +0000 UTC`;
}

/** Milliseconds of a Go duration (`1.5s`, `2m`); 0 for what is none. */
export function goDurationMs(text: string): number {
  const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
  let ms = 0;
  for (const match of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    ms += Number(match[1]) * (units[match[2] ?? ''] ?? 0);
  }
  return ms;
}
