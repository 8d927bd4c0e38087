/**
 * HAProxy: frontends that listen, backends that check their servers, and a log line for each request.
 *
 * - `-W` has a master before the worker: SIGUSR2 loads the configuration again; the old worker finishes what it has begun.
 * - SIGUSR1 (the image's STOPSIGNAL) closes the ports, finishes the open requests and exits; SIGTERM and SIGINT exit at once.
 *
 * Upstream: haproxy src/haproxy.c, src/mworker.c, src/log.c default_http_log_format
 * Simplified: master and worker are one process; ports of clients in the log are made up; headers count as 117 bytes.
 */
import type { Process } from '../../engine/process.ts';
import { textOf } from '../bytes.ts';
import { momentOf } from '../calendar.ts';
import { printLater } from '../container-log.ts';
import { isErrno } from '../errno.ts';
import type { HttpRequest, HttpResponse } from '../node-network.ts';
import type { OsProcess, Program } from '../os-process.ts';
import { SIGINT, SIGTERM, SIGUSR1, SIGUSR2 } from '../signals.ts';
import { Backend, noServer } from './haproxy-backend.ts';
import type { Forwarded, HealthChange } from './haproxy-backend.ts';
import { parseHaproxyConfig } from './haproxy-config.ts';
import type { HaproxyConfig, HaproxyFrontend } from './haproxy-config.ts';
import { HttpService } from './http-service.ts';

const pathDefault = '/usr/local/etc/haproxy/haproxy.cfg';
const headerBytes = 117;

/** The program `haproxy`. */
export const haproxy: Program = (process) => {
  const words = process.argv.slice(1);
  const at = words.indexOf('-f');
  const path = at === -1 ? pathDefault : (words[at + 1] ?? '');
  const config = read(process, path);
  if (typeof config === 'string') {
    process.print(2, `[ALERT]    (${process.pid}) : config : ${config}\n`);
    process.exit(1);
  } else if (words.includes('-c')) {
    process.print(1, 'Configuration file is valid\n');
    process.exit(0);
  } else {
    new Haproxy(process, path, config, words.includes('-W')).start();
  }
  return undefined;
};

function read(process: OsProcess, path: string): HaproxyConfig | string {
  const text = process.system.files.readText(process, path);
  if (isErrno(text)) return `Cannot open configuration file/directory ${path} : No such file`;
  return parseHaproxyConfig(textOf(text), path);
}

/** A worker: one configuration at work. */
interface Worker {
  readonly pid: number;
  readonly backends: readonly Backend[];
  readonly services: readonly HttpService[];
}

class Haproxy {
  readonly #process: OsProcess;
  readonly #path: string;
  readonly #hasMaster: boolean;
  #config: HaproxyConfig;
  #worker: Worker | undefined;
  #workerCount = 0;
  #open = 0;
  #requestCount = 0;

  constructor(process: OsProcess, path: string, config: HaproxyConfig, hasMaster: boolean) {
    this.#process = process;
    this.#path = path;
    this.#config = config;
    this.#hasMaster = hasMaster;
  }

