import { expect, test } from 'vitest';
import { hasGoneWrong } from '#views/gone-wrong.ts';

test.each([
  ['a request that failed', 'request-failed', {}, true],
  ['an exit with a code', 'container-exited', { exitCode: 3 }, true],
  ['an exit without one', 'container-exited', { exitCode: 0 }, false],
  ['a probe that failed', 'probe', { result: 'failure' }, true],
  ['a probe that passed', 'probe', { result: 'success' }, false],
  ['a refusal of a person', 'refused', { reason: 'AlreadyExists', by: 'kubectl' }, true],
  [
    'a node that is registered already',
    'refused',
    { reason: 'AlreadyExists', by: 'kubelet/a' },
    false,
  ],
  [
    'a refusal that no component expects',
    'refused',
    { reason: 'Forbidden', by: 'kubelet/a' },
    true,
  ],
  ['a write', 'updated', {}, false],
] as const)('%s', (_what, verb, detail, isWrong) => {
  expect(hasGoneWrong({ verb, detail })).toBe(isWrong);
});
