import { describe, expect, test } from 'vitest';
import type { KubeObject } from '#sim/api/object.ts';
import { keyOf } from '#sim/api/object-key.ts';
import { Trace } from '#sim/engine/trace.ts';
import type { Change } from '#sim/etcd/store.ts';
import { History } from '#sim/lab/history.ts';
import { brokenLaws } from '#sim/lab/laws.ts';
import { Transcript } from '#sim/lab/transcript.ts';
import { RequestLog } from '#sim/network/request-log.ts';

/** Writes a history by hand: what the store did and what happened on nodes, in order. */
class Writer {
  readonly #trace = new Trace();
  readonly #log: Change<KubeObject>[] = [];

  put(timeMs: number, by: string, object: object): this {
    return this.#write(timeMs, by, 'put', object as KubeObject);
  }

  remove(timeMs: number, by: string, object: object): this {
    return this.#write(timeMs, by, 'delete', object as KubeObject);
  }

  entry(timeMs: number, component: string, verb: string, detail: Record<string, unknown>): this {
    this.#trace.append(timeMs, component, verb, 'Pod/default/web-0', -1, detail, 0);
    return this;
  }

  broken(): string[] {
    const history = new History({
      seed: 1,
      startMs: 0,
      trace: this.#trace,
      log: this.#log,
      requests: new RequestLog(),
      transcript: new Transcript(),
    });
    history.extendTo(1_000_000);
    return brokenLaws(history).map(({ law, message }) => `${law}: ${message}`);
  }

  #write(timeMs: number, by: string, type: 'put' | 'delete', value: KubeObject): this {
    const key = keyOf(value);
    const verb = type === 'put' ? 'updated' : 'deleted';
    const entry = this.#trace.append(timeMs, 'kube-apiserver', verb, key, -1, { by }, 1);
    const revision = this.#log.length + 1;
    this.#log.push({ revision, timeMs, type, key, value, previous: undefined, entry });
    return this;
  }
}

interface PodParts {
  readonly uid?: string;
  readonly metadata?: object;
  readonly spec?: object;
  readonly status?: object;
}

const pod = ({ uid = 'pod-1', metadata = {}, spec = {}, status = {} }: PodParts) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { namespace: 'default', name: 'web-0', uid, ...metadata },
  spec: { containers: [{ name: 'app' }], ...spec },
  status,
});
const ready = [
  { type: 'Ready', status: 'True' },
  { type: 'ContainersReady', status: 'True' },
];
const restarts = (restartCount: number) => ({
  containerStatuses: [{ name: 'app', restartCount }],
});
const marked = (grace: number) => ({
  metadata: {
    deletionTimestamp: '2026-01-01T00:00:30Z',
    deletionGracePeriodSeconds: grace,
  },
});

const set = (name: string, replicas: number) => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: {
    namespace: 'default',
    name,
    uid: name,
    ownerReferences: [{ kind: 'Deployment', name: 'web', uid: 'web', controller: true }],
  },
  spec: { replicas },
});
const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { namespace: 'default', name: 'web', uid: 'web' },
  spec: { replicas: 4, strategy: { rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } } },
};
const job = (status: object) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { namespace: 'default', name: 'sum', uid: 'sum' },
  spec: {},
  status,
});
const podOfJob = pod({
  metadata: { ownerReferences: [{ kind: 'Job', name: 'sum', uid: 'sum', controller: true }] },
});