  start(): void {
    const process = this.#process;
    for (const signal of [SIGTERM, SIGINT]) process.handle(signal, () => process.exit(143));
    process.handle(SIGUSR1, () => this.#stop());
    process.handle(SIGUSR2, () => this.#reload());
    process.after(process.system.random.between(10, 40), () => this.#begin());
  }

  #begin(): void {
    this.#workerCount += 1;
    const pid = this.#process.pid + 7 * this.#workerCount;
    const backends = new Map(
      [...this.#config.backends.values()].map((config) => [
        config.name,
        new Backend(this.#process, config, (change) => this.#tell(pid, config.name, change)),
      ]),
    );
    const services: HttpService[] = [];
    for (const frontend of this.#config.frontends) {
      const service = new HttpService(this.#process, (request) =>
        this.#serve(frontend, backends.get(frontend.backend), request),
      );
      services.push(service);
      const taken = frontend.ports.find((port) => !service.listen(port));
      if (taken === undefined) continue;
      this.#print(
        'ALERT',
        pid,
        `Binding [${this.#path}] for frontend ${frontend.name}: cannot bind socket (Address already in use) for [0.0.0.0:${taken}]`,
      );
      return this.#process.exit(1);
    }
    this.#worker = { pid, backends: [...backends.values()], services };
    for (const backend of backends.values()) backend.start();
    if (!this.#hasMaster) return;
    this.#print('NOTICE', this.#process.pid, `New worker (${pid}) forked`);
    this.#print('NOTICE', this.#process.pid, 'Loading success.');
  }

  /** A configuration that is broken leaves the worker as it is. */
  #reload(): void {
    if (!this.#hasMaster) return;
    const config = read(this.#process, this.#path);
    if (typeof config === 'string') {
      this.#print('ALERT', this.#process.pid, `config : ${config}`);
      return;
    }
    this.#config = config;
    const old = this.#worker;
    this.#retire(old, () => undefined);
    this.#begin();
  }

  #stop(): void {
    this.#retire(this.#worker, () => this.#process.exit(0));
  }

  /** Closes a worker's ports; calls back when its last request has been answered. */
  #retire(worker: Worker | undefined, onEnd: () => void): void {
    for (const backend of worker?.backends ?? []) backend.stop();
    const services = worker?.services ?? [];
    let left = services.length;
    if (left === 0) onEnd();
    for (const service of services) {
      service.drain(() => {
        left -= 1;
        if (left === 0) onEnd();
      });
    }
  }

  *#serve(
    frontend: HaproxyFrontend,
    backend: Backend | undefined,
    request: HttpRequest,
  ): Process<HttpResponse> {
    const { engine } = this.#process.system;
    const startMs = engine.nowMs;
    const number = this.#requestCount;
    this.#requestCount += 1;
    this.#open += 1;
    try {
      const forwarded = backend === undefined ? noServer(0) : yield* backend.forward(request);
      this.#log(frontend, backend?.config.name ?? '', request, forwarded, startMs, number);
      return forwarded.response;
    } finally {
      this.#open -= 1;
    }
  }

  #log(
    frontend: HaproxyFrontend,
    backend: string,
    request: HttpRequest,
    { response, server, state, isConnected, retries }: Forwarded,
    startMs: number,
    number: number,
  ): void {
    const tookMs = this.#process.system.engine.nowMs - startMs;
    const open = this.#open;
    const port = 32_768 + ((number * 16) % 28_000);
    printLater(this.#process.file(1), () => {
      const { day, monthName, year, hour, minute, second, millisecond } = momentOf(startMs);
      const date = `${day}/${monthName}/${year}:${hour}:${minute}:${second}.${millisecond}`;
      const timers = isConnected
        ? `0/0/0/${tookMs}/${tookMs}`
        : `0/0/-1/-1/${server === '<NOSRV>' ? 0 : tookMs}`;
      const bytes = headerBytes + response.body.length;
      const counters = `${open}/${open}/${open - 1}/${open - 1}/${retries}`;
      return `${request.clientIp}:${port} [${date}] ${frontend.name} ${backend}/${server} ${timers} ${response.status} ${bytes} - - ${state} ${counters} 0/0 "${request.method} ${request.path} HTTP/1.1"\n`;
    });
  }

  #tell(pid: number, backend: string, { server, isUp, reason, upCount }: HealthChange): void {
    const rest = isUp
      ? `${upCount} active and 0 backup servers online. 0 sessions requeued, 0 total in queue.`
      : `${upCount} active and 0 backup servers left. 0 sessions active, 0 requeued, 0 remaining in queue.`;
    const word = isUp ? 'UP' : 'DOWN';
    this.#print(
      'WARNING',
      pid,
      `Server ${backend}/${server} is ${word}, reason: ${reason}, check duration: 0ms. ${rest}`,
    );
    if (upCount === 0) this.#print('ALERT', pid, `backend '${backend}' has no server available!`);
  }

  #print(level: 'NOTICE' | 'WARNING' | 'ALERT', pid: number, message: string): void {
    printLater(this.#process.file(2), () => `${`[${level}]`.padEnd(10)} (${pid}) : ${message}\n`);
  }
}
