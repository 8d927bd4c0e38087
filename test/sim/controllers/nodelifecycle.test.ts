import { describe, expect, test } from 'vitest';
import { formatMicroTime, formatTime } from '#sim/api/time.ts';
import type { Node, Taint } from '#sim/api/types.gen.ts';
import { ControlPlane, object } from './control-plane.ts';

/** A plane with the controller alone; all nodes are Ready and renew their leases until they are told to stop. */
class Nodes {
  readonly plane = new ControlPlane({ controllers: ['node-lifecycle'], kubelet: false });
  readonly silent = new Set<string>();
  readonly names = ['node-1', 'node-2', 'node-3'];

  constructor() {
    const { plane, names } = this;
    plane.seed(object('v1', 'Namespace', 'kube-node-lease', {}, ''));
    plane.seed(
      object('v1', 'Pod', 'web', {
        spec: { nodeName: 'node-1', containers: [{ name: 'app', image: 'nginx:1.27' }] },
      }),
    );
    const status = { conditions: [{ type: 'Ready', status: 'True' }] };
    const options = { subresource: 'status' };
    plane.do(plane.client.of('Pod').patch('default', 'web', 'merge', { status }, options));
    for (const name of names) {
      plane.seed(object('coordination.k8s.io/v1', 'Lease', name, { spec: {} }, 'kube-node-lease'));
      this.report(name, 'Ready', 'True');
    }
    this.run(100);
  }

  /** Writes a condition as a kubelet does. */
  report(name: string, type: string, status: string): void {
    const { plane } = this;
    const now = formatTime(plane.engine.nowMs);
    const condition = { type, status, reason: 'Told', message: '', lastHeartbeatTime: now };
    const body = { status: { conditions: [{ ...condition, lastTransitionTime: now }] } };
    const options = { subresource: 'status' };
    plane.do(plane.client.of('Node').patch('', name, 'strategic', body, options));
  }

  /** Runs, with a heartbeat of each node that is not silent every ten seconds. */
  run(ms: number): void {
    const { plane } = this;
    for (let leftMs = ms; leftMs > 0; leftMs -= 10_000) {
      for (const name of this.names) {
        if (this.silent.has(name)) continue;
        const body = { spec: { renewTime: formatMicroTime(plane.engine.nowMs) } };
        plane.do(plane.client.of('Lease').patch('kube-node-lease', name, 'merge', body));
      }
      plane.run(Math.min(leftMs, 10_000));
    }
  }

  node(name: string): Node {
    return this.plane.get('Node', name, '');
  }

  taints(name: string): string[] {
    return (this.node(name).spec.taints ?? []).map(({ key, effect }: Taint) => `${key}:${effect}`);
  }

  ready(name: string): readonly string[] {
    const found = this.node(name).status?.conditions?.find(({ type }) => type === 'Ready');
    return [found?.status ?? '', found?.reason ?? ''];
  }
}

describe('a node that falls silent', () => {
  test('is Unknown after 50 s and not before, and gets both taints', () => {
    const nodes = new Nodes();
    nodes.silent.add('node-1');
    nodes.run(45_000);
    expect(nodes.ready('node-1')).toEqual(['True', 'Told']);
    expect(nodes.taints('node-1')).toEqual([]);
    nodes.run(20_000);
    expect(nodes.ready('node-1')).toEqual(['Unknown', 'NodeStatusUnknown']);
    expect(nodes.taints('node-1').sort()).toEqual([
      'node.kubernetes.io/unreachable:NoExecute',
      'node.kubernetes.io/unreachable:NoSchedule',
    ]);
    expect(nodes.ready('node-2')).toEqual(['True', 'Told']);
  });

  test('makes its pods not ready, and both are told of it', () => {
    const nodes = new Nodes();
    nodes.silent.add('node-1');
    nodes.run(65_000);
    const [condition] = nodes.plane.get('Pod', 'web').status?.conditions ?? [];
    expect(condition).toMatchObject({ type: 'Ready', status: 'False' });
    expect(nodes.plane.eventTexts()).toContain('NodeNotReady: Node is not ready');
  });

  test('loses its taints when it speaks again', () => {
    const nodes = new Nodes();
    nodes.silent.add('node-1');
    nodes.run(65_000);
    nodes.silent.clear();
    nodes.report('node-1', 'Ready', 'True');
    nodes.run(12_000);
    expect(nodes.taints('node-1')).toEqual([]);
  });
});

describe('conditions', () => {
  test('become NoSchedule taints at once', () => {
    const nodes = new Nodes();
    nodes.report('node-2', 'MemoryPressure', 'True');
    nodes.plane.run(100);
    expect(nodes.taints('node-2')).toEqual(['node.kubernetes.io/memory-pressure:NoSchedule']);
    nodes.report('node-2', 'MemoryPressure', 'False');
    nodes.plane.run(100);
    expect(nodes.taints('node-2')).toEqual([]);
  });

  test('of a node that says itself that it is not ready make not-ready taints', () => {
    const nodes = new Nodes();
    nodes.report('node-2', 'Ready', 'False');
    nodes.run(10_000);
    expect(nodes.taints('node-2').sort()).toEqual([
      'node.kubernetes.io/not-ready:NoExecute',
      'node.kubernetes.io/not-ready:NoSchedule',
    ]);
  });

  test('leave taints alone that others have set', () => {
    const nodes = new Nodes();
    const taints = [{ key: 'shop/only', effect: 'NoSchedule' }];
    nodes.plane.do(
      nodes.plane.client.of('Node').patch('', 'node-2', 'merge', { spec: { taints } }),
    );
    nodes.report('node-2', 'PIDPressure', 'True');
    nodes.plane.run(100);
    expect(nodes.taints('node-2')).toEqual([
      'shop/only:NoSchedule',
      'node.kubernetes.io/pid-pressure:NoSchedule',
    ]);
  });

  test('a cordoned node is tainted, one that is let in again is not', () => {
    const nodes = new Nodes();
    const cordon = (unschedulable: boolean): void => {
      const { plane } = nodes;
      plane.do(plane.client.of('Node').patch('', 'node-3', 'merge', { spec: { unschedulable } }));
      plane.run(100);
    };
    cordon(true);
    expect(nodes.taints('node-3')).toEqual(['node.kubernetes.io/unschedulable:NoSchedule']);
    cordon(false);
    expect(nodes.taints('node-3')).toEqual([]);
  });

  test('evict nothing while no node at all is ready', () => {
    const nodes = new Nodes();
    for (const name of nodes.names) nodes.silent.add(name);
    nodes.run(80_000);
    expect(nodes.names.flatMap((name) => nodes.taints(name))).toEqual(
      nodes.names.map(() => 'node.kubernetes.io/unreachable:NoSchedule'),
    );
  });
});
