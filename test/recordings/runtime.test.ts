import { describe, expect, test } from 'vitest';
import { BenchNode } from '../sim/runtime/bench-pod.ts';
import { podsOf, recordedLog, stepsOf, unexplainedLine } from '../sim/runtime/recorded-pods.ts';

const scripts = [
  'shell-conditions',
  'shell-errors',
  'shell-functions',
  'shell-loops',
  'shell-parameter-expansion',
  'shell-redirection',
  'cmd-grep',
  'cmd-sed-awk',
];

describe('recorded scripts of busybox', () => {
  test.each(scripts)('%s prints what it printed on a real cluster', (scenario) => {
    const node = new BenchNode();
    const config = podsOf(scenario).get('web') ?? {};
    const id = node.run(
      (function* () {
        const started = yield* node.startPod(config);
        yield* node.untilExit(started);
        return started;
      })(),
    );
    const recorded = recordedLog(scenario, 'web') ?? '';
    expect(recorded).not.toBe('');
    expect(
      unexplainedLine(recorded, node.logText(id, 'stdout'), node.logText(id, 'stderr')),
    ).toBeUndefined();
  });
});

/** Runs a pod of a scenario until it ends. */
function ended(scenario: string, pod: string): { node: BenchNode; id: string } {
  const node = new BenchNode();
  const config = podsOf(scenario).get(pod) ?? {};
  const id = node.run(
    (function* () {
      const started = yield* node.startPod(config, { hostname: pod });
      yield* node.untilExit(started);
      return started;
    })(),
  );
  return { node, id };
}

describe('recorded entrypoints', () => {
  test.each([
    ['bb-nothing', 0],
    ['bb-args', 0],
    ['bb-command', 0],
    ['bb-both', 0],
    ['bb-no-shell', 0],
    ['bb-one-word', 128],
    ['bb-positional', 0],
    ['bb-stdin', 0],
    ['bb-script', 3],
    ['bb-sh-words', 0],
    ['ag-args', 0],
    ['ag-command', 0],
    ['ag-both', 0],
    ['ag-other', 0],
  ])('%s exits %i and logs what it logged', (pod, exitCode) => {
    const { node, id } = ended('container-entrypoint', pod);
    expect(node.runtime.containerStatus(id)?.exitCode).toBe(exitCode);
    expect(node.logText(id)).toBe(recordedLog('container-entrypoint', pod));
  });
});

describe('recorded output', () => {
  test.each(['streams', 'characters', 'nothing'])('%s', (pod) => {
    const { node, id } = ended('container-output', pod);
    const recorded = recordedLog('container-output', pod) ?? 'missing';
    const unexplained = unexplainedLine(
      recorded,
      // The recorder read texts: it turned a carriage return into a line end (`od -c` of the same log has it).
      node.logText(id, 'stdout').replaceAll('\r', '\n'),
      node.logText(id, 'stderr'),
    );
    expect(unexplained).toBeUndefined();
    expect(node.logText(id).endsWith('\n')).toBe(recorded.endsWith('\n') && recorded !== '');
  });

  test('a line of 20000 characters is one line', () => {
    const { node, id } = ended('container-output', 'long-line');
    expect(node.runtime.log(id).map((line) => line.text.length)).toEqual([20_000, 5]);
  });

  test.each(['countdown', 'item', 'worker', 'exit-42', 'web-2', 'liveness-script'])(
    'the example %s of the documentation logs what it logged',
    (pod) => {
      const { node, id } = ended('docs-tasks-and-hooks', pod);
      const recorded = recordedLog('docs-tasks-and-hooks', pod) ?? 'missing';
      expect(
        unexplainedLine(recorded, node.logText(id, 'stdout'), node.logText(id, 'stderr')),
      ).toBeUndefined();
    },
  );
});

/** Stops a pod of a scenario one second after its start with three seconds of grace. */
function stopped(scenario: string, pod: string): { node: BenchNode; id: string } {
  const node = new BenchNode();
  const config = podsOf(scenario).get(pod) ?? {};
  const id = node.run(
    (function* () {
      const started = yield* node.startPod(config, { hostname: pod });
      yield* node.engine.delay(2500);
      yield* node.runtime.stopContainer(started, 3000);
      return started;
    })(),
  );
  return { node, id };
}

