import { describe, expect, test } from 'vitest';
import { deepFreeze } from '#sim/api/freeze.ts';
import type { JsonObject } from '#sim/api/object.ts';
import { applyStrategicMergePatch } from '#sim/api/strategic-merge-patch.ts';
import { StrategicMergeError } from '#sim/api/strategic-merge-schema.ts';

const apply = (original: JsonObject, patch: JsonObject, struct = 'PodSpec'): JsonObject =>
  applyStrategicMergePatch(deepFreeze(original), deepFreeze(patch), struct);

describe('lists merged by key, as a real cluster merges them', () => {
  test.each<[string, JsonObject, JsonObject, JsonObject]>([
    [
      'an element is changed and one is added after it',
      {
        containers: [
          {
            name: 'app',
            env: [
              { name: 'A', value: '1' },
              { name: 'B', value: '2' },
            ],
          },
        ],
      },
      {
        containers: [
          {
            name: 'app',
            env: [
              { name: 'B', value: '3' },
              { name: 'C', value: '4' },
            ],
          },
        ],
      },
      {
        containers: [
          {
            name: 'app',
            env: [
              { name: 'A', value: '1' },
              { name: 'B', value: '3' },
              { name: 'C', value: '4' },
            ],
          },
        ],
      },
    ],
    [
      'a new element goes before those that only the server has',
      { containers: [{ name: 'app' }] },
      { containers: [{ name: 'side' }] },
      { containers: [{ name: 'side' }, { name: 'app' }] },
    ],
    [
      'an element is deleted',
      { containers: [{ name: 'a' }, { name: 'b' }] },
      { containers: [{ name: 'a', $patch: 'delete' }] },
      { containers: [{ name: 'b' }] },
    ],
    [
      'deleting what is not there does nothing',
      { containers: [{ name: 'a' }] },
      { containers: [{ name: 'nobody', $patch: 'delete' }] },
      { containers: [{ name: 'a' }] },
    ],
    [
      'the list is replaced',
      { containers: [{ name: 'a' }, { name: 'b' }] },
      { containers: [{ $patch: 'replace' }, { name: 'z' }] },
      { containers: [{ name: 'z' }] },
    ],
    ['null removes the list', { containers: [{ name: 'a' }] }, { containers: null }, {}],
    [
      'ports merge by number',
      { containers: [{ name: 'a', ports: [{ containerPort: 80, protocol: 'TCP' }] }] },
      { containers: [{ name: 'a', ports: [{ containerPort: 80, name: 'web' }] }] },
      { containers: [{ name: 'a', ports: [{ containerPort: 80, protocol: 'TCP', name: 'web' }] }] },
    ],
    [
      'a list without a merge key is replaced',
      { tolerations: [{ key: 'a' }, { key: 'b' }] },
      { tolerations: [{ key: 'c' }] },
      { tolerations: [{ key: 'c' }] },
    ],
    [
      'an order of elements is enforced',
      { containers: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] },
      { '$setElementOrder/containers': [{ name: 'c' }, { name: 'a' }, { name: 'b' }] },
      { containers: [{ name: 'c' }, { name: 'a' }, { name: 'b' }] },
    ],
    [
      'what only the server has is woven into an order',
      { containers: [{ name: 'c' }, { name: 'a' }, { name: 'b' }] },
      {
        '$setElementOrder/containers': [{ name: 'd' }, { name: 'a' }],
        containers: [{ name: 'd' }],
      },
      { containers: [{ name: 'd' }, { name: 'c' }, { name: 'a' }, { name: 'b' }] },
    ],
  ])('%s', (_, original, patch, result) => {
    expect(apply(original, patch)).toEqual(result);
  });
});

describe('lists of scalars', () => {
  test.each<[string, JsonObject, JsonObject, JsonObject]>([
    [
      'new ones go before those that only the server has',
      { finalizers: ['a', 'b'] },
      { finalizers: ['c'] },
      { finalizers: ['c', 'a', 'b'] },
    ],
    [
      'some are deleted',
      { finalizers: ['a', 'b', 'c'] },
      { '$deleteFromPrimitiveList/finalizers': ['b', 'x'] },
      { finalizers: ['a', 'c'] },
    ],
    [
      'a deletion that is no list is ignored',
      { finalizers: ['a'] },
      { '$deleteFromPrimitiveList/finalizers': 'a' },
      { finalizers: ['a'] },
    ],
    [
      'a deletion of nothing adds nothing',
      {},
      { '$deleteFromPrimitiveList/finalizers': ['a'] },
      {},
    ],
  ])('%s', (_, original, patch, result) => {
    expect(apply(original, patch, 'ObjectMeta')).toEqual(result);
  });
});

