import { expect, test } from 'vitest';
import { keyOf, objectKey, parseObjectKey } from '#sim/api/object-key.ts';

test.each([
  ['Pod', 'default', 'web', 'Pod/default/web'],
  ['Node', '', 'node-1', 'Node/node-1'],
  ['Node', undefined, 'node-1', 'Node/node-1'],
])('the key of %s %j %s is %s and reads back', (kind, namespace, name, key) => {
  expect(objectKey(kind, namespace, name)).toBe(key);
  expect(parseObjectKey(key)).toEqual({ kind, namespace: namespace ?? '', name });
});

test('an object has the key of its parts', () => {
  expect(keyOf({ kind: 'Pod', metadata: { namespace: 'a', name: 'b' } })).toBe('Pod/a/b');
});

test.each(['', 'Pod', '/x', 'Pod/a/b/c'])('%j is no key', (text) => {
  expect(() => parseObjectKey(text)).toThrow(`invalid object key: ${text}`);
});
