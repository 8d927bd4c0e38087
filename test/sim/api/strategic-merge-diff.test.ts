import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deepFreeze } from '#sim/api/freeze.ts';
import type { JsonObject } from '#sim/api/object.ts';
import { createThreeWayMergePatch, createTwoWayMergePatch } from '#sim/api/strategic-merge-diff.ts';
import { applyStrategicMergePatch } from '#sim/api/strategic-merge-patch.ts';

describe('two-way patches', () => {
  test.each<[string, string, JsonObject, JsonObject, JsonObject]>([
    ['equal objects need none', 'PodSpec', { nodeName: 'a' }, { nodeName: 'a' }, {}],
    ['a field is set', 'PodSpec', { nodeName: 'a' }, { nodeName: 'b' }, { nodeName: 'b' }],
    ['a field is removed by null', 'PodSpec', { nodeName: 'a' }, {}, { nodeName: null }],
    [
      'an element is changed under its key',
      'PodSpec',
      {
        containers: [
          { name: 'a', image: 'x:1' },
          { name: 'b', image: 'y' },
        ],
      },
      {
        containers: [
          { name: 'a', image: 'x:2' },
          { name: 'b', image: 'y' },
        ],
      },
      {
        '$setElementOrder/containers': [{ name: 'a' }, { name: 'b' }],
        containers: [{ name: 'a', image: 'x:2' }],
      },
    ],
    [
      'an element is deleted by a directive',
      'PodSpec',
      { containers: [{ name: 'a' }, { name: 'b' }] },
      { containers: [{ name: 'b' }] },
      {
        '$setElementOrder/containers': [{ name: 'b' }],
        containers: [{ name: 'a', $patch: 'delete' }],
      },
    ],
    [
      'a change of order alone is told',
      'PodSpec',
      { containers: [{ name: 'a' }, { name: 'b' }] },
      { containers: [{ name: 'b' }, { name: 'a' }] },
      { '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] },
    ],
    [
      'a list without a key is replaced',
      'PodSpec',
      { tolerations: [{ key: 'a' }, { key: 'b' }] },
      { tolerations: [{ key: 'b' }] },
      { tolerations: [{ key: 'b' }] },
    ],
    [
      'a scalar is taken out of a merged list',
      'ObjectMeta',
      { finalizers: ['a', 'b'] },
      { finalizers: ['b', 'c'] },
      {
        '$deleteFromPrimitiveList/finalizers': ['a'],
        '$setElementOrder/finalizers': ['b', 'c'],
        finalizers: ['c'],
      },
    ],
    [
      'a change of strategy names the keys that stay',
      'DeploymentSpec',
      { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } },
      { strategy: { type: 'Recreate' } },
      { strategy: { $retainKeys: ['type'], type: 'Recreate', rollingUpdate: null } },
    ],
    [
      'the selector of a budget is always sent, as upstream does',
      'PodDisruptionBudgetSpec',
      { selector: { matchLabels: { a: '1' } } },
      { selector: { matchLabels: { a: '1' } } },
      { selector: { matchLabels: { a: '1' } } },
    ],
  ])('%s', (_, struct, original, modified, patch) => {
    expect(createTwoWayMergePatch(deepFreeze(original), deepFreeze(modified), struct)).toEqual(
      patch,
    );
    expect(applyStrategicMergePatch(original, patch, struct)).toEqual(modified);
  });

  test('data without a schema is no obstacle while it stays the same', () => {
    const revision = { data: { spec: { template: { a: [1] } } }, revision: 1 };
    const next = structuredClone({ ...revision, revision: 2 });
    expect(createTwoWayMergePatch(revision, next, 'ControllerRevision')).toEqual({ revision: 2 });
  });

  test('an element without its key is told', () => {
    const bad = { containers: [{ image: 'x' }] };
    expect(() => createTwoWayMergePatch(bad, { containers: [{ name: 'a' }] }, 'PodSpec')).toThrow(
      'map: map[image:x] does not contain declared merge key: name',
    );
  });
});