describe('recorded signals to PID 1', () => {
  // Milliseconds from the signal to the end, and the code.
  test.each([
    ['pid1-plain-commands', 'shell-sleep', 3000, 137],
    ['pid1-plain-commands', 'shell-two', 3000, 137],
    ['pid1-plain-commands', 'exec-sleep', 3000, 137],
    ['pid1-plain-commands', 'sleep', 3000, 137],
    ['pid1-plain-commands', 'shell-nginx', 3000, 137],
    ['pid1-plain-commands', 'exec-nginx', 0, 0],
    ['pid1-plain-commands', 'netexec', 0, 0],
    ['pid1-plain-commands', 'pause', 0, 0],
    ['pid1-traps', 'foreground', 3000, 137],
    ['pid1-traps', 'wait', 0, 0],
    ['pid1-traps', 'loop', 503, 5],
    ['pid1-traps', 'no-exit', 1001, 6],
    ['pid1-traps', 'ignore', 3000, 137],
    ['pid1-traps', 'reset', 3000, 137],
    ['pid1-traps', 'forward', 0, 143],
    ['pid1-traps', 'exit-trap', 0, 0],
    ['pid1-traps', 'only-exit-trap', 3000, 137],
  ])('%s: %s ends after %i ms with %i', (scenario, pod, ms, exitCode) => {
    const { node, id } = stopped(scenario, pod);
    const status = node.runtime.containerStatus(id);
    expect(status?.exitCode).toBe(exitCode);
    expect((status?.finishedAtMs ?? 0) - 2500).toBe(ms);
  });

  test.each([
    'foreground',
    'wait',
    'loop',
    'no-exit',
    'ignore',
    'reset',
    'forward',
    'exit-trap',
    'only-exit-trap',
  ])('%s logs what it logged', (pod) => {
    const { node, id } = stopped('pid1-traps', pod);
    const recorded = stepsOf('pid1-traps')
      .find((step) => step.cmd === `kubectl logs -f ${pod} --timestamps`)
      ?.stdout?.replace(/^\S+ /gm, '');
    expect(
      unexplainedLine(
        recorded ?? 'missing',
        node.logText(id, 'stdout'),
        node.logText(id, 'stderr'),
      ),
    ).toBeUndefined();
  });

  test('nginx as PID 1 logs its graceful end', () => {
    const { node, id } = stopped('pid1-plain-commands', 'exec-nginx');
    const text = node.logText(id).replace(/^\S+ \S+ /gm, '');
    const recorded = stepsOf('pid1-plain-commands')
      .find((step) => step.cmd === 'kubectl logs -f exec-nginx')
      ?.stdout?.replace(/^\S+ \S+ /gm, '');
    const lines = (log: string): string[] =>
      log.split('\n').filter((line) => !/OS: Linux|SIGIO/.test(line));
    expect(lines(text).sort()).toEqual(lines(recorded ?? '').sort());
  });
});

describe('recorded process lists', () => {
  test.each(['shell-two', 'exec-sleep', 'sleep', 'exec-nginx', 'shell-nginx'])(
    'ps in %s',
    (pod) => {
      const node = new BenchNode();
      const config = podsOf('pid1-plain-commands').get(pod) ?? {};
      const result = node.run(
        (function* () {
          const id = yield* node.startPod(config, { hostname: pod });
          yield* node.engine.delay(500);
          return yield* node.runtime.exec(id, ['ps'], 1000);
        })(),
      );
      const recorded = stepsOf('pid1-plain-commands').find(
        (step) => step.cmd === `kubectl exec ${pod} -- ps`,
      )?.stdout;
      // Numbers depend on how many threads the runtime's helper had.
      const shape = (text: string): string => text.replace(/^ +(?!1 )\d+ /gm, 'PID ');
      expect(shape(result.stdout)).toBe(shape(recorded ?? ''));
    },
  );
});