describe('maps', () => {
  test.each<[string, JsonObject, JsonObject, JsonObject, string]>([
    [
      'are replaced',
      { labels: { app: 'web', tier: 'x' } },
      { labels: { $patch: 'replace', only: 'me' } },
      { labels: { only: 'me' } },
      'ObjectMeta',
    ],
    [
      'are emptied',
      { labels: { a: 'b' } },
      { labels: { $patch: 'delete' } },
      { labels: {} },
      'ObjectMeta',
    ],
    [
      'that are new and carry a directive are dropped',
      {},
      { labels: { $patch: 'nonsense', k: '3' } },
      {},
      'ObjectMeta',
    ],
    [
      'that are new lose their nulls',
      {},
      { labels: { a: null, b: '1' } },
      { labels: { b: '1' } },
      'ObjectMeta',
    ],
    [
      'take the place of another type',
      { labels: { a: 'b' } },
      { labels: ['x'] },
      { labels: ['x'] },
      'ObjectMeta',
    ],
    [
      'keep unknown fields for decoding to refuse',
      { replicas: 1 },
      { replica: 2 },
      { replicas: 1, replica: 2 },
      'DeploymentSpec',
    ],
    [
      'keep only the retained keys',
      { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } },
      { strategy: { $retainKeys: ['type'], type: 'Recreate' } },
      { strategy: { type: 'Recreate' } },
      'DeploymentSpec',
    ],
    [
      'that are replaced as a whole lose what the patch lacks',
      { selector: { matchLabels: { a: '1', b: '2' } } },
      { selector: { matchLabels: { a: '1' } } },
      { selector: { matchLabels: { a: '1' } } },
      'PodDisruptionBudgetSpec',
    ],
  ])('%s', (_, original, patch, result, struct) => {
    expect(apply(original, patch, struct)).toEqual(result);
  });

  test('a directive on the whole object replaces it', () => {
    expect(apply({ a: 1 }, { $patch: 'replace', metadata: { name: 'a' } }, 'ConfigMap')).toEqual({
      metadata: { name: 'a' },
    });
  });

  test('what the patch does not mention is shared', () => {
    const original = deepFreeze({ metadata: { name: 'a' }, spec: { replicas: 1 } });
    const result = applyStrategicMergePatch(original, { spec: { replicas: 2 } }, 'Deployment');
    expect(result.metadata).toBe(original.metadata);
    expect(original.spec.replicas).toBe(1);
  });
});

describe('errors, as a real cluster gave them', () => {
  test.each<[string, JsonObject, JsonObject, string, number, string]>([
    [
      'PodSpec',
      { containers: [{ name: 'a' }] },
      { containers: [{ image: 'registry.k8s.io/pause:3.10' }] },
      'map: map[image:registry.k8s.io/pause:3.10] does not contain declared merge key: name',
      500,
      'an element without its key',
    ],
    [
      'PodSpec',
      { containers: [{ name: 'a' }] },
      {
        '$setElementOrder/containers': [{ name: 'a' }],
        containers: [{ name: 'e', image: 'registry.k8s.io/pause:3.10' }],
      },
      "The order in patch list:\n[map[image:registry.k8s.io/pause:3.10 name:e]]\n doesn't match $setElementOrder list:\n[map[name:a]]\n",
      500,
      'an order that lacks an element',
    ],
    [
      'ObjectMeta',
      { finalizers: ['example.com/b', 'example.com/c'] },
      { finalizers: [{ $patch: 'replace' }] },
      'list element types are not identical: [[example.com/b example.com/c] [map[$patch:replace]]]',
      500,
      'elements of two types',
    ],
    [
      'ObjectMeta',
      { name: 'a' },
      { $retainKeys: ['name'], annotations: { x: 'y' } },
      'invalid patch format of retainKeys',
      400,
      'a field that is not retained',
    ],
    [
      'ObjectMeta',
      { labels: { a: 'b' } },
      { labels: { $patch: 'nonsense' } },
      'unknown patch type: nonsense in map: map[$patch:nonsense]',
      500,
      'an unknown directive',
    ],
    [
      'PodSpec',
      { containers: [{ name: 'a' }] },
      { $setElementOrder: [] },
      'invalid patch format of setElementOrder list',
      400,
      'an order of nothing',
    ],
    [
      'PodSpec',
      { other: { a: { b: 1 } } },
      { other: { a: { b: 2 } } },
      'unable to find api field in struct PodSpec for the json field "other"',
      500,
      'an unknown field on both sides',
    ],
    [
      'ObjectMeta',
      { labels: { a: { b: 1 } } },
      { labels: { a: { b: 2 } } },
      'merging an object in json but data type is not struct, instead is: map',
      500,
      'an object inside a map of strings',
    ],
    [
      'PodSpec',
      { containers: [{ name: 'a' }] },
      { containers: [{ name: 'a', $patch: 'merge' }] },
      'merging lists cannot yet be specified in the patch',
      500,
      'merging as a directive',
    ],
    [
      'ObjectMeta',
      { finalizers: ['a'] },
      { finalizers: [['b']] },
      'list element types are not identical: [[a] [[b]]]',
      500,
      'a list in a list',
    ],
  ])('%s %j patched by %j: %s', (struct, original, patch, message, code) => {
    let error: unknown;
    try {
      apply(original, patch, struct);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(StrategicMergeError);
    expect((error as StrategicMergeError).message).toBe(message);
    expect((error as StrategicMergeError).code).toBe(code);
  });
});
