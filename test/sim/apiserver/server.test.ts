import { describe, expect, test } from 'vitest';
import type { KubeObject } from '#sim/api/object.ts';
import { StatusError } from '#sim/api/status-error.ts';
import type { ConfigMap, Deployment, Namespace, Pod, Service } from '#sim/api/types.gen.ts';
import type { WatchEvent } from '#sim/apiserver/request.ts';
import type { Process } from '#sim/engine/process.ts';
import { Harness } from '../harness.ts';

const deployment = (name: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'web', image: 'nginx:1.27' }] },
    },
  },
});

const pod = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: { containers: [{ name: 'web', image: 'nginx:1.27' }] },
});

function refusal(act: () => unknown): StatusError {
  try {
    act();
  } catch (error) {
    if (error instanceof StatusError) return error;
    throw error;
  }
  throw new Error('the request was not refused');
}

describe('create', () => {
  test('stores the object with defaults, metadata and an empty status', () => {
    const { client, do: run } = bound(new Harness());
    const created = run(client.of('Deployment').create('default', deployment('web')));
    expect(created.metadata).toMatchObject({ namespace: 'default', generation: 1 });
    expect(created.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
    expect(created.spec?.revisionHistoryLimit).toBe(10);
    expect(created.spec?.template.spec?.terminationGracePeriodSeconds).toBe(30);
    expect((created as Deployment).status).toEqual({});
  });

  test('refuses a taken name, a missing namespace and an unknown field in upstream words', () => {
    const { client, do: run } = bound(new Harness());
    run(client.of('Deployment').create('default', deployment('web')));
    const again = refusal(() => run(client.of('Deployment').create('default', deployment('web'))));
    expect(again.message).toBe('deployments.apps "web" already exists');
    const nowhere = refusal(() => run(client.of('Deployment').create('shop', deployment('web'))));
    expect(nowhere.message).toBe('namespaces "shop" not found');
    const typo = { ...deployment('b'), spec: { ...deployment('b').spec, replica: 2 } };
    const options = { fieldValidation: 'Strict' } as const;
    const unknown = refusal(() => run(client.of('Deployment').create('default', typo, options)));
    expect(unknown.code).toBe(400);
    expect(unknown.message).toBe(
      'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.replica"',
    );
  });

  test('gives a Service an address and takes it back when the Service goes', () => {
    const { client, do: run } = bound(new Harness());
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
    };
    const created = run(client.of('Service').create('default', service)) as Service;
    expect(created.spec?.clusterIP).toMatch(/^10\.96\./);
    expect(created.spec?.clusterIPs).toEqual([created.spec?.clusterIP]);
    run(client.of('Service').delete('default', 'web'));
    const wanted = { ...service, spec: { ...service.spec, clusterIP: created.spec?.clusterIP } };
    const again = run(client.of('Service').create('default', wanted)) as Service;
    expect(again.spec?.clusterIP).toBe(created.spec?.clusterIP);
  });

  test('starts a Pod as Pending with its class and a token volume', () => {
    const { client, do: run } = bound(new Harness());
    const created = run(client.of('Pod').create('default', pod('web'))) as Pod;
    expect(created.status).toEqual({ phase: 'Pending', qosClass: 'BestEffort' });
    expect(created.spec?.tolerations).toHaveLength(2);
    expect(created.spec?.volumes?.[0]?.name).toMatch(/^kube-api-access-/);
  });
});

