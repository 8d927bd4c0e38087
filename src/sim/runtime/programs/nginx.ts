/**
 * nginx: a master with two workers.
 *
 * - SIGQUIT (its STOPSIGNAL) closes the ports, finishes the open requests and exits 0; SIGTERM and SIGINT exit at once.
 * - `nginx -s SIGNAL` sends a signal to the master of the same container.
 *
 * Upstream: nginx src/os/unix/ngx_process_cycle.c
 */
import type { Process } from '../../engine/process.ts';
import { slashTime } from '../calendar.ts';
import { printLater } from '../container-log.ts';
import type { HttpRequest, HttpResponse } from '../node-network.ts';
import type { OsProcess, Program } from '../os-process.ts';
import { SIGHUP, SIGINT, SIGKILL, SIGQUIT, SIGTERM, SIGUSR1, signalName } from '../signals.ts';
import { HttpService } from './http-service.ts';
import { nginxAnswer } from './nginx-answer.ts';
import { isLogged, loadNginxConfig } from './nginx-config.ts';
import { beginCycle } from './nginx-cycle.ts';
import type { NginxCycle } from './nginx-cycle.ts';

const COMM = 'nginx: master process';

const signalsByName: Readonly<Record<string, number>> = {
  quit: SIGQUIT,
  stop: SIGTERM,
  reload: SIGHUP,
  reopen: SIGUSR1,
};

/** What a build of nginx does first in its directory for temporary files. */
export interface NginxBuild {
  readonly version: string;
  readonly directory: string;
  /** The system call that fails where the directory cannot be written. */
  readonly call: string;
  /** Answers for paths of the image's own configuration. */
  readonly answers?: Readonly<Record<string, string>> | undefined;
}

/** The build of the official image. */
export function officialNginx(version: string): NginxBuild {
  const directory = '/var/cache/nginx/client_temp';
  return { version, directory, call: `mkdir() "${directory}"` };
}

/** The build of Debian. */
export function debianNginx(version: string, answers?: NginxBuild['answers']): NginxBuild {
  const directory = '/var/lib/nginx/body';
  return { version, directory, call: `chown("${directory}", 101)`, answers };
}

/** Makes the program of a build. */
export function nginx(build: NginxBuild): Program {
  const { version } = build;
  return (process) => {
    const words = process.argv.slice(1);
    const signalAt = words.indexOf('-s');
    if (words.includes('-v') || words.includes('-V')) {
      process.print(2, `nginx version: nginx/${version}\n`);
      process.exit(0);
    } else if (words.includes('-t')) testConfig(process, configPath(words), build);
    else if (signalAt >= 0) sendSignal(process, words[signalAt + 1] ?? '');
    else new NginxMaster(process, build, configPath(words)).start();
    return undefined;
  };
}

function configPath(words: readonly string[]): string {
  const at = words.indexOf('-c');
  return at < 0 ? '/etc/nginx/nginx.conf' : (words[at + 1] ?? '');
}

/** Reads the configuration and what it needs; returns the words of the complaint when something is wrong. */
function loadCycle(process: OsProcess, path: string, build: NginxBuild): NginxCycle | string {
  const config = loadNginxConfig(process, path, build.answers);
  return typeof config === 'string' ? config : beginCycle(process, config);
}

function testConfig(process: OsProcess, path: string, build: NginxBuild): void {
  const cycle = loadCycle(process, path, build);
  if (typeof cycle === 'string') {
    process.print(2, `nginx: [emerg] ${cycle}\nnginx: configuration file ${path} test failed\n`);
    process.exit(1);
    return;
  }
  process.print(
    2,
    `nginx: the configuration file ${path} syntax is ok\nnginx: configuration file ${path} test is successful\n`,
  );
  process.exit(0);
}

