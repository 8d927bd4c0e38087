import { describe, expect, test } from 'vitest';
import { builtInKindTable } from '#sim/api/kinds.ts';
import type { KindRow } from '#sim/api/kinds.ts';
import type { KubeObject } from '#sim/api/object.ts';
import { formatUsage, matchesScopes, sumUsage, usageOf } from '#sim/api/resource-usage.ts';
import type { Pod, ResourceQuota, ResourceQuotaSpec } from '#sim/api/types.gen.ts';

const rowOf = (apiVersion: string, kind: string) =>
  builtInKindTable.byKind(apiVersion, kind) as KindRow;
const pods = rowOf('v1', 'Pod');
const container = (cpu: string, more: Record<string, unknown> = {}) => ({
  name: 'c',
  image: 'i',
  resources: { requests: { cpu } },
  ...more,
});
const pod = (spec: Partial<Pod['spec']>, phase = 'Running'): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p' },
  spec: { containers: [], ...spec },
  status: { phase },
});
const all = (row: KindRow, object: KubeObject) => {
  const usage = usageOf(row, object);
  return formatUsage(usage, [...usage.keys()]);
};

describe('usage (pods_test.go TestPodEvaluatorUsage)', () => {
  test('containers add up; an init container counts where it needs more', () => {
    const spec = {
      initContainers: [
        container('500m'),
        container('100m', { restartPolicy: 'Always' }),
        container('1'),
      ],
      containers: [container('200m'), container('300m')],
    };
    expect(all(pods, pod(spec))).toEqual({
      'count/pods': '1',
      pods: '1',
      cpu: '1100m',
      'requests.cpu': '1100m',
    });
  });

  test('a pod that has ended counts only as an object', () => {
    expect(all(pods, pod({ containers: [container('1')] }, 'Failed'))).toEqual({
      'count/pods': '1',
    });
  });

  test('Services count their kind of address', () => {
    const service = (type: string) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {},
      spec: { type, ports: [{ port: 1 }, { port: 2 }] },
    });
    const row = rowOf('v1', 'Service');
    expect(all(row, service('ClusterIP'))).toEqual({ 'count/services': '1', services: '1' });
    expect(all(row, service('LoadBalancer'))).toMatchObject({
      'services.loadbalancers': '1',
      'services.nodeports': '2',
    });
  });

  test('other kinds count by group', () => {
    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: {} };
    expect(all(rowOf('apps/v1', 'Deployment'), deployment)).toEqual({
      'count/deployments.apps': '1',
    });
  });

  test('sums keep the form of the amounts; what is not used is 0', () => {
    const memory = (text: string) =>
      usageOf(
        pods,
        pod({ containers: [{ name: 'c', image: 'i', resources: { requests: { memory: text } } }] }),
      );
    const total = sumUsage([memory('1Gi'), memory('512Mi')]);
    expect(formatUsage(total, ['memory', 'cpu'])).toEqual({ memory: '1536Mi', cpu: '0' });
  });
});

describe('scopes', () => {
  const quota = (spec: ResourceQuotaSpec): ResourceQuota => ({
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: {},
    spec,
  });
  test.each([
    ['none', {}, pod({}), true],
    [
      'BestEffort',
      { scopes: ['BestEffort'] },
      pod({ containers: [{ name: 'c', image: 'i' }] }),
      true,
    ],
    ['NotBestEffort', { scopes: ['NotBestEffort'] }, pod({ containers: [container('1')] }), true],
    ['Terminating', { scopes: ['Terminating'] }, pod({ activeDeadlineSeconds: 5 }), true],
    ['Terminating', { scopes: ['Terminating'] }, pod({}), false],
    ['NotTerminating', { scopes: ['NotTerminating'] }, pod({}), true],
    [
      'PriorityClass',
      {
        scopeSelector: {
          matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['high'] }],
        },
      },
      pod({ priorityClassName: 'high' }),
      true,
    ],
    [
      'PriorityClass',
      {
        scopeSelector: {
          matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['high'] }],
        },
      },
      pod({}),
      false,
    ],
  ])('%s', (_, spec, object, expected) => {
    expect(matchesScopes(quota(spec), pods, object)).toBe(expected);
  });
});
