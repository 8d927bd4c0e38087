import '#sim/parts/all.ts';
import { describe, expect, test } from 'vitest';
import type { KubeObject } from '#sim/api/object.ts';
import type { DaemonSet, Pod } from '#sim/api/types.gen.ts';
import { targetNodeName } from '#sim/controllers/daemonset-nodes.ts';
import { ControlPlane, object, podTemplate } from './control-plane.ts';

function agent(spec: Readonly<Record<string, unknown>> = {}): KubeObject & Record<string, unknown> {
  return object('apps/v1', 'DaemonSet', 'agent', {
    spec: { selector: { matchLabels: { app: 'web' } }, template: podTemplate(), ...spec },
  });
}

/** A node of its own for each pod: binds a pod to the node that its affinity names, and makes it ready. */
class Kubelets {
  readonly #cluster: ControlPlane;
  readonly #isBroken: (pod: Pod) => boolean;
  readonly #busy = new Set<string>();

  constructor(cluster: ControlPlane, isBroken: (pod: Pod) => boolean = () => false) {
    this.#cluster = cluster;
    this.#isBroken = isBroken;
  }

  /** Lets half-seconds pass in which each pod comes one step further. */
  run(ms: number): void {
    for (let passed = 0; passed < ms; passed += 500) {
      this.#cluster.run(500);
      for (const pod of this.#cluster.list('Pod')) this.#advance(pod);
    }
  }

  #advance(pod: Pod): void {
    const { client } = this.#cluster;
    const pods = client.of('Pod');
    const name = pod.metadata.name ?? '';
    if (pod.metadata.deletionTimestamp !== undefined) {
      if (this.#busy.has(name)) {
        this.#cluster.do(pods.delete('default', name, { gracePeriodSeconds: 0 }));
        return;
      }
      this.#busy.add(name);
      this.#write(name, 'Succeeded', 'False');
      return;
    }
    if ((pod.spec.nodeName ?? '') === '') {
      const target = { apiVersion: 'v1', kind: 'Node', name: targetNodeName(pod) ?? '' };
      const binding = { apiVersion: 'v1', kind: 'Binding', metadata: { name }, target };
      this.#cluster.do(pods.subresource('create', 'default', name, 'binding', binding));
      return;
    }
    if (pod.status?.phase === 'Pending' && !this.#isBroken(pod)) {
      this.#write(name, 'Running', 'True');
    }
  }

  #write(name: string, phase: string, ready: string): void {
    const conditions = [
      { type: 'Ready', status: ready, lastTransitionTime: '2026-01-01T00:00:01Z' },
    ];
    const body = { status: { phase, conditions } };
    const pods = this.#cluster.client.of('Pod');
    this.#cluster.do(pods.patch('default', name, 'strategic', body, { subresource: 'status' }));
  }
}

/** A node loses its first taint when its controller has seen it ready. */
const makeReady = (cluster: ControlPlane, name: string): void =>
  cluster.patch('Node', name, { spec: { taints: null } }, '');

function started(
  spec: Readonly<Record<string, unknown>> = {},
  isBroken?: (pod: Pod) => boolean,
): { cluster: ControlPlane; kubelets: Kubelets } {
  const cluster = new ControlPlane({
    controllers: ['daemonset', 'garbage-collector'],
    kubelet: false,
  });
  const kubelets = new Kubelets(cluster, isBroken);
  for (const name of ['node-1', 'node-2', 'node-3']) makeReady(cluster, name);
  cluster.seed(agent(spec));
  kubelets.run(3_000);
  return { cluster, kubelets };
}

const status = (cluster: ControlPlane): NonNullable<DaemonSet['status']> =>
  cluster.get('DaemonSet', 'agent').status as NonNullable<DaemonSet['status']>;

const nodes = (cluster: ControlPlane): (string | undefined)[] =>
  cluster.list('Pod').map(targetNodeName).sort();

const imagesOf = (cluster: ControlPlane): (string | undefined)[] =>
  cluster
    .list('Pod')
    .map((pod) => pod.spec.containers[0]?.image)
    .sort();

const setImage = (cluster: ControlPlane, image: string): void =>
  cluster.patch('DaemonSet', 'agent', {
    spec: { template: { spec: { containers: [{ name: 'nginx', image }] } } },
  });

const taint = (cluster: ControlPlane, node: string, effect: string): void =>
  cluster.patch('Node', node, { spec: { taints: [{ key: 'maintenance', effect }] } }, '');