describe('update and patch', () => {
  test('bumps generation for the spec, not for the status, and stores nothing when nothing changes', () => {
    const { client, do: run } = bound(new Harness());
    const created = run(client.of('Deployment').create('default', deployment('web')));
    const same = run(client.of('Deployment').update(created));
    expect(same.metadata.resourceVersion).toBe(created.metadata.resourceVersion);
    const scaled = run(
      client.of('Deployment').patch('default', 'web', 'merge', { spec: { replicas: 5 } }),
    );
    expect(scaled.metadata.generation).toBe(2);
    const status = run(
      client.of('Deployment').updateStatus({ ...scaled, status: { replicas: 5 } }),
    ) as Deployment;
    expect(status.metadata.generation).toBe(2);
    expect(status.status?.replicas).toBe(5);
  });

  test('refuses a stale resourceVersion', () => {
    const { client, do: run } = bound(new Harness());
    const created = run(client.of('Deployment').create('default', deployment('web')));
    run(client.of('Deployment').patch('default', 'web', 'merge', { spec: { replicas: 5 } }));
    const stale = refusal(() =>
      run(
        client
          .of('Deployment')
          .update({ ...created, metadata: { ...created.metadata, labels: { a: 'b' } } }),
      ),
    );
    expect(stale.message).toBe(
      'Operation cannot be fulfilled on deployments.apps "web": the object has been modified; please apply your changes to the latest version and try again',
    );
  });

  test('merges containers by name in a strategic patch', () => {
    const { client, do: run } = bound(new Harness());
    run(client.of('Deployment').create('default', deployment('web')));
    const body = {
      spec: { template: { spec: { containers: [{ name: 'web', image: 'nginx:1.28' }] } } },
    };
    const patched = run(client.of('Deployment').patch('default', 'web', 'strategic', body));
    expect(patched.spec?.template.spec?.containers).toHaveLength(1);
    expect(patched.spec?.template.spec?.containers[0]?.image).toBe('nginx:1.28');
  });

  test('writes replicas through scale', () => {
    const { client, do: run } = bound(new Harness());
    run(client.of('Deployment').create('default', deployment('web')));
    const scale = run(client.of('Deployment').subresource('get', 'default', 'web', 'scale'));
    const body = { ...scale, spec: { replicas: 7 } };
    run(client.of('Deployment').subresource('update', 'default', 'web', 'scale', body));
    expect(run(client.of('Deployment').get('default', 'web')).spec?.replicas).toBe(7);
  });
});

describe('delete', () => {
  test('keeps a bound pod for its grace period and lets the kubelet remove it', () => {
    const { client, do: run } = bound(new Harness());
    run(client.of('Pod').create('default', pod('web')));
    const target = { apiVersion: 'v1', kind: 'Node', name: 'node-1' };
    const binding = { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'web' }, target };
    run(client.of('Pod').subresource('create', 'default', 'web', 'binding', binding));
    const deleting = run(client.of('Pod').delete('default', 'web')) as Pod;
    expect(deleting.metadata).toMatchObject({ deletionGracePeriodSeconds: 30, generation: 2 });
    run(client.of('Pod').delete('default', 'web', { gracePeriodSeconds: 0 }));
    const gone = refusal(() => run(client.of('Pod').get('default', 'web')));
    expect(gone.message).toBe('pods "web" not found');
  });

  test('removes a pod that was never bound at once', () => {
    const { client, do: run } = bound(new Harness());
    run(client.of('Pod').create('default', pod('web')));
    run(client.of('Pod').delete('default', 'web'));
    expect(refusal(() => run(client.of('Pod').get('default', 'web'))).code).toBe(404);
  });

  test('waits for finalizers and goes with the last of them', () => {
    const { client, do: run } = bound(new Harness());
    const map = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a', finalizers: ['example.com/hold'] },
    };
    run(client.of('ConfigMap').create('default', map));
    const held = run(client.of('ConfigMap').delete('default', 'a')) as ConfigMap;
    expect(held.metadata.deletionTimestamp).toBeDefined();
    run(client.of('ConfigMap').patch('default', 'a', 'merge', { metadata: { finalizers: null } }));
    expect(refusal(() => run(client.of('ConfigMap').get('default', 'a'))).code).toBe(404);
  });
});

