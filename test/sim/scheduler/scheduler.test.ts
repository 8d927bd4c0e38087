import { describe, expect, test } from 'vitest';
import type { Event, Node, Pod } from '#sim/api/types.gen.ts';
import { Scheduler } from '#sim/scheduler/scheduler.ts';
import { Harness } from '../harness.ts';

interface NodeOptions {
  readonly cpu?: string;
  readonly memory?: string;
  readonly labels?: Record<string, string>;
  readonly taints?: readonly { key: string; effect: string }[];
}

function node(name: string, options: NodeOptions = {}) {
  const allocatable = { cpu: options.cpu ?? '2', memory: options.memory ?? '4Gi', pods: '110' };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name, ...options.labels } },
    spec: { taints: options.taints ?? [] },
    status: { allocatable, capacity: allocatable },
  };
}

function pod(name: string, spec: Record<string, unknown> = {}, labels?: Record<string, string>) {
  const { cpu, ...rest } = spec;
  const resources = cpu === undefined ? {} : { requests: { cpu } };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', ...(labels === undefined ? {} : { labels }) },
    spec: { containers: [{ name: 'app', image: 'nginx', resources }], ...rest },
  };
}

function start(nodes: readonly ReturnType<typeof node>[], seed = 1): Harness {
  const harness = new Harness({ seed });
  // The API server taints every new node as not ready; here the nodes are ready from the start.
  for (const object of nodes) {
    harness.seed(object);
    const nodes = harness.client.of('Node');
    const stored = harness.peek<Node>('Node', '', object.metadata.name) as Node;
    harness.do(nodes.update({ ...stored, spec: object.spec }));
    const tolerable = harness.peek<Node>('Node', '', object.metadata.name) as Node;
    harness.do(nodes.updateStatus({ ...tolerable, status: object.status }));
  }
  new Scheduler(harness.contextOf('kube-scheduler')).start();
  harness.run(100);
  return harness;
}

function podOf(harness: Harness, name: string): Pod | undefined {
  return harness.peek<Pod>('Pod', 'default', name);
}

function events(harness: Harness, reason?: string): Event[] {
  const { items } = harness.do(harness.client.of('Event').list('default'));
  return items.filter((event) => reason === undefined || event.reason === reason);
}

function conditionOf(harness: Harness, name: string) {
  return podOf(harness, name)?.status?.conditions?.find(({ type }) => type === 'PodScheduled');
}