describe('pods of a DaemonSet', () => {
  test('are made one for each node, with the tolerations and the affinity for it', () => {
    const { cluster } = started();
    expect(nodes(cluster)).toEqual(['node-1', 'node-2', 'node-3']);
    expect(status(cluster)).toEqual({
      currentNumberScheduled: 3,
      numberMisscheduled: 0,
      desiredNumberScheduled: 3,
      numberReady: 3,
      observedGeneration: 1,
      updatedNumberScheduled: 3,
      numberAvailable: 3,
    });
    const [pod] = cluster.list('Pod');
    const keys = (pod?.spec.tolerations ?? []).map(({ key, effect }) => `${key}:${effect}`);
    expect(keys).toEqual([
      'node.kubernetes.io/not-ready:NoExecute',
      'node.kubernetes.io/unreachable:NoExecute',
      'node.kubernetes.io/disk-pressure:NoSchedule',
      'node.kubernetes.io/memory-pressure:NoSchedule',
      'node.kubernetes.io/pid-pressure:NoSchedule',
      'node.kubernetes.io/unschedulable:NoSchedule',
    ]);
    expect(pod?.metadata.labels?.['pod-template-generation']).toBe('1');
  });

  test('come to a node that is added, and go with its label', () => {
    const template = {
      ...podTemplate(),
      spec: { ...(podTemplate().spec as object), nodeSelector: { disk: 'ssd' } },
    };
    const { cluster, kubelets } = started({ template });
    expect(nodes(cluster)).toEqual([]);
    cluster.seed(object('v1', 'Node', 'node-4', { metadata: { labels: { disk: 'ssd' } } }, ''));
    makeReady(cluster, 'node-4');
    kubelets.run(2_000);
    expect(nodes(cluster)).toEqual(['node-4']);
    cluster.patch('Node', 'node-4', { metadata: { labels: { disk: null } } }, '');
    kubelets.run(3_000);
    expect(nodes(cluster)).toEqual([]);
  });

  test('stay under a taint NoSchedule and are counted as misscheduled, and go under NoExecute', () => {
    const { cluster, kubelets } = started();
    taint(cluster, 'node-3', 'NoSchedule');
    kubelets.run(2_000);
    expect(nodes(cluster)).toEqual(['node-1', 'node-2', 'node-3']);
    expect(status(cluster).numberMisscheduled).toBe(0);
    const [pod] = cluster.list('Pod').filter((each) => targetNodeName(each) === 'node-1');
    cluster.do(cluster.client.of('Pod').delete('default', pod?.metadata.name ?? ''));
    kubelets.run(4_000);
    expect(status(cluster)).toMatchObject({ desiredNumberScheduled: 2, numberMisscheduled: 1 });
    taint(cluster, 'node-3', 'NoExecute');
    kubelets.run(4_000);
    expect(nodes(cluster)).toEqual(['node-1', 'node-2']);
  });

  test('that fail are replaced, at once and then after a back-off', () => {
    const { cluster, kubelets } = started();
    const fail = (): void => {
      const pod = cluster.list('Pod').find((each) => targetNodeName(each) === 'node-1');
      const body = { status: { phase: 'Failed' } };
      const pods = cluster.client.of('Pod');
      const name = pod?.metadata.name ?? '';
      cluster.do(pods.patch('default', name, 'strategic', body, { subresource: 'status' }));
    };
    const kills = (): number =>
      cluster.list('Event').filter(({ reason }) => reason === 'FailedDaemonPod').length;
    fail();
    cluster.run(200);
    expect(kills()).toBe(1);
    cluster.run(200);
    fail();
    cluster.run(200);
    expect(kills()).toBe(1);
    kubelets.run(2_000);
    expect(kills()).toBe(2);
  });
});

