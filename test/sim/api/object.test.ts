import { expect, test } from 'vitest';
import {
  annotationsOf,
  isBeingDeleted,
  isJsonObject,
  labelsOf,
  namespacedName,
  namespaceOf,
  nameOf,
  resourceVersionOf,
  splitNamespacedName,
  uidOf,
  valueAt,
} from '#sim/api/object.ts';

test('what is missing in the metadata reads as empty', () => {
  const bare = { metadata: {} };
  expect([nameOf(bare), namespaceOf(bare), uidOf(bare), resourceVersionOf(bare)]).toEqual([
    '',
    '',
    '',
    '',
  ]);
  expect(labelsOf(bare)).toEqual({});
  expect(annotationsOf(bare)).toEqual({});
  expect(isBeingDeleted(bare)).toBe(false);
});

test('what is there is read', () => {
  const object = {
    metadata: {
      name: 'web',
      namespace: 'default',
      uid: 'u',
      resourceVersion: '7',
      labels: { app: 'web' },
      annotations: { a: 'b' },
      deletionTimestamp: '2026-01-01T00:00:00Z',
    },
  };
  expect(nameOf(object)).toBe('web');
  expect(namespaceOf(object)).toBe('default');
  expect(uidOf(object)).toBe('u');
  expect(resourceVersionOf(object)).toBe('7');
  expect(labelsOf(object)).toEqual({ app: 'web' });
  expect(annotationsOf(object)).toEqual({ a: 'b' });
  expect(isBeingDeleted(object)).toBe(true);
});

test.each([
  ['default', 'web', 'default/web'],
  [undefined, 'node-1', 'node-1'],
])('namespace %j and name %s make the queue key %s and back', (namespace, name, key) => {
  expect(namespacedName({ metadata: { namespace, name } })).toBe(key);
  expect(splitNamespacedName(key)).toEqual({ namespace: namespace ?? '', name });
});

test('a path that leaves the data reads as undefined', () => {
  const pod = { spec: { containers: [{ name: 'app' }], paused: null } };
  expect(valueAt(pod, 'spec', 'containers', 0, 'name')).toBe('app');
  expect(valueAt(pod, 'spec', 'containers', 1, 'name')).toBeUndefined();
  expect(valueAt(pod, 'spec', 'paused', 'x')).toBeUndefined();
  expect(valueAt(pod, 'status', 'phase')).toBeUndefined();
  expect(valueAt(pod, 'spec', 'containers', 0, 'name', 'x')).toBeUndefined();
});

test('only objects are objects', () => {
  expect([{}, [], null, 'x', 1, undefined].map(isJsonObject)).toEqual([
    true,
    false,
    false,
    false,
    false,
    false,
  ]);
});