describe('three-way patches of kubectl apply', () => {
  const live = {
    metadata: { name: 'web', uid: 'u', annotations: { 'deployment.kubernetes.io/revision': '1' } },
    spec: {
      replicas: 5,
      template: {
        spec: {
          containers: [
            {
              name: 'app',
              image: 'nginx:1',
              imagePullPolicy: 'IfNotPresent',
              env: [{ name: 'A', value: '1' }],
            },
            { name: 'injected', image: 'proxy:1' },
          ],
          restartPolicy: 'Always',
        },
      },
    },
    status: { replicas: 5 },
  };
  const applied = {
    metadata: { name: 'web' },
    spec: {
      template: {
        spec: { containers: [{ name: 'app', image: 'nginx:1', env: [{ name: 'A', value: '1' }] }] },
      },
    },
  };

  test('what only the server has is left alone', () => {
    const changed = structuredClone(applied);
    changed.spec.template.spec.containers[0]!.image = 'nginx:2';
    const patch = createThreeWayMergePatch(applied, changed, live, 'Deployment');
    const result = applyStrategicMergePatch(live, patch, 'Deployment') as typeof live;
    expect(result.spec.replicas).toBe(5);
    expect(result.status).toEqual(live.status);
    expect(result.spec.template.spec.containers).toEqual([
      { ...live.spec.template.spec.containers[0], image: 'nginx:2' },
      live.spec.template.spec.containers[1],
    ]);
  });

  test('what was applied and is gone from the manifest is removed', () => {
    const { env: _, ...container } = applied.spec.template.spec.containers[0]!;
    const changed = { ...applied, spec: { template: { spec: { containers: [container] } } } };
    const patch = createThreeWayMergePatch(applied, changed, live, 'Deployment');
    const result = applyStrategicMergePatch(live, patch, 'Deployment') as typeof live;
    expect('env' in result.spec.template.spec.containers[0]!).toBe(false);
    expect(result.spec.template.spec.containers[1]).toEqual({ name: 'injected', image: 'proxy:1' });
  });

  test('the same manifest over an untouched object is an empty patch', () => {
    const own = { ...live, spec: applied.spec };
    expect(createThreeWayMergePatch(applied, applied, own, 'Deployment')).toEqual({});
  });

  test('a container that was applied and is gone is deleted by name', () => {
    const two = {
      spec: {
        template: {
          spec: {
            containers: [
              { name: 'app', image: 'nginx:1' },
              { name: 'old', image: 'x' },
            ],
          },
        },
      },
    };
    const one = {
      spec: { template: { spec: { containers: [{ name: 'app', image: 'nginx:2' }] } } },
    };
    const patch = createThreeWayMergePatch(two, one, two, 'Deployment');
    expect(patch).toEqual({
      spec: {
        template: {
          spec: {
            '$setElementOrder/containers': [{ name: 'app' }],
            containers: [
              { name: 'app', image: 'nginx:2' },
              { name: 'old', $patch: 'delete' },
            ],
          },
        },
      },
    });
    expect(applyStrategicMergePatch(two, patch, 'Deployment')).toEqual(one);
  });

  test('a volume that changes its source drops the old one', () => {
    const volume = (source: object): JsonObject => ({ volumes: [{ name: 'v', ...source }] });
    const [before, after] = [volume({ emptyDir: {} }), volume({ configMap: { name: 'c' } })];
    const patch = createThreeWayMergePatch(before, after, before, 'PodSpec');
    expect(patch).toEqual({
      '$setElementOrder/volumes': [{ name: 'v' }],
      volumes: [
        { name: 'v', $retainKeys: ['configMap', 'name'], configMap: { name: 'c' }, emptyDir: null },
      ],
    });
    expect(applyStrategicMergePatch(before, patch, 'PodSpec')).toEqual(after);
  });

  test('without a last applied manifest nothing is removed', () => {
    const patch = createThreeWayMergePatch({}, { spec: { replicas: 2 } }, live, 'Deployment');
    expect(patch).toEqual({ spec: { replicas: 2 } });
  });
});

test('a two-way patch always leads from the one to the other', () => {
  const env = fc.uniqueArray(
    fc.record({ name: fc.constantFrom('A', 'B', 'C'), value: fc.constantFrom('1', '2') }),
    { selector: (item) => item.name, minLength: 1 },
  );
  const container = fc.record(
    { name: fc.constantFrom('a', 'b', 'c'), image: fc.constantFrom('x', 'y'), env },
    { requiredKeys: ['name'] },
  );
  const podSpec = fc.record(
    {
      containers: fc.uniqueArray(container, { selector: (item) => item.name, minLength: 1 }),
      nodeSelector: fc.dictionary(fc.constantFrom('k', 'l'), fc.constantFrom('1', '2'), {
        minKeys: 1,
      }),
      nodeName: fc.constantFrom('n', 'm'),
    },
    { requiredKeys: ['containers'] },
  );
  fc.assert(
    fc.property(podSpec, podSpec, (original, modified) => {
      const patch = createTwoWayMergePatch(original, modified, 'PodSpec');
      expect(applyStrategicMergePatch(original, patch, 'PodSpec')).toEqual(modified);
    }),
    { seed: 1, numRuns: 300 },
  );
});
