/**
 * agnhost, the image of Kubernetes' end-to-end tests: one program with subcommands.
 *
 * Upstream: test/images/agnhost/agnhost.go
 * Simplified: of some forty subcommands, those that examples use: netexec, pause, liveness, serve-hostname, entrypoint-tester,
 * grpc-health-checking, help.
 */
import type { OsProcess, Program } from '../os-process.ts';
import { SIGINT, SIGTERM } from '../signals.ts';
import { HttpService, respond } from './http-service.ts';
import { klog, readFlags } from './go-program.ts';
import { netexec } from './netexec.ts';

const subcommands: Readonly<Record<string, Program>> = {
  netexec,
  pause,
  liveness,
  'serve-hostname': serveHostname,
  'entrypoint-tester': entrypointTester,
  'grpc-health-checking': grpcHealthChecking,
};

/** `/agnhost`. */
export const agnhost: Program = (process) => {
  const name = process.argv[1];
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    const list = Object.keys(subcommands).sort();
    process.print(1, `Usage:\n  app [command]\n\nAvailable Commands:\n  ${list.join('\n  ')}\n`);
    process.exit(0);
    return undefined;
  }
  const run = subcommands[name];
  if (run === undefined) {
    process.print(
      2,
      `Error: unknown command "${name}" for "app" (not in this simulation)\nRun 'app --help' for usage.\n`,
    );
    process.exit(1);
    return undefined;
  }
  return run(process);
};

function pause(process: OsProcess): undefined {
  process.print(1, 'Paused\n');
  process.handle(SIGINT, () => process.exit(1));
  process.handle(SIGTERM, () => process.exit(2));
}

function entrypointTester(process: OsProcess): undefined {
  process.print(1, `[${process.argv.join(' ')}]\n`);
  process.exit(0);
}

/** Answers 200 for ten seconds, then 500: the container of the documentation that must be restarted. */
function liveness(process: OsProcess): undefined {
  const { engine } = process.system;
  const startedMs = engine.nowMs;
  const service = new HttpService(process, ({ path }) => {
    const seconds = (engine.nowMs - startedMs) / 1000;
    if (path === '/started') return respond(200, `${seconds}s`);
    if (path !== '/healthz') return respond(404, '404 page not found\n');
    return seconds > 10 ? respond(500, `error: ${seconds}`) : respond(200, 'ok');
  });
  endsOnSigterm(process);
  process.after(process.system.random.between(10, 40), () => service.listen(8080));
}

function serveHostname(process: OsProcess): undefined {
  const flags = readFlags(process.argv.slice(2));
  const port = Number(flags.get('port') ?? 9376);
  const service = new HttpService(process, () => respond(200, process.system.hostname));
  process.after(process.system.random.between(10, 40), () => {
    service.listen(port);
    klog(process, `Serving on port ${port}.`);
  });
  if (flags.get('close') === 'true') endsOnSigterm(process);
  else process.handle(SIGTERM, () => service.drain(() => process.exit(0)));
}

function grpcHealthChecking(process: OsProcess): undefined {
  const flags = readFlags(process.argv.slice(2));
  const { engine } = process.system;
  const startedMs = engine.nowMs;
  const port = Number(flags.get('port') ?? 5000);
  const httpPort = Number(flags.get('http-port') ?? 8080);
  const serviceName = flags.get('service') ?? '';
  const unhealthyAfterMs = Number(flags.get('delay-unhealthy-sec') ?? -1) * 1000;
  let forced: 'SERVING' | 'NOT_SERVING' | undefined;
  const http = new HttpService(process, ({ path }) => {
    if (path === '/make-serving') forced = 'SERVING';
    else if (path === '/make-not-serving') forced = 'NOT_SERVING';
    else return respond(404, '404 page not found\n');
    return respond(200, '');
  });
  const grpc = new HttpService(process, () => respond(415, ''));
  const health = (service: string): 'SERVING' | 'NOT_SERVING' | undefined => {
    if (service !== serviceName) return undefined;
    if (forced !== undefined) return forced;
    const isLate = unhealthyAfterMs >= 0 && engine.nowMs - startedMs >= unhealthyAfterMs;
    return isLate ? 'NOT_SERVING' : 'SERVING';
  };
  process.after(process.system.random.between(10, 40), () => {
    klog(process, `Http server starting to listen on :${httpPort}`);
    http.listen(httpPort);
    klog(process, `gRPC server starting to listen on :${port}`);
    process.listen(port, { serve: (request) => grpc.serve(request), health });
  });
  endsOnSigterm(process);
}

/**
 * Subcommands that do not handle SIGTERM end all the same: the Go runtime catches the signal, raises it again with the
 * default action, and exits with 2 where that has none (PID 1).
 */
function endsOnSigterm(process: OsProcess): void {
  process.handle(SIGTERM, () => {
    if (process.space.init === process) return process.exit(2);
    process.handle(SIGTERM, undefined);
    process.kill(SIGTERM, process.pid);
  });
}