describe('a DaemonSet rollout', () => {
  test('takes one pod after the other by default', () => {
    const { cluster, kubelets } = started();
    const available = cluster.history(
      'DaemonSet',
      'agent',
      (set) => set.status?.numberAvailable ?? 0,
      () => {
        setImage(cluster, 'nginx:1.28');
        kubelets.run(20_000);
      },
    );
    expect(imagesOf(cluster)).toEqual(['nginx:1.28', 'nginx:1.28', 'nginx:1.28']);
    expect(Math.min(...available)).toBe(2);
    expect(status(cluster).updatedNumberScheduled).toBe(3);
  });

  test('rounds a percentage up', () => {
    const { cluster, kubelets } = started({
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '50%' } },
    });
    setImage(cluster, 'nginx:1.28');
    cluster.run(300);
    const going = cluster.list('Pod').filter((pod) => pod.metadata.deletionTimestamp);
    expect(going).toHaveLength(2);
    kubelets.run(20_000);
    expect(imagesOf(cluster)).toEqual(['nginx:1.28', 'nginx:1.28', 'nginx:1.28']);
  });

  test('with surge makes the new pod beside the old one, and no node is without', () => {
    const { cluster, kubelets } = started({
      updateStrategy: {
        type: 'RollingUpdate',
        rollingUpdate: { maxUnavailable: 0, maxSurge: 1 },
      },
    });
    let most = 0;
    let least = 3;
    setImage(cluster, 'nginx:1.28');
    for (let step = 0; step < 40; step += 1) {
      kubelets.run(500);
      const live = cluster.list('Pod').filter((pod) => !pod.metadata.deletionTimestamp);
      most = Math.max(most, live.length);
      least = Math.min(least, new Set(live.map(targetNodeName)).size);
    }
    expect([least, most]).toEqual([3, 4]);
    expect(imagesOf(cluster)).toEqual(['nginx:1.28', 'nginx:1.28', 'nginx:1.28']);
  });

  test('with OnDelete replaces only what somebody deletes', () => {
    const { cluster, kubelets } = started({ updateStrategy: { type: 'OnDelete' } });
    setImage(cluster, 'nginx:1.28');
    kubelets.run(5_000);
    expect(imagesOf(cluster)).toEqual(['nginx:1.27', 'nginx:1.27', 'nginx:1.27']);
    const [pod] = cluster.list('Pod');
    cluster.do(cluster.client.of('Pod').delete('default', pod?.metadata.name ?? ''));
    kubelets.run(5_000);
    expect(imagesOf(cluster)).toEqual(['nginx:1.27', 'nginx:1.27', 'nginx:1.28']);
  });

  test('stops at a pod that never gets ready, and goes back outside of its budget', () => {
    const isBroken = (pod: Pod): boolean => pod.spec.containers[0]?.image === 'broken';
    const { cluster, kubelets } = started({}, isBroken);
    setImage(cluster, 'broken');
    kubelets.run(10_000);
    expect(imagesOf(cluster)).toEqual(['broken', 'nginx:1.27', 'nginx:1.27']);
    setImage(cluster, 'nginx:1.27');
    kubelets.run(10_000);
    expect(imagesOf(cluster)).toEqual(['nginx:1.27', 'nginx:1.27', 'nginx:1.27']);
    const revisions = cluster.list('ControllerRevision').map(({ revision }) => revision);
    expect(revisions.sort()).toEqual([2, 3]);
  });

  test('keeps so many old revisions as the limit says', () => {
    const { cluster, kubelets } = started({ revisionHistoryLimit: 1 });
    for (const image of ['nginx:1.28', 'nginx:1.29', 'nginx:1.30']) {
      setImage(cluster, image);
      kubelets.run(20_000);
    }
    const revisions = cluster.list('ControllerRevision').map(({ revision }) => revision);
    expect(revisions.sort()).toEqual([3, 4]);
  });
});

describe('a DaemonSet with a revision of another template under its name', () => {
  test('counts a collision and takes another name', () => {
    const cluster = new ControlPlane({ controllers: ['daemonset'], kubelet: false });
    const other = new ControlPlane({ controllers: ['daemonset'], kubelet: false });
    other.seed(agent());
    other.run(1_000);
    const [revision] = other.list('ControllerRevision');
    const name = revision?.metadata.name ?? '';
    cluster.seed(
      object('apps/v1', 'ControllerRevision', name, {
        data: { spec: { template: { $patch: 'replace', spec: { containers: [] } } } },
        revision: 7,
      }),
    );
    for (const node of ['node-1', 'node-2', 'node-3']) makeReady(cluster, node);
    cluster.seed(agent());
    cluster.run(5_000);
    expect(status(cluster).collisionCount).toBe(1);
    const names = cluster.list('ControllerRevision').map(({ metadata }) => metadata.name);
    expect(names).toHaveLength(2);
    expect(cluster.list('Pod')).toHaveLength(3);
  });
});
