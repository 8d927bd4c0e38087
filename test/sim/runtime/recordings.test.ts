import { describe, expect, test } from 'vitest';
import { BenchNode } from './bench-pod.ts';
import { podsOf, recordedLog, unexplainedLine } from './recorded-pods.ts';

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
