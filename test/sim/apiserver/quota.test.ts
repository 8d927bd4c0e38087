import { describe, expect, test } from 'vitest';
import { builtInKindTable } from '#sim/api/kinds.ts';
import type { KindRow } from '#sim/api/kinds.ts';
import type { Pod, ResourceQuota } from '#sim/api/types.gen.ts';
import { chargedQuota } from '#sim/apiserver/quota.ts';

const pods = builtInKindTable.byKind('v1', 'Pod') as KindRow;
const pod: Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web-1' },
  spec: { containers: [{ name: 'app', image: 'nginx' }] },
};
const quota = (hard?: Record<string, string>, used?: Record<string, string>): ResourceQuota => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'few' },
  spec: {},
  status: { hard, used },
});

describe('a charge', () => {
  test('adds what a new object uses', () => {
    expect(chargedQuota(quota({ pods: '2' }, { pods: '1' }), pods, pod)?.status?.used).toEqual({
      pods: '2',
    });
  });

  test.each([
    ['the quota was not counted yet', quota()],
    ['it counts other things', quota({ configmaps: '1' }, { configmaps: '0' })],
  ])('is none when %s', (_, of) => {
    expect(chargedQuota(of, pods, pod)).toBeUndefined();
  });

  test.each([
    [
      quota({ pods: '2', 'count/pods': '2' }, { pods: '2', 'count/pods': '2' }),
      'exceeded quota: few, requested: count/pods=1,pods=1, used: count/pods=2,pods=2, limited: count/pods=2,pods=2',
    ],
    [quota({ pods: '2' }, {}), 'status unknown for quota: few, resources: pods'],
    [
      quota({ 'limits.cpu': '2' }, { 'limits.cpu': '0' }),
      'failed quota: few: must specify limits.cpu for: app',
    ],
  ])("is refused in upstream's words (%#)", (of, message) => {
    expect(() => chargedQuota(of, pods, pod)).toThrow(`pods "web-1" is forbidden: ${message}`);
  });
});
