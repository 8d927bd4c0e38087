import { describe, expect, test } from 'vitest';
import { BenchNode } from './bench-pod.ts';
import '../../../src/sim/parts/all.ts';

const get = (host: string, port: number, path: string) => ({
  host,
  port,
  path,
  scheme: 'HTTP' as const,
  method: 'GET',
  headers: {},
  timeoutMs: 1000,
});

describe('container runtime', () => {
  test('nginx serves its page, closes its port at SIGQUIT and exits 0', () => {
    const node = new BenchNode();
    const result = node.run(
      (function* () {
        const id = yield* node.startPod({ image: 'nginx:1.27' });
        const ip = node.runtime.sandboxesOf('uid-1')[0]?.ip ?? '';
        const early = yield* node.network.connect(ip, 80);
        yield* node.engine.delay(100);
        const page = yield* node.network.httpGet(get(ip, 80, '/'));
        const missing = yield* node.network.httpGet(get(ip, 80, '/nope'));
        yield* node.runtime.stopContainer(id, 30_000);
        const late = yield* node.network.connect(ip, 80);
        return { early, page, missing, late, status: node.runtime.containerStatus(id), id };
      })(),
    );
    expect(result.early).toBe('refused');
    expect(result.page).toMatchObject({ kind: 'response', response: { status: 200 } });
    expect(result.missing).toMatchObject({ kind: 'response', response: { status: 404 } });
    expect(result.late).toBe('refused');
    expect(result.status).toMatchObject({ state: 'exited', exitCode: 0, reason: 'Completed' });
    expect(node.logText(result.id, 'stderr')).toContain(
      'signal 3 (SIGQUIT) received, shutting down',
    );
  });

  test('an idle pause container and an idle nginx keep no timer', () => {
    const node = new BenchNode();
    node.run(
      (function* () {
        yield* node.startPod({ image: 'registry.k8s.io/pause:3.10' });
        yield* node.startPod({ image: 'nginx:1.27' });
        yield* node.engine.delay(1000);
      })(),
    );
    const steps = node.engine.steps;
    node.engine.run(3_600_000 * 10);
    expect(node.engine.steps).toBe(steps);
  });

  test('netexec with --delay-shutdown serves on after SIGTERM and is not ready', () => {
    const node = new BenchNode();
    const result = node.run(
      (function* () {
        const id = yield* node.startPod({
          image: 'registry.k8s.io/e2e-test-images/agnhost:2.53',
          args: ['netexec', '--http-port=8080', '--delay-shutdown=5'],
        });
        const ip = node.runtime.sandboxesOf('uid-1')[0]?.ip ?? '';
        yield* node.engine.delay(100);
        const host = yield* node.network.httpGet(get(ip, 8080, '/hostname'));
        const stop = node.engine.spawn('stop', node.runtime.stopContainer(id, 30_000));
        yield* node.engine.delay(1000);
        const ready = yield* node.network.httpGet(get(ip, 8080, '/readyz'));
        yield* stop.join();
        const { startedAtMs = 0, finishedAtMs = 0, exitCode } = yield* node.untilExit(id);
        return { host, ready, exitCode, livedMs: finishedAtMs - startedAtMs };
      })(),
    );
    expect(result.host).toMatchObject({ response: { status: 200, body: 'web' } });
    expect(result.ready).toMatchObject({ response: { status: 503 } });
    expect(result).toMatchObject({ exitCode: 0, livedMs: 5100 });
  });

  test.each([
    ['exit', { onSigterm: 'exit' as const }, 0, 0],
    ['ignore', { onSigterm: 'ignore' as const }, 4000, 137],
    ['drain', { onSigterm: 'drain' as const, drainMs: 1500 }, 1500, 0],
  ])('a declared image with onSigterm %s stops as declared', (_name, declared, ms, exitCode) => {
    const node = new BenchNode(1, [{ name: 'shop', ...declared }]);
    const result = node.run(
      (function* () {
        const id = yield* node.startPod({ image: 'shop:1.0' });
        yield* node.engine.delay(1000);
        yield* node.runtime.stopContainer(id, 4000);
        return yield* node.untilExit(id);
      })(),
    );
    expect(result).toMatchObject({ exitCode, finishedAtMs: 1000 + ms });
  });

  test('a declared image that grows is killed at its memory limit', () => {
    const node = new BenchNode(1, [{ name: 'leak', memoryGrowthBytesPerSecond: 10 * 1024 * 1024 }]);
    const status = node.run(
      (function* () {
        const id = yield* node.startPod({ image: 'leak', memoryLimitBytes: 64 * 1024 * 1024 });
        return yield* node.untilExit(id);
      })(),
    );
    expect(status).toMatchObject({ exitCode: 137, reason: 'OOMKilled', finishedAtMs: 5000 });
  });

  test("a command that does not exist is a StartError with the runtime's text", () => {
    const node = new BenchNode();
    const id = node.run(node.startPod({ command: ['echo hello'] }));
    expect(node.runtime.containerStatus(id)).toMatchObject({
      state: 'exited',
      exitCode: 128,
      reason: 'StartError',
      startedAtMs: undefined,
      message:
        'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "echo hello": executable file not found in $PATH',
    });
  });

  test.each([
    ['nginx:9.99', 'docker.io/library/nginx:9.99'],
    ['ngnix', 'docker.io/library/ngnix:latest'],
  ])('an image that does not exist (%s) cannot be pulled', (reference, name) => {
    const node = new BenchNode();
    expect(() => node.run(node.runtime.pullImage(reference, 100))).toThrow(
      `rpc error: code = NotFound desc = failed to pull and unpack image "${name}": failed to resolve image: ${name}: not found`,
    );
  });

  test.each([
    ['Nginx:1.27', 'invalid reference format: repository name (library/Nginx) must be lowercase'],
    ['nginx:1.27:latest', 'invalid reference format'],
  ])('%s is no image name', (reference, problem) => {
    const node = new BenchNode();
    expect(() => node.runtime.imageStatus(reference)).toThrow(
      `couldn't parse image name "${reference}": ${problem}`,
    );
  });

  test('the same seed gives the same container IDs', () => {
    const first = new BenchNode(7);
    const second = new BenchNode(7);
    const third = new BenchNode(8);
    const ids = [first, second, third].map((node) => node.run(node.startPod({ image: 'nginx' })));
    expect(ids[0]).toBe(ids[1]);
    expect(ids[0]).not.toBe(ids[2]);
    expect(ids[0]).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('images of which nothing is known', () => {
  test('serve on the ports that the pod declares, and are marked', () => {
    const node = new BenchNode();
    const result = node.run(
      (function* () {
        yield* node.startPod({ image: 'example.com/shop:2', ports: [9000] });
        yield* node.startPod({ image: 'example.com/batch:2', ports: [] });
        yield* node.engine.delay(100);
        return [
          yield* node.network.connect('10.244.0.1', 9000),
          yield* node.network.connect('10.244.0.2', 80),
        ];
      })(),
    );
    expect(result).toEqual(['connected', 'refused']);
    expect(node.runtime.imageStatus('example.com/shop:2')?.isAssumed).toBe(true);
    expect(node.runtime.containersOf('uid-2')[0]?.state).toBe('running');
  });

  test('an interpreter says that it is not part of the simulation', () => {
    const node = new BenchNode();
    const id = node.run(
      (function* () {
        const started = yield* node.startPod({ image: 'python:3', command: ['python', '-m', 'x'] });
        yield* node.untilExit(started);
        return started;
      })(),
    );
    expect(node.logText(id)).toBe('python: not in this simulation\n');
    expect(node.runtime.containerStatus(id)?.exitCode).toBe(127);
  });
});
