/** What pods of one template share on their way through the API server, and what they must not. */
import { describe, expect, test } from 'vitest';
import { deepCopy, deepFreeze } from '#sim/api/freeze.ts';
import { builtInKindTable } from '#sim/api/kinds.ts';
import type { KindRow } from '#sim/api/kinds.ts';
import type { KubeObject } from '#sim/api/object.ts';
import { StatusError } from '#sim/api/status-error.ts';
import type { Pod } from '#sim/api/types.gen.ts';
import { decodeNew } from '#sim/apiserver/decode-new.ts';
import { Harness } from '../../harness.ts';

const pods = builtInKindTable.byResource('', 'pods') as KindRow;

const plain = () => ({
  containers: [{ name: 'c', image: 'nginx', resources: { limits: { cpu: '1000m' } } }],
  nodeSelector: { disk: 'ssd' },
});

const bodyOf = (spec: unknown) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { generateName: 'web-' },
  spec,
});

function created(harness: Harness, spec: unknown): Pod {
  return harness.do(harness.client.of('Pod').create('default', bodyOf(spec)));
}

/** The spec with the name of its token volume put out. */
function specOf(pod: Pod): unknown {
  const text = JSON.stringify(pod.spec);
  const names = new Set(text.match(/kube-api-access-\w{5}/g));
  expect(names.size).toBe(1);
  return JSON.parse(text.replaceAll([...names][0] ?? '', 'token'));
}

describe('pods of one template', () => {
  test('have the spec that a pod by itself has, each with its own token volume', () => {
    const harness = new Harness();
    const alone = specOf(created(harness, plain()));
    const template = deepFreeze(plain());
    const made = [1, 2, 3].map(() => created(harness, template));
    for (const pod of made) expect(specOf(pod)).toEqual(alone);
    const tokens = made.map(({ spec }) => spec.volumes?.[0]?.name);
    expect(new Set(tokens).size).toBe(3);
    const mounts = made.map(({ spec }) => spec.containers[0]?.volumeMounts?.[0]?.name);
    expect(mounts).toEqual(tokens);
  });

  test('share what is the same', () => {
    const harness = new Harness();
    const template = deepFreeze(plain());
    const [first, second] = [created(harness, template), created(harness, template)];
    expect(second.spec.tolerations).toBe(first.spec.tolerations);
    expect(second.spec.containers[0]?.resources).toBe(first.spec.containers[0]?.resources);
  });

  test('share nothing with pods of another template, however alike', () => {
    const harness = new Harness();
    const other = deepFreeze({ ...plain(), nodeSelector: { disk: 'hdd' } });
    created(harness, deepFreeze(plain()));
    created(harness, deepFreeze(plain()));
    expect(created(harness, other).spec.nodeSelector).toEqual({ disk: 'hdd' });
    expect(created(harness, other).spec.nodeSelector).toEqual({ disk: 'hdd' });
  });

  test('are admitted anew after the service account has changed', () => {
    const harness = new Harness();
    const template = deepFreeze(plain());
    created(harness, template);
    harness.seed({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default' },
      imagePullSecrets: [{ name: 'pull' }],
    });
    expect(created(harness, template).spec.imagePullSecrets).toEqual([{ name: 'pull' }]);
    const account = harness.client.of('ServiceAccount');
    harness.do(account.patch('default', 'default', 'merge', { imagePullSecrets: null }));
    expect(created(harness, template).spec.imagePullSecrets).toBeUndefined();
  });

  test('are refused each time when their spec is wrong', () => {
    const harness = new Harness();
    const template = deepFreeze({ containers: [{ name: 'C', image: 'nginx' }] });
    for (let count = 0; count < 3; count += 1) {
      expect(() => created(harness, template)).toThrow(StatusError);
    }
  });

  test('are refused for what is wrong with one of them only', () => {
    const harness = new Harness();
    const template = deepFreeze(plain());
    for (let count = 0; count < 3; count += 1) created(harness, template);
    const body = { ...bodyOf(template), metadata: { generateName: 'web-', labels: { '-': 'x' } } };
    expect(() => harness.do(harness.client.of('Pod').create('default', body))).toThrow(
      'metadata.labels',
    );
  });

  test('warn each time of what is worth a warning', () => {
    const harness = new Harness();
    const template = deepFreeze({ ...plain(), nodeSelector: { 'beta.kubernetes.io/os': 'linux' } });
    for (let count = 0; count < 3; count += 1) {
      const { warnings } = harness.do(
        harness.client.request({
          verb: 'create',
          group: '',
          version: 'v1',
          resource: 'pods',
          namespace: 'default',
          name: '',
          subresource: '',
          options: {},
          body: bodyOf(template),
        }),
      );
      expect(warnings).toHaveLength(1);
    }
  });
});

describe('decodeNew', () => {
  const options = { fieldValidation: 'Warn' } as const;
  const decoded = (spec: unknown) => decodeNew(pods, bodyOf(spec), options);
  const specIn = ({ object }: { object: KubeObject }) => (object as Pod).spec;

  test('decodes a frozen spec once', () => {
    const spec = deepFreeze(plain());
    expect(specIn(decoded(spec)).containers[0]?.resources?.limits).toEqual({ cpu: '1' });
    expect(specIn(decoded(spec))).toBe(specIn(decoded(spec)));
  });

  test('decodes a spec that may change each time', () => {
    const spec = deepCopy(plain());
    decoded(spec);
    spec.nodeSelector.disk = 'hdd';
    expect(specIn(decoded(spec)).nodeSelector).toEqual({ disk: 'hdd' });
  });

  test('warns of the unknown fields of a frozen spec each time', () => {
    const spec = deepFreeze({ ...plain(), unheardOf: 1 });
    expect([decoded(spec), decoded(spec)].map(({ warnings }) => warnings)).toEqual([
      ['unknown field "spec.unheardOf"'],
      ['unknown field "spec.unheardOf"'],
    ]);
  });

  test('does not take a spec in which unknown fields were ignored for one without', () => {
    const spec = deepFreeze({ ...plain(), unheardOf: 1 });
    decodeNew(pods, bodyOf(spec), { fieldValidation: 'Ignore' });
    expect(decoded(spec).warnings).toHaveLength(1);
  });
});