describe('laws of objects', () => {
  test('know that a phase only moves forward', () => {
    const write = (from: string, to: string) =>
      new Writer()
        .put(1, 'kubelet/node-1', pod({ status: { phase: from } }))
        .put(2, 'kubelet/node-1', pod({ status: { phase: to } }))
        .broken();
    expect(write('Running', 'Pending')).toEqual([
      'a phase only moves forward: Running, then Pending',
    ]);
    expect(write('Succeeded', 'Failed')).toHaveLength(1);
    expect(write('Pending', 'Failed')).toEqual([]);
  });

  test('take a pod made again under its name for another pod', () => {
    const broken = new Writer()
      .put(1, 'kubelet/node-1', pod({ status: { phase: 'Running' } }))
      .put(2, 'kubelet/node-1', pod({ uid: 'pod-2', status: { phase: 'Pending' } }))
      .broken();
    expect(broken).toEqual([]);
  });

  test('know that a restart count never falls', () => {
    const broken = new Writer()
      .put(1, 'kubelet/node-1', pod({ status: restarts(2) }))
      .put(2, 'kubelet/node-1', pod({ status: restarts(1) }))
      .broken();
    expect(broken).toEqual(['a restart count never falls: container app: 2, then 1']);
  });

  test('know what Ready needs', () => {
    const spec = { readinessGates: [{ conditionType: 'example.com/lb' }] };
    expect(new Writer().put(1, 'x', pod({ status: { conditions: ready } })).broken()).toEqual([]);
    expect(new Writer().put(1, 'x', pod({ spec, status: { conditions: ready } })).broken()).toEqual(
      ['Ready needs ContainersReady and every readiness gate: Ready without example.com/lb'],
    );
  });

  test('know that a deletion stays and its grace never grows', () => {
    const write = (to: PodParts) =>
      new Writer()
        .put(1, 'kubectl', pod(marked(5)))
        .put(2, 'kubectl', pod(to))
        .broken();
    expect(write(marked(30))[0]).toContain('5 s, then 30 s');
    expect(write({})[0]).toContain('the deletionTimestamp went away');
    expect(write(marked(1))).toEqual([]);
  });

  test('know how far a rollout may scale up, and let a person scale as they like', () => {
    const scale = (by: string, replicas: number) =>
      new Writer()
        .put(1, 'kubectl', deployment)
        .put(2, 'deployment-controller', set('web-old', 4))
        .put(3, 'deployment-controller', set('web-new', 0))
        .put(4, by, set('web-new', replicas))
        .broken();
    expect(scale('deployment-controller', 1)).toEqual([]);
    expect(scale('deployment-controller', 2)).toEqual([
      'a scale-up of a rollout stays within maxSurge: 4 replicas and a surge of 1, but 6 wanted',
    ]);
    expect(scale('kubectl', 9)).toEqual([]);
  });

  test('know that a Job counts each pod once', () => {
    const count = (status: object) =>
      new Writer()
        .put(1, 'job-controller', podOfJob)
        .put(2, 'job-controller', job(status))
        .broken();
    expect(count({ succeeded: 1 })).toEqual([]);
    expect(count({ succeeded: 1, failed: 1 })[0]).toContain('1 pods, but 1 succeeded and 1 failed');
  });
});

describe('laws of nodes', () => {
  const started = () => new Writer().entry(1, 'kubelet/node-1', 'container-started', app);
  const app = { container: 'app' };
  const asked = { container: 'app', graceMs: 5_000 };

  test('know that SIGKILL waits for the grace period', () => {
    const kill = (timeMs: number) =>
      started().entry(100, 'runtime', 'sigterm', asked).entry(timeMs, 'runtime', 'sigkill', app);
    const living = pod({});
    expect(kill(5_100).broken()).toEqual([]);
    expect(
      started()
        .put(50, 'kubectl', living)
        .entry(100, 'runtime', 'sigterm', asked)
        .entry(4_000, 'runtime', 'sigkill', app)
        .broken(),
    ).toEqual([
      'SIGKILL never comes before the grace period is over: app was killed after 3900 ms of 5000',
    ]);
  });

  test('let a second deletion shorten the grace period', () => {
    const broken = started()
      .put(50, 'kubectl', pod(marked(5)))
      .entry(100, 'runtime', 'sigterm', asked)
      .put(1_000, 'kubectl', pod(marked(1)))
      .entry(1_200, 'runtime', 'sigkill', app)
      .broken();
    expect(broken).toEqual([]);
  });

  test('know that nothing starts in a pod that is being stopped', () => {
    const broken = started()
      .put(50, 'kubectl', pod(marked(30)))
      .entry(100, 'runtime', 'sigterm', asked)
      .entry(200, 'runtime', 'container-exited', app)
      .entry(300, 'kubelet/node-1', 'container-started', app)
      .broken();
    expect(broken).toEqual([
      "nothing starts in a pod that is being stopped: app started after the pod's containers had been told to stop",
    ]);
  });

  test('know that a container ends before its pod, unless by force', () => {
    expect(started().remove(9, 'kubelet/node-1', pod({})).broken()).toEqual([
      'no container runs when its pod is gone, unless it was deleted by force: app still runs on kubelet/node-1',
    ]);
    expect(started().remove(9, 'kubectl', pod({})).broken()).toEqual([]);
  });

  test('know that one name runs once, unless by force', () => {
    const first = () => started().entry(1, 'kubelet/node-1', 'sandbox-created', {});
    expect(first().entry(9, 'kubelet/node-2', 'sandbox-created', {}).broken()[0]).toContain(
      'a sandbox on kubelet/node-2 while one is on kubelet/node-1',
    );
    const forced = first().remove(5, 'kubectl', pod({}));
    expect(forced.entry(9, 'kubelet/node-2', 'sandbox-created', {}).broken()).toEqual([]);
  });
});
