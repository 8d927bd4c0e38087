import { expect, test } from 'vitest';
import {
  badFormat,
  badType,
  elementType,
  goMap,
  goTypeName,
  hasPatchField,
  patchField,
} from '#sim/api/strategic-merge-schema.ts';
import type { FieldType } from '#sim/api/schema.ts';

const podSpec: FieldType = { form: 'struct', struct: 'PodSpec' };

test('a field has its type and its strategy', () => {
  const field = patchField(podSpec, 'volumes');
  expect(elementType(field.type)).toEqual({ form: 'struct', struct: 'Volume' });
  expect(field.patch).toEqual({ strategy: 'merge', retainKeys: true, mergeKey: 'name' });
  expect(elementType(podSpec)).toBe(podSpec);
  expect(hasPatchField(podSpec, 'volumes')).toBe(true);
  expect(hasPatchField(podSpec, 'volume')).toBe(false);
});

test.each([
  [null, '<nil>'],
  [undefined, '<nil>'],
  [[], '[]interface {}'],
  [{}, 'map[string]interface {}'],
  [true, 'bool'],
  ['', 'string'],
  [1, 'int64'],
  [1.5, 'float64'],
])('%j is held as %s', (value, name) => {
  expect(goTypeName(value)).toBe(name);
});

test('a bad format is the client’s fault, a bad type is told with both types', () => {
  expect(badFormat('primitive list').code).toBe(400);
  expect(badType(goMap, 'x').message).toBe(
    'expected a map[string]interface {}, but received a string',
  );
});
