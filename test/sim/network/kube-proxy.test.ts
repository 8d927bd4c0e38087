import { describe, expect, test } from 'vitest';
import { KubeProxy } from '#sim/network/kube-proxy.ts';
import type { LoadDeclaration } from '#sim/network/load-declaration.ts';
import { startLoad } from '#sim/network/load.ts';
import { ClusterNetwork } from '#sim/network/network.ts';
import { RequestLog } from '#sim/network/request-log.ts';
import type { NetworkNamespace } from '#sim/runtime/node-network.ts';
import { Harness } from '../harness.ts';

interface Address {
  readonly ip: string;
  readonly pod?: string;
  readonly node?: string;
  readonly ready?: boolean;
  readonly serving?: boolean;
  readonly terminating?: boolean;
  readonly zones?: readonly string[];
}

/** Two nodes with their proxies, a Service, and its slice as the test says. */
class Proxied {
  readonly harness = new Harness({ seed: 3 });
  readonly network = new ClusterNetwork(this.harness.engine);
  readonly log = new RequestLog();
  readonly nodes = ['node-1', 'node-2'].map((name, index) => {
    const fabric = this.network.addNode(name, `10.99.0.1${index + 1}`, `10.244.${index}.0/24`);
    new KubeProxy(this.harness.contextOf(`kube-proxy/${name}`), fabric).start();
    return fabric;
  });

  constructor(spec: Record<string, unknown> = {}) {
    this.harness.seed({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: 'default' },
      spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }], ...spec },
    });
    this.harness.run(2_000);
  }

  /** Makes a pod that answers with its name. */
  pod(name: string, nodeIndex: number): NetworkNamespace {
    const pod = this.nodes[nodeIndex]?.attachPod(name);
    if (pod === undefined) throw new Error('no address');
    pod.listen(8080, {
      *serve() {
        return { status: 200, headers: {}, body: name };
      },
    });
    return pod;
  }

  /** Writes the slice and returns at once. */
  slice(addresses: readonly Address[]): void {
    const { harness } = this;
    const body = {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        name: 'web-1',
        namespace: 'default',
        labels: { 'kubernetes.io/service-name': 'web' },
      },
      addressType: 'IPv4',
      endpoints: addresses.map(({ ip, pod = '', node = 'node-1', zones, ...conditions }) => ({
        addresses: [ip],
        nodeName: node,
        ...(zones === undefined ? {} : { hints: { forZones: zones.map((name) => ({ name })) } }),
        conditions: { ready: true, serving: true, terminating: false, ...conditions },
        targetRef: { kind: 'Pod', namespace: 'default', name: pod },
      })),
      ports: [{ name: '', port: 8080, protocol: 'TCP' }],
    };
    const slices = harness.client.of('EndpointSlice');
    const known = harness.peek('EndpointSlice', 'default', 'web-1');
    if (known === undefined) harness.do(slices.create('default', body));
    else harness.do(slices.update({ ...known, ...body, metadata: known.metadata } as never));
  }

  /** Sends some requests and returns what became of them, with how often. */
  outcomes(declaration: Partial<LoadDeclaration> = {}): Record<string, number> {
    const first = this.log.length;
    startLoad(this.network, this.log, [
      { name: 'client', url: 'http://web/', ratePerSecond: 100, stopMs: 1_000, ...declaration },
    ]);
    this.harness.run(1_000 + (declaration.timeoutMs ?? 2_000) + 10);
    const counts: Record<string, number> = {};
    for (const { outcome, pod } of this.log.rows().slice(first)) {
      const key = outcome === '200' ? pod : outcome;
      counts[key] = (counts[key] ?? 0) + 1;
    }
    return counts;
  }

  rules(node = 'node-1'): [number, unknown][] {
    const component = `kube-proxy/${node}`;
    const { trace } = this.harness.engine;
    return [...trace.entries({ component, verb: 'rules' })].map((entry) => [
      entry.timeMs,
      entry.detail?.['endpoints'],
    ]);
  }
}