describe('scheduler', () => {
  test('binds a pod and says so', () => {
    const harness = start([node('node-1')]);
    harness.seed(pod('web'));
    harness.run(100);
    expect(podOf(harness, 'web')?.spec.nodeName).toBe('node-1');
    expect(conditionOf(harness, 'web')?.status).toBe('True');
    const [event] = events(harness, 'Scheduled');
    expect(event).toMatchObject({
      message: 'Successfully assigned default/web to node-1',
      type: 'Normal',
      action: 'Binding',
      reportingComponent: 'default-scheduler',
    });
  });

  test('writes condition, then event, when no node has room', () => {
    const harness = start([node('node-1'), node('node-2'), node('node-3')]);
    harness.seed(pod('big', { cpu: '100' }));
    harness.run(100);
    const message =
      '0/3 nodes are available: 3 Insufficient cpu. no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.';
    expect(conditionOf(harness, 'big')).toMatchObject({
      status: 'False',
      reason: 'Unschedulable',
      message,
      observedGeneration: 1,
    });
    expect(events(harness).map((event) => [event.reason, event.message])).toEqual([
      ['FailedScheduling', message],
    ]);
  });

  test('does not try a rejected pod again while nothing relevant happens', () => {
    const harness = start([node('node-1')]);
    harness.seed(pod('big', { cpu: '3' }));
    harness.run(30_000);
    harness.seed(pod('small'));
    harness.run(30_000);
    const attempts = [...harness.engine.trace.entries({ verb: 'unschedulable' })];
    expect(attempts).toHaveLength(1);
  });

  test('tries a waiting pod at once when a pod ends, without waiting for its back-off', () => {
    const harness = start([node('node-1')]);
    harness.seed(pod('filler', { cpu: '2' }));
    harness.run(50);
    harness.seed(pod('late', { cpu: '2' }));
    harness.run(50);
    expect(podOf(harness, 'late')?.spec.nodeName).toBeUndefined();
    const filler = podOf(harness, 'filler') as Pod;
    harness.do(
      harness.client
        .of('Pod')
        .updateStatus({ ...filler, status: { ...filler.status, phase: 'Succeeded' } }),
    );
    harness.run(20);
    expect(podOf(harness, 'late')?.spec.nodeName).toBe('node-1');
  });

  test('spreads equal pods over equal nodes', () => {
    const harness = start([node('node-1'), node('node-2'), node('node-3')]);
    const labels = { app: 'web' };
    harness.seed({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: 'default' },
      spec: { selector: labels, ports: [{ port: 80 }] },
    });
    for (let index = 0; index < 50; index += 1) harness.seed(pod(`web-${index}`, {}, labels));
    harness.run(500);
    const counts = new Map<string, number>();
    for (let index = 0; index < 50; index += 1) {
      const name = podOf(harness, `web-${index}`)?.spec.nodeName ?? '';
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    expect([...counts.values()].sort()).toEqual([16, 17, 17]);
  });

  test('names the taint, the selector and the cordon before it looks at resources', () => {
    const harness = start([
      node('node-1', { taints: [{ key: 'gpu', effect: 'NoSchedule' }] }),
      node('node-2'),
      node('node-3', { labels: { disk: 'ssd' }, cpu: '1' }),
    ]);
    harness.seed(pod('x', { cpu: '2', nodeSelector: { disk: 'ssd' } }));
    harness.run(100);
    expect(conditionOf(harness, 'x')?.message).toBe(
      "0/3 nodes are available: 1 Insufficient cpu, 1 node(s) didn't match Pod's node affinity/selector, 1 node(s) had untolerated taint(s). no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
    );
  });

  test('repeats the event as a second one, then as a series that stays at two', () => {
    const harness = start([node('node-1')]);
    harness.seed(pod('big', { cpu: '3' }));
    harness.run(100);
    for (const name of ['a', 'b', 'c', 'd']) {
      harness.seed(pod(name));
      harness.run(100);
      harness.do(harness.client.of('Pod').delete('default', name, { gracePeriodSeconds: 0 }));
      harness.run(100);
    }
    expect([...harness.engine.trace.entries({ verb: 'unschedulable' })]).toHaveLength(5);
    expect(events(harness, 'FailedScheduling').map((event) => event.series?.count)).toEqual([
      undefined,
      2,
    ]);
  });

  test('leaves gated pods alone until the last gate is removed', () => {
    const harness = start([node('node-1')]);
    harness.seed(pod('gated', { schedulingGates: [{ name: 'example.com/wait' }] }));
    harness.run(5_000);
    expect(podOf(harness, 'gated')?.spec.nodeName).toBeUndefined();
    expect(events(harness)).toEqual([]);
    const gated = podOf(harness, 'gated') as Pod;
    const { schedulingGates: _gates, ...spec } = gated.spec;
    harness.do(harness.client.of('Pod').update({ ...gated, spec }));
    harness.run(20);
    expect(podOf(harness, 'gated')?.spec.nodeName).toBe('node-1');
  });

  test('leaves pods of other schedulers alone', () => {
    const harness = start([node('node-1')]);
    harness.seed(pod('other', { schedulerName: 'my-scheduler' }));
    harness.run(1_000);
    expect(podOf(harness, 'other')?.spec.nodeName).toBeUndefined();
  });

  test('waits for the first node', () => {
    const harness = start([]);
    harness.seed(pod('early'));
    harness.run(1_000);
    expect(conditionOf(harness, 'early')?.message).toBe('no nodes available to schedule pods');
  });

  test('makes room for a more important pod: status, event, then the victim', () => {
    const harness = start([node('node-1')]);
    harness.seed({
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name: 'online' },
      value: 1000,
    });
    harness.seed(pod('batch', { cpu: '2' }));
    harness.run(100);
    harness.seed(pod('online', { cpu: '2', priorityClassName: 'online' }));
    harness.run(100);
    const online = podOf(harness, 'online');
    expect(online?.status?.nominatedNodeName).toBe('node-1');
    expect(conditionOf(harness, 'online')?.message).toBe(
      '0/1 nodes are available: 1 Insufficient cpu.',
    );
    const batch = podOf(harness, 'batch') as Pod;
    expect(batch.metadata.deletionTimestamp).toBeDefined();
    expect(batch.status?.conditions?.at(-1)).toMatchObject({
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'PreemptionByScheduler',
      message: 'default-scheduler: preempting to accommodate a higher priority pod',
    });
    expect(events(harness, 'Preempted').map(({ message, action }) => [message, action])).toEqual([
      [`Preempted by pod ${online?.metadata.uid} on node node-1`, 'Preempting'],
    ]);
    // The victim comes to its end before its object is gone; the preemptor does not wait for that.
    const ended = { ...batch, status: { ...batch.status, phase: 'Failed' } };
    harness.do(harness.client.of('Pod').updateStatus(ended));
    harness.run(20);
    expect(podOf(harness, 'online')?.spec.nodeName).toBe('node-1');
    expect(events(harness, 'FailedScheduling')).toHaveLength(1);
  });

  test('takes the assumption back when the binding is refused, and tries again', () => {
    const harness = start([node('node-1', { cpu: '2' })]);
    // Somebody else binds the pod in the moment in which the scheduler has placed it.
    harness.seed(pod('raced', { cpu: '2' }));
    const binding = {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { name: 'raced', namespace: 'default' },
      target: { kind: 'Node', name: 'node-elsewhere' },
    };
    const pods = harness.client.of('Pod');
    harness.do(pods.subresource('create', 'default', 'raced', 'binding', binding));
    harness.run(100);
    expect(podOf(harness, 'raced')?.spec.nodeName).toBe('node-elsewhere');
    harness.seed(pod('next', { cpu: '2' }));
    harness.run(100);
    expect(podOf(harness, 'next')?.spec.nodeName).toBe('node-1');
  });

  test('writes down what was said of each node', () => {
    const harness = start([node('node-1'), node('node-2'), node('node-3', { cpu: '1' })]);
    harness.seed(pod('web', { cpu: '1500m' }));
    harness.run(100);
    const [entry] = [...harness.engine.trace.entries({ verb: 'scheduled' })];
    expect(entry).toMatchObject({
      component: 'kube-scheduler',
      object: 'Pod/default/web',
      detail: { attempt: 1, nodesTotal: 3, evaluated: 3, feasible: 2 },
    });
    const rows = entry?.detail?.['rows'] as { node: string; total?: number; rejectedBy?: string }[];
    expect(rows.map(({ node, rejectedBy }) => [node, rejectedBy])).toEqual([
      ['node-1', undefined],
      ['node-2', undefined],
      ['node-3', 'NodeResourcesFit'],
    ]);
    expect(rows[0]).toMatchObject({
      scores: { TaintToleration: 300, NodeResourcesFit: 60, ImageLocality: 0 },
    });
  });

  test('lets the binding follow from the decision, and the decision from the creation', () => {
    const harness = start([node('node-1')]);
    harness.seed(pod('web'));
    harness.run(100);
    const { trace } = harness.engine;
    const [bound] = [...trace.entries({ object: 'Pod/default/web', verb: 'patched' })].concat([
      ...trace.entries({ object: 'Pod/default/web', verb: 'updated' }),
    ]);
    const chain = trace.chain(bound?.id ?? -1).map(({ component, verb }) => `${component} ${verb}`);
    expect(chain.slice(1, 3)).toEqual(['kube-scheduler scheduled', 'kube-apiserver created']);
  });
});