function sendSignal(process: OsProcess, name: string): void {
  const signal = signalsByName[name];
  if (signal === undefined) {
    process.print(2, `nginx: invalid option: "-s ${name}"\n`);
    process.exit(1);
    return;
  }
  const master = process.space.list().find((other) => other.comm === COMM);
  if (master === undefined) {
    const time = slashTime(process.system.engine.nowMs);
    process.print(
      2,
      `${time} [error] ${process.pid}#${process.pid}: open() "/run/nginx.pid" failed (2: No such file or directory)\n`,
    );
    process.exit(1);
    return;
  }
  master.kill(signal, process.pid);
  process.exit(0);
}

class NginxMaster {
  readonly #process: OsProcess;
  readonly #build: NginxBuild;
  readonly #configPath: string;
  #cycle: NginxCycle | undefined;
  #service: HttpService | undefined;
  #workers: OsProcess[] = [];
  #isQuitting = false;

  constructor(process: OsProcess, build: NginxBuild, path: string) {
    this.#process = process;
    this.#build = build;
    this.#configPath = path;
  }

  start(): void {
    const process = this.#process;
    const cycle = loadCycle(process, this.#configPath, this.#build);
    if (typeof cycle === 'string') return this.#fail(cycle);
    const { directory, call } = this.#build;
    if (process.system.isReadOnly(directory)) {
      return this.#fail(`${call} failed (30: Read-only file system)`);
    }
    this.#cycle = cycle;
    process.argv = [`nginx: master process ${process.argv.join(' ')}`];
    process.comm = COMM;
    process.handle(SIGQUIT, (signal, sender) => this.#quit(signal, sender));
    for (const signal of [SIGTERM, SIGINT]) {
      process.handle(signal, (number, sender) => this.#stop(number, sender));
    }
    process.handle(SIGHUP, (signal, sender) => this.#reload(signal, sender));
    process.handle(SIGUSR1, () => this.#notice(`signal 10 (SIGUSR1) received, reopening logs`));
    const workers = this.#spawnWorkers(cycle);
    process.after(process.system.random.between(15, 70), () => {
      if (this.#listen(cycle)) this.#useWorkers(workers, true);
    });
  }

  #answer(cycle: NginxCycle, request: HttpRequest): HttpResponse | Process<HttpResponse> {
    const pid = this.#workers[0]?.pid ?? this.#process.pid;
    const { version } = this.#build;
    return nginxAnswer({ process: this.#process, cycle, version, pid }, request);
  }

  /** Takes a client only while a worker has a connection left for it. */
  #admit(cycle: NginxCycle): boolean {
    if (cycle.hasRoom) return true;
    const pid = this.#workers[0]?.pid ?? this.#process.pid;
    const { workerConnections } = cycle.config;
    this.#write('alert', `${workerConnections} worker_connections are not enough`, pid);
    return false;
  }

  #listen(cycle: NginxCycle): boolean {
    const service = new HttpService(
      this.#process,
      (request) => this.#answer(cycle, request),
      () => this.#admit(cycle),
    );
    this.#service = service;
    const ports = new Set(cycle.config.servers.map((server) => server.port));
    for (const port of ports) {
      if (service.listen(port)) continue;
      this.#fail(`bind() to 0.0.0.0:${port} failed (98: Address already in use)`);
      return false;
    }
    return true;
  }

  #spawnWorkers({ config }: NginxCycle): OsProcess[] {
    const process = this.#process;
    const workers: OsProcess[] = [];
    for (let count = 0; count < config.workerProcesses; count += 1) {
      workers.push(
        process.space.spawn(
          {
            system: process.system,
            parent: process,
            argv: ['nginx: worker process'],
            env: process.env,
            cwd: '/',
            files: new Map(),
            uid: process.uid === 0 ? 101 : process.uid,
            gid: process.gid,
            groups: [],
          },
          (worker) => {
            worker.handle(SIGHUP, (signal, sender) => {
              this.#notice(`${received(signal, sender)}, ignoring`, worker.pid);
            });
            return undefined;
          },
        ),
      );
    }
    return workers;
  }

  #useWorkers(workers: OsProcess[], isFirst: boolean): void {
    this.#workers = workers;
    const pids = workers.map((worker) => worker.pid);
    this.#notices(() => [
      'using the "epoll" event method',
      ...(isFirst
        ? [
            `nginx/${this.#build.version}`,
            'OS: Linux 6.18.0',
            'getrlimit(RLIMIT_NOFILE): 20000:20000',
          ]
        : []),
      'start worker processes',
      ...pids.map((pid) => `start worker process ${pid}`),
    ]);
  }

  #quit(signal: number, sender: number): void {
    if (this.#isQuitting) return;
    this.#isQuitting = true;
    this.#notice(`${received(signal, sender)}, shutting down`);
    for (const worker of this.#workers) {
      this.#notice('gracefully shutting down', worker.pid);
      this.#notice('exiting', worker.pid);
    }
    if (this.#service === undefined) this.#end();
    else this.#service.drain(() => this.#end());
  }

  #stop(signal: number, sender: number): void {
    this.#notice(`${received(signal, sender)}, exiting`);
    for (const worker of this.#workers) this.#notice('exiting', worker.pid);
    this.#end();
  }

  #reload(signal: number, sender: number): void {
    this.#notice(`${received(signal, sender)}, reconfiguring`);
    this.#notice('reconfiguring');
    const cycle = loadCycle(this.#process, this.#configPath, this.#build);
    if (typeof cycle === 'string') {
      this.#write('emerg', cycle);
      return;
    }
    const old = this.#workers;
    this.#cycle?.retire();
    this.#cycle = cycle;
    this.#service?.drain(() => undefined);
    this.#listen(cycle);
    this.#useWorkers(this.#spawnWorkers(cycle), false);
    for (const worker of old) {
      for (const message of ['gracefully shutting down', 'exiting', 'exit']) {
        this.#notice(message, worker.pid);
      }
      worker.kill(SIGKILL, this.#process.pid);
    }
    // Both ends come together: one signal tells of them.
    this.#notice(`signal 17 (SIGCHLD) received from ${old[0]?.pid ?? 0}`);
    for (const worker of old) this.#notice(`worker process ${worker.pid} exited with code 0`);
    this.#notice('signal 29 (SIGIO) received');
  }

  #end(): void {
    for (const worker of this.#workers) {
      this.#notice('exit', worker.pid);
      worker.kill(SIGKILL, this.#process.pid);
    }
    for (const [index, worker] of [...this.#workers].reverse().entries()) {
      if (index > 0) this.#notice('signal 29 (SIGIO) received');
      this.#notice(`signal 17 (SIGCHLD) received from ${worker.pid}`);
      this.#notice(`worker process ${worker.pid} exited with code 0`);
    }
    this.#notice('exit');
    this.#process.exit(0);
  }

  #fail(problem: string): void {
    this.#write('emerg', problem);
    this.#process.exit(1);
  }

  #notice(message: string, pid = this.#process.pid): void {
    this.#write('notice', message, pid);
  }

  #notices(make: () => string[]): void {
    if (!this.#isLogged('notice')) return;
    const ms = this.#process.system.engine.nowMs;
    const { pid } = this.#process;
    const prefix = (): string => `${slashTime(ms)} [notice] ${pid}#${pid}: `;
    printLater(this.#process.file(2), () =>
      make()
        .map((message) => `${prefix()}${message}\n`)
        .join(''),
    );
  }

  #isLogged(level: string): boolean {
    return this.#cycle === undefined || isLogged(level, this.#cycle.config.errorLevel);
  }

  #write(level: string, message: string, pid = this.#process.pid): void {
    if (!this.#isLogged(level)) return;
    const ms = this.#process.system.engine.nowMs;
    printLater(
      this.#process.file(2),
      () => `${slashTime(ms)} [${level}] ${pid}#${pid}: ${message}\n`,
    );
  }
}

function received(signal: number, sender: number): string {
  const from = sender === 0 ? '' : ` from ${sender}`;
  return `signal ${signal} (SIG${signalName(signal)}) received${from}`;
}
