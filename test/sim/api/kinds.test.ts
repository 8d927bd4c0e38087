import { describe, expect, test } from 'vitest';
import { builtInKinds } from '#sim/api/built-in-kinds.ts';
import {
  apiVersionOf,
  builtInKindTable as table,
  createKindTable,
  parseApiVersion,
  qualifiedKind,
  qualifiedResource,
  resourcePath,
  verbsOf,
} from '#sim/api/kinds.ts';
import type { KindRow } from '#sim/api/kinds.ts';
import { structSchema } from '#sim/api/schema.ts';

const gears: KindRow = {
  group: 'example.com',
  version: 'v1',
  kind: 'Gear',
  plural: 'gears',
  singular: 'gear',
  shortNames: ['gr', 'po'],
  categories: ['all'],
  namespaced: true,
  subresources: [],
  hasGeneration: true,
};

describe('names that kubectl accepts', () => {
  test.each([
    ['po', 'Pod'],
    ['pods', 'Pod'],
    ['Pod', 'Pod'],
    ['deploy', 'Deployment'],
    ['deployments.apps', 'Deployment'],
    ['deployment.apps', 'Deployment'],
    ['deploy.apps', 'Deployment'],
    ['deployments.v1.apps', 'Deployment'],
    ['rs', 'ReplicaSet'],
    ['svc', 'Service'],
    ['ev', 'Event'],
    ['cm', 'ConfigMap'],
    ['ns', 'Namespace'],
    ['no', 'Node'],
    ['endpointslices', 'EndpointSlice'],
    ['ep', 'Endpoints'],
    ['pvc', 'PersistentVolumeClaim'],
    ['quota', 'ResourceQuota'],
    ['hpa', 'HorizontalPodAutoscaler'],
    ['ingresses.networking', 'Ingress'],
    ['STS', 'StatefulSet'],
  ])('%s means %s', (name, kind) => {
    expect(table.byName(name)?.kind).toBe(kind);
  });

  test.each(['foo', 'pods.apps', 'deployments.extensions', 'deployments.v2.apps', ''])(
    '%j means nothing',
    (name) => {
      expect(table.byName(name)).toBeUndefined();
    },
  );

  test('events are the core ones unless their group is named', () => {
    expect(table.byName('events')?.group).toBe('');
    expect(table.byName('events.events.k8s.io')?.group).toBe('events.k8s.io');
  });
});

test('the category all lists kinds in the order in which kubectl prints them', () => {
  expect(table.inCategory('all').map((row) => row.plural)).toEqual([
    'pods',
    'replicationcontrollers',
    'services',
    'daemonsets',
    'deployments',
    'replicasets',
    'statefulsets',
    'horizontalpodautoscalers',
    'cronjobs',
    'jobs',
  ]);
  expect(table.inCategory('none')).toEqual([]);
});

test('lookups by kind and by resource are exact', () => {
  expect(table.byKind('apps/v1', 'Deployment')?.plural).toBe('deployments');
  expect(table.byKind('v1', 'Deployment')).toBeUndefined();
  expect(table.byKind('apps/v1', 'deployment')).toBeUndefined();
  expect(table.byResource('apps', 'deployments')?.kind).toBe('Deployment');
  expect(table.byResource('apps', 'deployments', 'v1')?.kind).toBe('Deployment');
  expect(table.byResource('apps', 'deployments', 'v1beta1')).toBeUndefined();
  expect(table.byResource('', 'deployments')).toBeUndefined();
});

test('the kinds with a generation are those of a real cluster', () => {
  const counted = table.rows.filter((row) => row.hasGeneration).map((row) => row.kind);
  expect(counted.sort()).toEqual([
    'CronJob',
    'DaemonSet',
    'Deployment',
    'EndpointSlice',
    'Ingress',
    'IngressClass',
    'Job',
    'NetworkPolicy',
    'Pod',
    'PodDisruptionBudget',
    'PriorityClass',
    'ReplicaSet',
    'ReplicationController',
    'StatefulSet',
  ]);
});

test('every row has a struct with metadata, and sorted subresources', () => {
  for (const row of builtInKinds) {
    expect(structSchema(row.struct ?? '')?.has('metadata'), row.kind).toBe(true);
    expect([...row.subresources].sort()).toEqual(row.subresources);
  }
});

test('names, kinds and paths carry their group', () => {
  const deployment = table.byName('deploy')!;
  const node = table.byName('node')!;
  expect(qualifiedResource(deployment)).toBe('deployments.apps');
  expect(qualifiedResource(node)).toBe('nodes');
  expect(qualifiedKind(deployment)).toBe('Deployment.apps');
  expect(qualifiedKind(node)).toBe('Node');
  expect(apiVersionOf(deployment)).toBe('apps/v1');
  expect(apiVersionOf(node)).toBe('v1');
  expect(parseApiVersion('apps/v1')).toEqual({ group: 'apps', version: 'v1' });
  expect(parseApiVersion('v1')).toEqual({ group: '', version: 'v1' });
  expect(resourcePath(deployment, 'default', 'web')).toBe(
    '/apis/apps/v1/namespaces/default/deployments/web',
  );
  expect(resourcePath(deployment)).toBe('/apis/apps/v1/deployments');
  expect(resourcePath(node, 'default', 'node-1')).toBe('/api/v1/nodes/node-1');
  expect(verbsOf(deployment)).toContain('deletecollection');
  expect(verbsOf(table.byName('namespaces')!)).not.toContain('deletecollection');
});

test('a table with one row more leaves the old table as it was', () => {
  const extended = table.withKind(gears);
  expect(extended.byKind('example.com/v1', 'Gear')).toBe(gears);
  expect(extended.byName('gr')).toBe(gears);
  expect(extended.byName('po')?.kind).toBe('Pod');
  expect(extended.inCategory('all').at(-1)).toBe(gears);
  expect(table.byName('gears')).toBeUndefined();
  expect(extended.withoutKind('example.com', 'gears').byName('gears')).toBeUndefined();
});

test('a row of the same group and plural takes the place of the old one', () => {
  const next = { ...gears, version: 'v2' };
  const extended = table.withKind(gears).withKind(next);
  expect(extended.rows.length).toBe(table.rows.length + 1);
  expect(extended.byResource('example.com', 'gears')?.version).toBe('v2');
});

test('two rows of one resource are refused', () => {
  expect(() => createKindTable([gears, gears])).toThrow('two rows for gears.example.com');
});