describe('kube-proxy', () => {
  test('spreads connections over the ready endpoints', () => {
    const proxied = new Proxied();
    const [a, b] = [proxied.pod('a', 0), proxied.pod('b', 1)];
    proxied.slice([
      { ip: a.ip, pod: 'a' },
      { ip: b.ip, pod: 'b', node: 'node-2' },
      { ip: '10.244.1.99', pod: 'c', ready: false, serving: false },
    ]);
    proxied.harness.run(1_100);
    const counts = proxied.outcomes();
    expect(Object.keys(counts).sort()).toEqual(['a', 'b']);
    expect(counts['a']).toBeGreaterThan(30);
    expect(counts['b']).toBeGreaterThan(30);
  });

  test('rejects when there is no endpoint: the client is refused', () => {
    const proxied = new Proxied();
    expect(proxied.outcomes()).toEqual({ refused: 100 });
  });

  test('uses endpoints that terminate but serve when no other is left, and says so', () => {
    const proxied = new Proxied();
    const a = proxied.pod('a', 0);
    proxied.slice([{ ip: a.ip, pod: 'a', ready: false, serving: true, terminating: true }]);
    proxied.harness.run(1_100);
    expect(proxied.outcomes()).toEqual({ a: 100 });
    const [entry] = [...proxied.harness.engine.trace.entries({ verb: 'rules' })].slice(-1);
    expect(entry?.detail?.['isFallback']).toBe(true);
  });

  test('drops what must stay on the node when only other nodes have endpoints', () => {
    const proxied = new Proxied({ internalTrafficPolicy: 'Local' });
    const b = proxied.pod('b', 1);
    proxied.slice([{ ip: b.ip, pod: 'b', node: 'node-2' }]);
    proxied.harness.run(1_100);
    expect(proxied.outcomes({ timeoutMs: 500 })).toEqual({ timeout: 100 });
    expect(proxied.outcomes({ from: 'node-2' })).toEqual({ b: 100 });
  });

  test('lets a dropped connection through when its next SYN meets other rules', () => {
    const proxied = new Proxied({ internalTrafficPolicy: 'Local' });
    const [a, b] = [proxied.pod('a', 0), proxied.pod('b', 1)];
    proxied.slice([{ ip: b.ip, pod: 'b', node: 'node-2' }]);
    proxied.harness.run(1_100);
    proxied.harness.engine.schedule(500, () => proxied.slice([{ ip: a.ip, pod: 'a' }]));
    const counts = proxied.outcomes({ timeoutMs: 5_000 });
    expect(counts).toEqual({ a: 100 });
    const late = proxied.log.rows().filter(({ ms }) => ms >= 1_000 && ms < 1_010);
    expect(late.length).toBeGreaterThan(40);
  });

  test('takes traffic from outside on a node port of any node', () => {
    const proxied = new Proxied({
      type: 'NodePort',
      ports: [{ port: 80, targetPort: 8080, nodePort: 30_080 }],
    });
    const b = proxied.pod('b', 1);
    proxied.slice([{ ip: b.ip, pod: 'b', node: 'node-2' }]);
    proxied.harness.run(1_100);
    const url = 'http://10.99.0.11:30080/';
    expect(proxied.outcomes({ from: 'outside', url })).toEqual({ b: 100 });
  });

  test('drops traffic from outside on a node without a local endpoint under the Local policy', () => {
    const proxied = new Proxied({
      type: 'NodePort',
      externalTrafficPolicy: 'Local',
      ports: [{ port: 80, targetPort: 8080, nodePort: 30_080 }],
    });
    const b = proxied.pod('b', 1);
    proxied.slice([{ ip: b.ip, pod: 'b', node: 'node-2' }]);
    proxied.harness.run(1_100);
    const at = (ip: string) => ({ from: 'outside', url: `http://${ip}:30080/`, timeoutMs: 500 });
    expect(proxied.outcomes(at('10.99.0.11'))).toEqual({ timeout: 100 });
    expect(proxied.outcomes(at('10.99.0.12'))).toEqual({ b: 100 });
  });

  test('keeps a client at its endpoint under ClientIP affinity', () => {
    const proxied = new Proxied({ sessionAffinity: 'ClientIP' });
    const [a, b] = [proxied.pod('a', 0), proxied.pod('b', 1)];
    proxied.slice([
      { ip: a.ip, pod: 'a' },
      { ip: b.ip, pod: 'b', node: 'node-2' },
    ]);
    proxied.harness.run(1_100);
    expect(Object.values(proxied.outcomes())).toEqual([100]);
  });

  test('loads rules at once when idle, and not again for a second', () => {
    const proxied = new Proxied();
    const a = proxied.pod('a', 0);
    proxied.harness.run(2_000);
    const before = proxied.rules().length;
    const startMs = proxied.harness.engine.nowMs;
    proxied.slice([{ ip: a.ip, pod: 'a' }]);
    proxied.harness.run(200);
    proxied.slice([{ ip: a.ip, pod: 'a', ready: false, terminating: false, serving: false }]);
    proxied.harness.run(3_000);
    const [first, second] = proxied.rules().slice(before);
    expect(first?.[1]).toEqual([`${a.ip}:8080`]);
    expect(second?.[1]).toEqual([]);
    expect((first?.[0] ?? 0) - startMs).toBeLessThanOrEqual(36);
    expect((second?.[0] ?? 0) - (first?.[0] ?? 0)).toBeGreaterThanOrEqual(1_000);
    expect((second?.[0] ?? 0) - (first?.[0] ?? 0)).toBeLessThanOrEqual(1_036);
  });

  test('leaves old rules in force until it has been told, and the lost requests name the cause', () => {
    const proxied = new Proxied();
    const a = proxied.pod('a', 0);
    proxied.slice([{ ip: a.ip, pod: 'a' }]);
    proxied.harness.run(1_100);
    const { engine } = proxied.harness;
    const removed = engine.record('kubelet/node-1', 'sandbox-removed', 'Pod/default/a');
    proxied.nodes[0]?.detachPod('a');
    expect(proxied.outcomes({ timeoutMs: 500 })).toEqual({ timeout: 100 });
    const [failure] = [...engine.trace.entries({ verb: 'request-failed' })];
    expect(failure?.cause).toBe(removed);
  });

  test('keeps to endpoints meant for its zone', () => {
    const proxied = new Proxied();
    const zone = (name: string) => ({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name, labels: { 'topology.kubernetes.io/zone': `zone-of-${name}` } },
    });
    proxied.harness.seed(zone('node-1'), zone('node-2'));
    const [a, b] = [proxied.pod('a', 0), proxied.pod('b', 1)];
    proxied.slice([
      { ip: a.ip, pod: 'a', zones: ['zone-of-node-1'] },
      { ip: b.ip, pod: 'b', node: 'node-2', zones: ['zone-of-node-2'] },
    ]);
    proxied.harness.run(2_100);
    expect(proxied.outcomes({ from: 'node-1' })).toEqual({ a: 100 });
    expect(proxied.outcomes({ from: 'node-2' })).toEqual({ b: 100 });
  });

  test('resolves the names of Services, short and long', () => {
    const proxied = new Proxied();
    const names = proxied.nodes[0]?.names;
    const ip = names?.resolve('web', 'default');
    expect(ip).toMatch(/^10\./);
    for (const name of ['web.default', 'web.default.svc', 'web.default.svc.cluster.local']) {
      expect(names?.resolve(name, 'other')).toBe(ip);
    }
    expect(names?.resolve('web', 'other')).toBeUndefined();
  });
});
