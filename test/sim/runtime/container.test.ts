import { describe, expect, test } from 'vitest';
import type { Process } from '../../../src/sim/engine/process.ts';
import type { ContainerConfig } from '../../../src/sim/runtime/runtime.ts';
import { BenchNode } from './bench-pod.ts';
import '../../../src/sim/parts/all.ts';

/** Runs a script as a container until it ends and returns its log. */
function run(
  script: string,
  config: Partial<ContainerConfig> = {},
  node = new BenchNode(),
): string {
  const id = node.run(
    (function* (): Process<string> {
      const started = yield* node.startPod({ command: ['sh', '-c', script], ...config });
      yield* node.untilExit(started);
      return started;
    })(),
  );
  return node.logText(id);
}

describe('containers', () => {
  test("a mounted file shows what the volume has, and cannot be written where it is the API server's", () => {
    const node = new BenchNode();
    node.runtime.setVolume('uid-1', { name: 'conf', files: { a: 'one\n' }, layout: 'atomic' });
    const mount = { volume: 'conf', mountPath: '/conf', subPath: '', readOnly: false };
    expect(run('cat /conf/a; echo x > /conf/a; ls /conf', { mounts: [mount] }, node)).toBe(
      "one\nsh: can't create /conf/a: Read-only file system\na\n",
    );
  });

  test('an atomic volume changes as a whole; a file mounted by subPath stays the old one', () => {
    const node = new BenchNode();
    node.runtime.setVolume('uid-1', { name: 'conf', files: { a: 'one\n' }, layout: 'atomic' });
    const mounts = [
      { volume: 'conf', mountPath: '/conf', subPath: '', readOnly: true },
      { volume: 'conf', mountPath: '/etc/a', subPath: 'a', readOnly: true },
    ];
    node.engine.schedule(1000, () =>
      node.runtime.setVolume('uid-1', { name: 'conf', files: { a: 'two\n' }, layout: 'atomic' }),
    );
    expect(run('sleep 2; cat /conf/a /etc/a', { mounts }, node)).toBe('two\none\n');
  });

  test('a volume is shared by the containers of a pod', () => {
    const node = new BenchNode();
    const mount = { volume: 'data', mountPath: '/data', subPath: '', readOnly: false };
    const log = node.run(
      (function* (): Process<string> {
        yield* node.startPod({
          command: ['sh', '-c', 'echo hello > /data/x; sleep 9'],
          mounts: [mount],
        });
        const sandbox = node.runtime.sandboxesOf('uid-1')[0]?.id ?? '';
        yield* node.engine.delay(10);
        const reader = yield* node.startContainer(sandbox, {
          command: ['cat', '/data/x'],
          mounts: [mount],
        });
        yield* node.untilExit(reader);
        return node.logText(reader);
      })(),
    );
    expect(log).toBe('hello\n');
  });

  test('what one container writes into its image another does not see', () => {
    const node = new BenchNode();
    run('echo x > /etc/passwd', {}, node);
    expect(run('head -n 1 /etc/passwd', {}, node)).toBe('root:x:0:0:root:/root:/bin/sh\n');
  });

  test('a read-only root file system refuses, the termination message is kept', () => {
    const node = new BenchNode();
    const id = node.run(
      (function* (): Process<string> {
        const started = yield* node.startPod({
          command: ['sh', '-c', 'touch /x; echo bye > /dev/termination-log; exit 4'],
          readOnlyRootFilesystem: true,
        });
        yield* node.untilExit(started);
        return started;
      })(),
    );
    expect(node.logText(id)).toBe('touch: /x: Read-only file system\n');
    expect(node.runtime.containerStatus(id)).toMatchObject({ exitCode: 4, message: 'bye\n' });
  });

  test('a user without rights may not write', () => {
    expect(run('touch /etc/x; id -u', { runAsUser: 1000 })).toBe(
      'touch: /etc/x: Permission denied\n1000\n',
    );
  });

  test('without a shared namespace SIGTERM does not touch a program that does not handle it; with one it ends it', () => {
    const codes = [false, true].map((shareProcessNamespace) => {
      const node = new BenchNode();
      return node.run(
        (function* (): Process<number | undefined> {
          const id = yield* node.startPod({ command: ['sleep', '60'] }, { shareProcessNamespace });
          yield* node.engine.delay(1000);
          yield* node.runtime.stopContainer(id, 2000);
          return node.runtime.containerStatus(id)?.exitCode;
        })(),
      );
    });
    expect(codes).toEqual([137, 143]);
  });

  test('a command by exec has the output apart, its exit code, and an end at its timeout', () => {
    const node = new BenchNode();
    const results = node.run(
      (function* () {
        const id = yield* node.startPod({ command: ['sleep', '60'] });
        const plain = yield* node.runtime.exec(
          id,
          ['sh', '-c', 'echo out; echo err >&2; exit 4'],
          1000,
        );
        const slow = yield* node.runtime.exec(id, ['sleep', '5'], 1000);
        const fed = yield* node.runtime.exec(id, ['wc', '-c'], 1000, 'grüße');
        return { plain, slow, fed };
      })(),
    );
    expect(results.plain).toEqual({
      exitCode: 4,
      stdout: 'out\n',
      stderr: 'err\n',
      output: 'out\nerr\n',
      timedOut: false,
    });
    expect(results.slow).toMatchObject({ timedOut: true, exitCode: 137 });
    expect(results.fed.stdout).toBe('7\n');
  });

  test('a command that does not exist cannot be run by exec', () => {
    const node = new BenchNode();
    expect(() =>
      node.run(
        (function* () {
          const id = yield* node.startPod({ image: 'registry.k8s.io/pause:3.10' });
          yield* node.runtime.exec(id, ['sh'], 1000);
        })(),
      ),
    ).toThrow('exec: "sh": executable file not found in $PATH');
  });

  test('a program reads what another container of the node serves', () => {
    const node = new BenchNode();
    const log = node.run(
      (function* (): Process<string> {
        yield* node.startPod({
          command: ['sh', '-c', 'mkdir /www; echo hi > /www/x; exec httpd -f -p 8080 -h /www'],
        });
        yield* node.engine.delay(100);
        const client = yield* node.startPod({
          command: [
            'sh',
            '-c',
            'wget -qO- http://10.244.0.1:8080/x; wget -q http://10.244.0.1:8080/y; nc -z 10.244.0.1 81; echo $?',
          ],
        });
        yield* node.untilExit(client);
        return node.logText(client);
      })(),
    );
    expect(log).toBe('hi\nwget: server returned error: HTTP/1.1 404 Not Found\n1\n');
  });

  test.each([
    ['while true; do echo x; done', 'never stops logging'],
    ['while :; do :; done', 'never rest'],
    ['cat /dev/zero', 'never stops logging'],
  ])('%s ends the run with a sentence', (script, message) => {
    expect(() => run(script)).toThrow(message);
  });

  test('a program that fills its memory is killed at the limit', () => {
    const node = new BenchNode();
    const status = node.run(
      (function* () {
        const id = yield* node.startPod({
          command: ['tail', '/dev/zero'],
          memoryLimitBytes: 20 * 1024 * 1024,
        });
        return yield* node.untilExit(id);
      })(),
    );
    expect(status).toMatchObject({ exitCode: 137, reason: 'OOMKilled' });
  });

  test('the same seed gives the same trace, another seed another', () => {
    const trace = (seed: number): string => {
      const node = new BenchNode(seed);
      node.run(
        (function* () {
          const id = yield* node.startPod({ image: 'nginx:1.27' });
          yield* node.engine.delay(500);
          yield* node.runtime.stopContainer(id, 1000);
          node.engine.record('test', 'log', 'x', { text: node.logText(id), id });
        })(),
      );
      return JSON.stringify([...node.engine.trace.entries()]);
    };
    expect(trace(3)).toBe(trace(3));
    expect(trace(3)).not.toBe(trace(4));
  });
});
