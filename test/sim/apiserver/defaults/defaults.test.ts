import { describe, expect, test } from 'vitest';
import type { KubeObject } from '#sim/api/object.ts';
import type { Job, Pod } from '#sim/api/types.gen.ts';
import { decodeText } from '#sim/apiserver/body.ts';
import { admitPod } from '#sim/apiserver/defaults/admission.ts';
import { applyDefaults } from '#sim/apiserver/defaults/defaults.ts';
import { generateJobSelector } from '#sim/apiserver/defaults/job-selector.ts';
import { Random } from '#sim/engine/random.ts';
import { recordedCases, rowOfPath } from '../recorded-cases.ts';
import type { RecordedCase } from '../recorded-cases.ts';

/** Kinds whose defaulting is not compared, with the reason. */
const notCompared: Readonly<Record<string, string>> = {
  customresourcedefinition: 'custom kinds are defaulted by the schema of their definition',
};

/** Fields that the strategies and the other admission plugins set, by path. */
const setElsewhere = [
  'metadata.uid',
  'metadata.creationTimestamp',
  'metadata.generation',
  'metadata.namespace',
  'metadata.name',
  'metadata.finalizers',
  'metadata.annotations.deprecated.daemonset.template.generation',
  'spec.clusterIP',
  'spec.clusterIPs',
  'spec.ipFamilies',
  'spec.ipFamilyPolicy',
  'spec.healthCheckNodePort',
  'spec.ports.*.nodePort',
  'status',
];

const aUid = '5d18bba4-da48-4592-b29a-8d1077d5a398';
const uid = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** Times without a value are written as null upstream, and left out here. */
function withoutNulls(_key: string, value: unknown): unknown {
  return value === null ? undefined : value;
}

function compared(recorded: RecordedCase, object: unknown): unknown {
  const copy = JSON.parse(
    JSON.stringify(object, withoutNulls)
      .replace(/kube-api-access-[a-z0-9]{5}/g, 'kube-api-access-token')
      .replace(uid, 'uid'),
  ) as Record<string, unknown>;
  for (const path of setElsewhere) remove(copy, path);
  if (recorded.name.startsWith('node/')) remove(copy, 'spec.taints');
  return copy;
}

function parentOf(root: Record<string, unknown>, path: string): [unknown, string] {
  const known = [
    'metadata',
    'spec',
    'template',
    'labels',
    'annotations',
    'selector',
    'matchLabels',
  ];
  let node: unknown = root;
  let rest = path;
  for (;;) {
    const step = known.find((name) => rest.startsWith(`${name}.`));
    if (!step || typeof node !== 'object' || node === null) return [node, rest];
    node = (node as Record<string, unknown>)[step];
    rest = rest.slice(step.length + 1);
  }
}

function remove(root: Record<string, unknown>, path: string): void {
  const [parent, key] = parentOf(root, path);
  if (typeof parent !== 'object' || parent === null) return;
  const fields = parent as Record<string, unknown>;
  if (key.startsWith('ports.*.')) {
    const ports = fields.ports;
    if (Array.isArray(ports)) {
      for (const port of ports as Record<string, unknown>[]) delete port[key.slice(8)];
    }
    return;
  }
  delete fields[key];
  if (key.includes('.') && Object.keys(fields).length === 0)
    removeEmpty(root, 'metadata.annotations');
}

function removeEmpty(root: Record<string, unknown>, path: string): void {
  const [parent, key] = parentOf(root, path);
  if (typeof parent !== 'object' || parent === null) return;
  const value = (parent as Record<string, unknown>)[key];
  const isEmpty = (data: unknown): boolean =>
    typeof data === 'object' && data !== null && Object.values(data).every(isEmpty);
  if (value !== undefined && isEmpty(value)) delete (parent as Record<string, unknown>)[key];
}

function stored(recorded: RecordedCase): KubeObject {
  const row = rowOfPath(recorded.path ?? '');
  if (!row) throw new Error(`no row for ${recorded.path}`);
  const { object } = decodeText(row, recorded.manifest, {
    fieldValidation: 'Strict',
    contentType: 'application/yaml',
  });
  const inNamespace = {
    ...object,
    metadata: { ...object.metadata, namespace: 'cases', uid: aUid },
  };
  const defaulted = applyDefaults(inNamespace);
  if (row.kind === 'Job') return generateJobSelector(defaulted as Job);
  if (row.kind !== 'Pod') return defaulted;
  return admitPod(defaulted as Pod, { random: new Random(1, 'test'), get: () => undefined });
}

describe('applyDefaults', () => {
  const cases = recordedCases('defaulting').filter(
    (recorded) => recorded.code === 201 && !((recorded.name.split('/')[0] ?? '') in notCompared),
  );

  test.each(cases.map((recorded) => [recorded.name, recorded] as const))(
    'gives what a real cluster stored: %s',
    (_, recorded) => {
      expect(compared(recorded, stored(recorded))).toEqual(compared(recorded, recorded.response));
    },
  );

  test('compares all kinds but those named', () => {
    expect(cases.length).toBeGreaterThanOrEqual(89);
  });

  test('does not change the object it is given', () => {
    const pod = Object.freeze({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: Object.freeze({ name: 'a' }),
      spec: Object.freeze({ containers: Object.freeze([Object.freeze({ name: 'a' })]) }),
    });
    expect(applyDefaults(pod)).not.toBe(pod);
    expect(pod.spec).toEqual({ containers: [{ name: 'a' }] });
  });

  test('keeps the defaults it has given', () => {
    const pod = applyDefaults({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'a' },
      spec: { containers: [{ name: 'a', image: 'nginx' }] },
    });
    expect(applyDefaults(pod)).toEqual(pod);
  });
});
