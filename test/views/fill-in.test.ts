import { expect, test } from 'vitest';
import { fillIn } from '#views/fill-in.ts';
import { historyOf, scaleDown } from './sample-runs.ts';

const history = historyOf(scaleDown);

test('a text carries the values of its run', () => {
  expect(fillIn('at most {peak} pods', history, scaleDown)).toBe('at most 3 pods');
});

test('what cannot be computed is a dash, and what is no value stays', () => {
  expect(fillIn('{absent}, {ms}', history, scaleDown)).toBe('–, {ms}');
});
