import { describe, expect, test } from 'vitest';
import type { EndpointSlice, Node, Pod, Service } from '#sim/api/types.gen.ts';
import { reconcileSlices, sliceLabels } from '#sim/controllers/endpointslice-reconciler.ts';
import { podOf } from './control-plane.ts';

const service: Service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'default', uid: 'uid-service', labels: { team: 'x' } },
  spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }], ipFamilies: ['IPv4'] },
};
const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' } } as Node;
const pods = (count: number, from = 0): Pod[] =>
  Array.from({ length: count }, (_, i) =>
    podOf({
      name: `pod-${from + i}`,
      ip: `10.0.${(from + i) >> 8}.${(from + i) & 255}`,
      node: 'n',
      readySince: 1,
    }),
  );

let serial = 0;
/** Plans, and plays the API server: names and generations. */
function run(
  list: readonly Pod[],
  existing: readonly EndpointSlice[] = [],
  of: Service = service,
  max = 100,
) {
  const plan = reconcileSlices({
    service: of,
    pods: list,
    nodeOf: (name) => (name === 'n' ? node : undefined),
    existing,
    triggerTime: '2026-01-01T00:00:01Z',
    endpointsMax: max,
  });
  const updated = new Map(plan.update.map((slice) => [slice.metadata.name, slice]));
  const gone = new Set(plan.delete.map((slice) => slice.metadata.name));
  const kept = existing
    .filter((slice) => !gone.has(slice.metadata.name))
    .map((slice) => updated.get(slice.metadata.name) ?? slice);
  const created = plan.create.map((slice) => {
    serial += 1;
    return {
      ...slice,
      metadata: { ...slice.metadata, name: `web-${serial}`, uid: `uid-${serial}` },
    };
  });
  return { plan, slices: [...kept, ...created] };
}
const counts = (list: readonly EndpointSlice[]) =>
  list.map((slice) => slice.endpoints?.length ?? 0);
const writes = ({ plan }: ReturnType<typeof run>) => [
  plan.create.length,
  plan.update.length,
  plan.delete.length,
];

describe('packing (reconciler_test.go)', () => {
  test('a Service without pods has one empty slice, which stays as it is', () => {
    const first = run([]);
    expect(first.slices).toHaveLength(1);
    expect(first.slices[0]).toMatchObject({ endpoints: [], ports: [], addressType: 'IPv4' });
    expect(writes(run([], first.slices))).toEqual([0, 0, 0]);
  });

  test('the first endpoint goes into that slice, under its name', () => {
    const empty = run([]);
    const next = run(pods(1), empty.slices);
    expect(writes(next)).toEqual([0, 1, 0]);
    expect(next.plan.update[0]?.metadata.name).toBe(empty.slices[0]?.metadata.name);
    expect(next.plan.update[0]?.ports).toEqual([{ name: '', protocol: 'TCP', port: 8080 }]);
  });

  test('the last endpoint leaves an empty slice of the same name', () => {
    const one = run(pods(1));
    const none = run([], one.slices);
    expect(writes(none)).toEqual([0, 1, 0]);
    expect(none.plan.update[0]).toMatchObject({ endpoints: [], ports: [] });
    expect(none.plan.update[0]?.metadata.name).toBe(one.slices[0]?.metadata.name);
  });

  test('nothing changed: nothing is written', () => {
    const first = run(pods(3));
    expect(writes(run(pods(3), first.slices))).toEqual([0, 0, 0]);
  });

  test('250 endpoints make slices of 100, 100 and 50', () => {
    expect(counts(run(pods(250)).slices)).toEqual([100, 100, 50]);
  });

  test('a new endpoint goes into the fullest slice that has room', () => {
    const full = run(pods(100)).slices;
    const slices = [...full, ...run(pods(30, 100)).slices, ...run(pods(60, 130)).slices];
    const next = run(pods(191), slices);
    expect(writes(next)).toEqual([0, 1, 0]);
    expect(counts(next.slices)).toEqual([100, 30, 61]);
  });

  test('a slice that is written anyway is filled first', () => {
    const slices = [...run(pods(30)).slices, ...run(pods(60, 30)).slices];
    // One endpoint of the smaller slice goes, one comes.
    const next = run([...pods(29, 1), ...pods(60, 30), ...pods(1, 90)], slices);
    expect(writes(next)).toEqual([0, 1, 0]);
    expect(counts(next.slices)).toEqual([30, 60]);
  });

  test('slices are never rebalanced', () => {
    const slices = [...run(pods(100)).slices, ...run(pods(100, 100)).slices];
    const next = run([...pods(10), ...pods(10, 100)], slices);
    expect(counts(next.slices)).toEqual([10, 10]);
  });

  test('pods whose named port has different numbers go to different slices', () => {
    const named: Service = {
      ...service,
      spec: { ...service.spec, ports: [{ port: 80, targetPort: 'http' }] },
    };
    const at = (name: string, containerPort: number): Pod =>
      podOf({
        name,
        ip: `10.1.0.${containerPort & 255}`,
        node: 'n',
        spec: {
          nodeName: 'n',
          containers: [
            { name: 'app', image: 'a', ports: [{ name: 'http', containerPort, protocol: 'TCP' }] },
          ],
        },
      });
    const { slices } = run([at('a', 1), at('b', 2)], [], named);
    expect(slices.map((slice) => slice.ports?.[0]?.port)).toEqual([1, 2]);
  });
});

describe('what a slice carries', () => {
  test("the Service's labels, its own, its owner and the time of the change", () => {
    const [slice] = run(pods(1)).plan.create;
    expect(slice?.metadata).toEqual({
      generateName: 'web-',
      namespace: 'default',
      labels: {
        team: 'x',
        'kubernetes.io/service-name': 'web',
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      },
      annotations: { 'endpoints.kubernetes.io/last-change-trigger-time': '2026-01-01T00:00:01Z' },
      ownerReferences: [
        {
          apiVersion: 'v1',
          kind: 'Service',
          name: 'web',
          uid: 'uid-service',
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    });
  });

  test("a headless Service's slices say so", () => {
    const headless = { ...service, spec: { ...service.spec, clusterIP: 'None' } };
    expect(sliceLabels(headless)['service.kubernetes.io/headless']).toBe('');
  });

  test('new labels of the Service are a reason to write', () => {
    const first = run(pods(1));
    const renamed = { ...service, metadata: { ...service.metadata, labels: { team: 'y' } } };
    const next = run(pods(1), first.slices, renamed);
    expect(writes(next)).toEqual([0, 1, 0]);
    expect(next.plan.update[0]?.metadata.labels?.['team']).toBe('y');
  });

  test("a slice of somebody else's Service of that name is deleted", () => {
    const [slice] = run(pods(1)).slices;
    const foreign = {
      ...slice,
      metadata: { ...slice?.metadata, ownerReferences: [] },
    } as EndpointSlice;
    expect(writes(run(pods(1), [foreign]))).toEqual([1, 0, 1]);
  });

  test('nothing is created for a Service that is being deleted', () => {
    const deleting = { ...service, metadata: { ...service.metadata, deletionTimestamp: 'x' } };
    expect(writes(run(pods(1), [], deleting))).toEqual([0, 0, 0]);
  });

  test('a pod on a node that is not there is left out, unless unready pods are published', () => {
    const lost = [podOf({ ip: '10.0.0.1', node: 'gone' })];
    expect(run(lost).plan.missingNodes).toEqual(['gone']);
    const publishing = { ...service, spec: { ...service.spec, publishNotReadyAddresses: true } };
    expect(counts(run(lost, [], publishing).slices)).toEqual([1]);
  });
});
