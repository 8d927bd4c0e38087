/**
 * The program of an image that a lab declares, and of images of which nothing is known: an HTTP server that starts, answers,
 * drains, hangs, grows and exits as declared.
 */
import type { Process } from '../../engine/process.ts';
import { bytesOf } from '../bytes.ts';
import type { ImageDeclaration } from '../image-declaration.ts';
import type { HttpRequest, HttpResponse } from '../node-network.ts';
import type { OsProcess, Program } from '../os-process.ts';
import { signalNumber } from '../signals.ts';
import { HttpService, respond, splitPath } from './http-service.ts';

const GROWTH_STEP_MS = 1000;
const FOREVER_MS = 10 * 24 * 3600_000;

/** Makes the program of a declaration. `portsOf` gives the ports where the declaration has none. */
export function plainServer(declaration: Omit<ImageDeclaration, 'name'>): Program {
  return (process) => {
    new PlainServer(process, declaration).start();
    return undefined;
  };
}

class PlainServer {
  readonly #process: OsProcess;
  readonly #declaration: Omit<ImageDeclaration, 'name'>;
  readonly #startedMs: number;
  readonly #service: HttpService;
  #isEnding = false;

  constructor(process: OsProcess, declaration: Omit<ImageDeclaration, 'name'>) {
    this.#process = process;
    this.#declaration = declaration;
    this.#startedMs = process.system.engine.nowMs;
    this.#service = new HttpService(process, (request) => this.#answer(request));
  }

  start(): void {
    const { startMs = 20, ports, log, exitAfterMs, exitCode = 0 } = this.#declaration;
    const process = this.#process;
    const signal = signalNumber(this.#declaration.stopSignal ?? 'TERM') ?? 15;
    process.handle(signal, () => this.#stop());
    this.#useMemory();
    const { cpuMilli = 0 } = this.#declaration;
    if (cpuMilli > 0) process.system.cpu.demand(cpuMilli);
    if (exitAfterMs !== undefined) process.after(exitAfterMs, () => process.exit(exitCode));
    const listens = ports ?? process.system.declaredPorts ?? [];
    if (listens.length === 0 && log === undefined) return;
    process.after(startMs, () => {
      if (log !== undefined) process.print(1, bytesOf(`${log}\n`));
      if (!this.#isEnding) for (const port of listens) this.#service.listen(port);
    });
  }

  #useMemory(): void {
    const { memoryBytes = 16 * 1024 * 1024, memoryGrowthBytesPerSecond = 0 } = this.#declaration;
    const { system } = this.#process;
    system.useMemory(memoryBytes);
    if (memoryGrowthBytesPerSecond <= 0) return;
    const grow = (): void => {
      system.useMemory(Math.round((memoryGrowthBytesPerSecond * GROWTH_STEP_MS) / 1000));
      this.#process.after(GROWTH_STEP_MS, grow);
    };
    this.#process.after(GROWTH_STEP_MS, grow);
  }

  #stop(): void {
    const { onSigterm = 'exit', drainMs = 0 } = this.#declaration;
    if (onSigterm === 'ignore' || this.#isEnding) return;
    this.#isEnding = true;
    if (onSigterm === 'exit') return this.#process.exit(0);
    const drain = (): void => this.#service.drain(() => this.#process.exit(0));
    if (drainMs === 0) drain();
    else this.#process.after(drainMs, drain);
  }

  #answer(request: HttpRequest): HttpResponse | Process<HttpResponse> {
    const { path } = splitPath(request.path);
    const declaration = this.#declaration;
    const upMs = this.#process.system.engine.nowMs - this.#startedMs;
    if (declaration.hangAfterMs !== undefined && upMs >= declaration.hangAfterMs) {
      return this.#later(FOREVER_MS, respond(200, ''));
    }
    if (path === declaration.readiness?.path) {
      const isReady = !this.#isEnding && upMs >= (declaration.readiness.delayMs ?? 0);
      return respond(isReady ? 200 : 503, isReady ? 'ready' : 'not ready');
    }
    const route = declaration.routes?.[path];
    const { failureRate = 0 } = declaration;
    const isFailing = failureRate > 0 && this.#process.system.random.float() < failureRate;
    const answer = isFailing
      ? respond(500, 'internal error')
      : respond(route?.status ?? 200, route?.body ?? this.#process.system.hostname);
    const { cpuMsPerRequest = 0 } = declaration;
    const cpuMs = cpuMsPerRequest > 0 ? this.#process.system.cpu.work(cpuMsPerRequest) : 0;
    const ms = Math.max(cpuMs, route?.responseMs ?? declaration.responseMs ?? 0);
    return ms > 0 ? this.#later(ms, answer) : answer;
  }

  *#later(ms: number, answer: HttpResponse): Process<HttpResponse> {
    yield* this.#process.system.engine.delay(ms);
    return answer;
  }
}
