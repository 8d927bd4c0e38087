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
    for (let index = 0; index < 9; index += 1) harness.seed(pod(`web-${index}`, {}, labels));
    harness.run(500);
    const counts = new Map<string, number>();
    for (let index = 0; index < 9; index += 1) {
      const name = podOf(harness, `web-${index}`)?.spec.nodeName ?? '';
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    expect([...counts.values()]).toEqual([3, 3, 3]);
  });
});
