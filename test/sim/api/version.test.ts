import { expect, test } from 'vitest';
import { KUBERNETES_VERSION, KUBERNETES_VERSION_NUMBER } from '#sim/api/version.ts';

test('the version is the one of the recordings', () => {
  expect(KUBERNETES_VERSION).toBe('v1.36.2');
  expect(KUBERNETES_VERSION_NUMBER).toBe('1.36.2');
});
