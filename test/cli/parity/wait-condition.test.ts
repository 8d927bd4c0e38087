import { expect, test } from 'vitest';
import { compileCondition } from '#cli/parity/wait-condition.ts';
import type { ObjectSource } from '#cli/parity/wait-condition.ts';

const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web' },
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
};
const source: ObjectSource = {
  get: (kind, name) => (kind === 'Pod' && name === 'web' ? pod : undefined),
  list: (kind) => (kind === 'Pod' ? [pod] : []),
};

test.each([
  ["cond('Pod','web','Ready') == 'True'", true],
  ["cond('Pod','web','Ready') == 'False'", false],
  ["get('Pod','db') is None and phase('web') in ('Running','Failed')", true],
  ["get('Pod','web') is not None and not (running()==0)", true],
  ["d('Pod','web','status.none','None') == 'None'", true],
])('%s is %s', (text, holds) => {
  expect(compileCondition(text)(source)).toBe(holds);
});

test('an event counts as often as it was seen', () => {
  const event = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'web.1' },
    reason: 'Killing',
    count: 2,
  };
  const seen: ObjectSource = { get: () => undefined, list: () => [event] };
  expect(compileCondition("event('Killing', 2)")(seen)).toBe(true);
  expect(compileCondition("event('Killing', 3)")(seen)).toBe(false);
});

test('restarts of init containers count as restarts', () => {
  const restarted = {
    ...pod,
    status: { initContainerStatuses: [{ name: 'init', restartCount: 2 }] },
  };
  const seen: ObjectSource = { get: () => undefined, list: () => [restarted] };
  expect(compileCondition('restarts()')(seen)).toBe(true);
  expect(compileCondition('restarts() == 2')(seen)).toBe(true);
});
