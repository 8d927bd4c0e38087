import { describe, expect, test } from 'vitest';
import { getPodQos } from '#sim/api/qos.ts';
import type { Pod, ResourceRequirements } from '#sim/api/types.gen.ts';

type Resources = ResourceRequirements | undefined;

function qosOf(
  containers: readonly Resources[],
  more: { readonly init?: readonly Resources[]; readonly pod?: Resources } = {},
): string {
  const named = (list: readonly Resources[]) =>
    list.map((resources, index) => ({
      name: `c${index}`,
      image: 'web',
      ...(resources && { resources }),
    }));
  const { init = [], pod } = more;
  const spec = {
    containers: named(containers),
    ...(init.length > 0 && { initContainers: named(init) }),
    ...(pod && { resources: pod }),
  };
  return getPodQos({ metadata: { name: 'web' }, spec } as unknown as Pod);
}

const both = { cpu: '100m', memory: '64Mi' };
const whole = { requests: both, limits: both };

describe('the quality of service of a pod', () => {
  test.each<readonly [string, readonly Resources[], string]>([
    ['without any number', [undefined, {}], 'BestEffort'],
    ['with zeros only', [{ requests: { cpu: '0' }, limits: { memory: '0' } }], 'BestEffort'],
    ['with other resources only', [{ limits: { 'ephemeral-storage': '1Gi' } }], 'BestEffort'],
    ['with limits for both, and equal requests', [whole, whole], 'Guaranteed'],
    [
      'with the same amounts written otherwise',
      [{ requests: { cpu: '0.1', memory: '67108864' }, limits: both }],
      'Guaranteed',
    ],
    ['with limits alone: requests follow them', [{ limits: both }], 'Guaranteed'],
    ['with one limit', [{ limits: { cpu: '1' } }], 'Burstable'],
    ['with requests alone', [{ requests: both }], 'Burstable'],
    ['with a smaller request', [{ requests: { ...both, cpu: '50m' }, limits: both }], 'Burstable'],
    ['with one container that has nothing', [whole, undefined], 'Burstable'],
  ])('%s (qos_test.go TestComputePodQOS)', (_what, containers, expected) => {
    expect(qosOf(containers)).toBe(expected);
  });

  test('counts init containers', () => {
    expect(qosOf([whole], { init: [undefined] })).toBe('Burstable');
    expect(qosOf([undefined], { init: [{ requests: { cpu: '1' } }] })).toBe('Burstable');
  });

  test('is that of the numbers of the pod as a whole where it has some', () => {
    expect(qosOf([undefined], { pod: whole })).toBe('Guaranteed');
    expect(qosOf([whole], { pod: { requests: { cpu: '1' } } })).toBe('Burstable');
  });
});