describe('list and watch', () => {
  test('lists in key order and pages', () => {
    const { client, do: run } = bound(new Harness());
    for (const name of ['c', 'a', 'b']) {
      run(
        client
          .of('ConfigMap')
          .create('default', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } }),
      );
    }
    const first = run(client.of('ConfigMap').list('default', { limit: 2 }));
    expect(first.items.map((item) => item.metadata.name)).toEqual(['a', 'b']);
    expect(first.metadata.remainingItemCount).toBe(1);
    const rest = run(
      client.of('ConfigMap').list('default', { limit: 2, continue: first.metadata.continue ?? '' }),
    );
    expect(rest.items.map((item) => item.metadata.name)).toEqual(['c']);
  });

  test('tells a selector watch of what starts and stops matching', () => {
    const harness = new Harness();
    const { client, do: run } = bound(harness);
    const seen: string[] = [];
    function* watch(): Process {
      const stream = yield* client.of('ConfigMap').watch('default', { labelSelector: 'on=yes' });
      for (;;) {
        const event: WatchEvent<KubeObject> | undefined = yield* stream.next();
        if (event === undefined) return;
        seen.push(`${event.type} ${event.object.metadata.name}`);
      }
    }
    harness.engine.spawn('watch', watch());
    harness.run(1);
    run(
      client
        .of('ConfigMap')
        .create('default', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }),
    );
    const label = (on: string | null) =>
      run(client.of('ConfigMap').patch('default', 'a', 'merge', { metadata: { labels: { on } } }));
    label('yes');
    run(client.of('ConfigMap').patch('default', 'a', 'merge', { data: { k: 'v' } }));
    label(null);
    harness.run(10);
    expect(seen).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a']);
  });

  test('goes on from a revision, and says 410 below the compacted one', () => {
    const harness = new Harness();
    const { client, do: run } = bound(harness);
    const made = run(
      client
        .of('ConfigMap')
        .create('default', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }),
    );
    run(client.of('ConfigMap').patch('default', 'a', 'merge', { data: { k: 'v' } }));
    const from = made.metadata.resourceVersion ?? '';
    const next = (resourceVersion: string) => {
      const stream = run(client.of('ConfigMap').watch('default', { resourceVersion }));
      return run(stream.next());
    };
    expect(next(from)?.type).toBe('MODIFIED');
    harness.server.store.compact(harness.server.store.revision);
    const old = next(from);
    expect(old?.type).toBe('ERROR');
    expect((old?.object as KubeObject & { code?: number }).code).toBe(410);
  });
});

describe('namespaces', () => {
  test('are Active with the finalizer of their controller', () => {
    const harness = new Harness();
    const namespace = harness.peek<Namespace>('Namespace', '', 'default');
    expect(namespace?.spec?.finalizers).toEqual(['kubernetes']);
    expect(namespace?.status?.phase).toBe('Active');
  });
});

function bound(harness: Harness) {
  return {
    client: harness.client,
    do: <T>(process: Process<T>): T => harness.do(process),
  };
}

describe('two writers', () => {
  test('let a binding win over a label that was written meanwhile', () => {
    const ms = (value: number) => ({ lowMs: value, highMs: value });
    const harness = new Harness({ latency: { handle: ms(0), commit: ms(5) } });
    const { client, do: run } = bound(harness);
    run(client.of('Pod').create('default', pod('web')));
    const target = { apiVersion: 'v1', kind: 'Node', name: 'node-1' };
    const binding = { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'web' }, target };
    harness.engine.schedule(2, () => {
      const labels = { metadata: { labels: { a: 'b' } } };
      harness.engine.spawn('label', client.of('Pod').patch('default', 'web', 'merge', labels));
    });
    harness.engine.schedule(1, () => {
      const bind = client.of('Pod').subresource('create', 'default', 'web', 'binding', binding);
      harness.engine.spawn('bind', bind);
    });
    harness.run(100);
    const stored = harness.peek<Pod>('Pod', 'default', 'web');
    expect(stored?.metadata.labels).toEqual({ a: 'b' });
    expect(stored?.spec.nodeName).toBe('node-1');
  });
});
