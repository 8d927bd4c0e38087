import { describe, expect, test } from 'vitest';
import type { KubeObject } from '#sim/api/object.ts';
import { notSimulatedFields } from '#sim/apiserver/validation/not-simulated.ts';

const object = (kind: string, spec: object): KubeObject =>
  ({ apiVersion: 'v1', kind, metadata: { name: 'a' }, spec }) as KubeObject;

describe('notSimulatedFields', () => {
  test('finds fields in a Pod and in a template alike, at their index', () => {
    const spec = { hostIPC: true, containers: [{}, { resizePolicy: [] }] };
    expect(notSimulatedFields(object('Pod', spec)).map(({ path }) => path)).toEqual([
      'spec.hostIPC',
      'spec.containers[1].resizePolicy',
    ]);
    const template = { template: { spec } };
    expect(notSimulatedFields(object('Deployment', template)).map(({ path }) => path)).toEqual([
      'spec.template.spec.hostIPC',
      'spec.template.spec.containers[1].resizePolicy',
    ]);
  });

  test('says nothing of an object in which all has an effect', () => {
    expect(notSimulatedFields(object('Pod', { containers: [{ name: 'a', image: 'b' }] }))).toEqual(
      [],
    );
  });

  test('speaks of the whole object where nobody acts upon its kind', () => {
    expect(notSimulatedFields(object('NetworkPolicy', {}))).toEqual([
      { path: '', message: 'It is not enforced here: every Pod reaches every other one.' },
    ]);
  });
});
