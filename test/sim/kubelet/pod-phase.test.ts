import { describe, expect, test } from 'vitest';
import type { ContainerStatus, Pod } from '#sim/api/types.gen.ts';
import { podPhase } from '#sim/kubelet/pod-phase.ts';

/** Reads a state: `run`, `wait`, `crash` (waits after an end), or an exit code. */
function status(name: string, text: string): ContainerStatus {
  const ended = (exitCode: number) => ({ terminated: { exitCode } });
  const base = { name, image: '', imageID: '', ready: false, restartCount: 0 };
  if (text === 'run') return { ...base, state: { running: {} }, started: true };
  if (text === 'unstarted') return { ...base, state: { running: {} }, started: false };
  if (text === 'wait') return { ...base, state: { waiting: {} } };
  if (text === 'crash') return { ...base, state: { waiting: {} }, lastState: ended(1) };
  return { ...base, state: ended(Number(text)) };
}

function phase(
  restartPolicy: string,
  init: string,
  app: string,
  options: { isTerminal?: boolean; sidecar?: boolean } = {},
): string {
  const words = (text: string): string[] => text.split(' ').filter((word) => word !== '');
  const named = (prefix: string, list: readonly string[]) =>
    list.map((_word, index) => ({ name: `${prefix}${index}` }));
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {},
    spec: {
      restartPolicy,
      containers: named('c', words(app)),
      initContainers: named('i', words(init)).map((container) =>
        options.sidecar === true ? { ...container, restartPolicy: 'Always' } : container,
      ),
    },
  } as unknown as Pod;
  return podPhase(
    pod,
    words(init).map((text, index) => status(`i${index}`, text)),
    words(app).map((text, index) => status(`c${index}`, text)),
    options.isTerminal ?? false,
  );
}

describe('podPhase', () => {
  test.each([
    ['Always', '', 'wait', 'Pending'],
    ['Always', '', 'run', 'Running'],
    ['Always', '', 'run wait', 'Pending'],
    ['Always', '', '0', 'Running'],
    ['Always', '', '1', 'Running'],
    ['Always', '', 'crash', 'Running'],
    ['OnFailure', '', '0', 'Succeeded'],
    ['OnFailure', '', '1', 'Running'],
    ['OnFailure', '', '0 1', 'Running'],
    ['Never', '', '0', 'Succeeded'],
    ['Never', '', '1', 'Failed'],
    ['Never', '', '0 1', 'Failed'],
    ['Never', '', '0 run', 'Running'],
    ['Always', 'run', 'wait', 'Pending'],
    ['Always', '1', 'wait', 'Pending'],
    ['Always', 'crash', 'wait', 'Pending'],
    ['Never', '1', 'wait', 'Failed'],
    ['Never', '0', 'run', 'Running'],
  ])('%s, init [%s], app [%s] is %s', (policy, init, app, expected) => {
    expect(phase(policy, init, app)).toBe(expected);
  });

  test('is Succeeded or Failed once the kubelet has stopped everything for good', () => {
    expect(phase('Always', '', '0 0', { isTerminal: true })).toBe('Succeeded');
    expect(phase('Always', '', '0 137', { isTerminal: true })).toBe('Failed');
  });

  test('waits for a sidecar to start, and lets it run without counting its end', () => {
    expect(phase('Never', 'unstarted', 'wait', { sidecar: true })).toBe('Pending');
    expect(phase('Never', 'run', 'run', { sidecar: true })).toBe('Running');
    expect(phase('Never', '137', '0', { sidecar: true })).toBe('Succeeded');
  });
});
