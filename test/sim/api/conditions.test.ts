import { expect, test } from 'vitest';
import {
  findCondition,
  isConditionFalse,
  isConditionTrue,
  withCondition,
  withoutCondition,
} from '#sim/api/conditions.ts';
import type { ConditionLike } from '#sim/api/conditions.ts';

const ready: ConditionLike = {
  type: 'Ready',
  status: 'True',
  reason: 'Up',
  message: 'm',
  lastTransitionTime: 't0',
};
const synced: ConditionLike = { type: 'Synced', status: 'Unknown' };
const list = [ready, synced];

test('conditions are found by type', () => {
  expect(findCondition(list, 'Ready')).toBe(ready);
  expect(findCondition(list, 'None')).toBeUndefined();
  expect(findCondition(undefined, 'Ready')).toBeUndefined();
  expect(isConditionTrue(list, 'Ready')).toBe(true);
  expect(isConditionTrue(list, 'Synced')).toBe(false);
  expect(isConditionFalse(list, 'Ready')).toBe(false);
  expect(isConditionFalse([{ type: 'Ready', status: 'False' }], 'Ready')).toBe(true);
});

test('a new type is put last', () => {
  const next: ConditionLike = { type: 'New', status: 'True' };
  expect(withCondition(list, next)).toEqual([ready, synced, next]);
  expect(withCondition(undefined, next)).toEqual([next]);
});

test('the transition time stays while the status does', () => {
  const next = withCondition(list, { ...ready, reason: 'Other', lastTransitionTime: 't1' });
  expect(next).toEqual([{ ...ready, reason: 'Other' }, synced]);
  expect(list[0]).toBe(ready);
});

test('the transition time changes with the status', () => {
  const down = { ...ready, status: 'False', lastTransitionTime: 't1' };
  expect(withCondition(list, down)).toEqual([down, synced]);
});

test('setting what is set returns the same list', () => {
  expect(withCondition(list, { ...ready, lastTransitionTime: 't1' })).toBe(list);
});

test('removing returns the same list where there is nothing to remove', () => {
  expect(withoutCondition(list, 'Ready')).toEqual([synced]);
  expect(withoutCondition(list, 'None')).toBe(list);
});
