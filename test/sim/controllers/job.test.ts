import { describe, expect, test } from 'vitest';
import { isPodActive } from '#sim/api/pod.ts';
import { formatTime } from '#sim/api/time.ts';
import type { Job, Pod } from '#sim/api/types.gen.ts';
import { ControlPlane, object } from './control-plane.ts';

const finalizer = 'batch.kubernetes.io/job-tracking';

const pod = (restartPolicy = 'Never') => ({
  spec: { restartPolicy, containers: [{ name: 'main', image: 'busybox:1.36' }] },
});

function started(
  spec: Readonly<Record<string, unknown>>,
  controllers: readonly string[] = ['job'],
): ControlPlane {
  const cluster = new ControlPlane({ controllers });
  cluster.seed(object('batch/v1', 'Job', 'work', { spec: { template: pod(), ...spec } }));
  cluster.run(2_000);
  return cluster;
}

const active = (cluster: ControlPlane): Pod[] =>
  cluster
    .list('Pod')
    .filter(isPodActive)
    .sort((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1));

const job = (cluster: ControlPlane): Job => cluster.get('Job', 'work');

/** Ends a pod as a kubelet would tell it, then waits until the Job has counted it. */
function end(cluster: ControlPlane, name: string, exitCode = 0): void {
  const phase = exitCode === 0 ? 'Succeeded' : 'Failed';
  const finishedAt = formatTime(cluster.engine.nowMs);
  const state = { terminated: { exitCode, finishedAt } };
  const status = { name: 'main', image: 'busybox:1.36', imageID: '', ready: false };
  const body = {
    status: {
      phase,
      conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: finishedAt }],
      containerStatuses: [{ ...status, restartCount: 0, state }],
    },
  };
  const pods = cluster.client.of('Pod');
  cluster.do(pods.patch('default', name, 'strategic', body, { subresource: 'status' }));
  cluster.run(2_500);
}

function endAll(cluster: ControlPlane, exitCode = 0): void {
  for (const each of active(cluster)) end(cluster, each.metadata.name ?? '', exitCode);
}

const conditions = (cluster: ControlPlane): string[] =>
  (job(cluster).status?.conditions ?? []).map(
    ({ type, status, reason }) => `${type}=${status} ${reason}`,
  );

describe('a Job', () => {
  test('runs as many pods as may run and as have to succeed', () => {
    const cluster = started({ completions: 3, parallelism: 2 });
    expect(active(cluster)).toHaveLength(2);
    expect(active(cluster)[0]?.metadata.finalizers).toEqual([finalizer]);
    endAll(cluster);
    expect(active(cluster)).toHaveLength(1);
    endAll(cluster);
    expect(conditions(cluster)).toEqual([
      'SuccessCriteriaMet=True CompletionsReached',
      'Complete=True CompletionsReached',
    ]);
    expect(job(cluster).status?.succeeded).toBe(3);
    expect(cluster.list('Pod').flatMap(({ metadata }) => metadata.finalizers ?? [])).toEqual([]);
    expect(cluster.eventTexts().at(-1)).toBe('Completed: Job completed');
  });

  test('replaces a failed pod after 10 s and 20 s, and gives up past its limit', () => {
    const cluster = started({ backoffLimit: 2 });
    const starts: number[] = [];
    for (let failure = 0; failure < 3; failure += 1) {
      const before = cluster.engine.nowMs;
      end(cluster, active(cluster)[0]?.metadata.name ?? '', 1);
      while (active(cluster).length === 0 && cluster.engine.nowMs < before + 60_000)
        cluster.run(500);
      starts.push(Math.round((cluster.engine.nowMs - before) / 1000));
      // The test kubelet calls the new pod Running half a second later.
      cluster.run(1_000);
    }
    expect(starts[0]).toBeGreaterThanOrEqual(9);
    expect(starts[0]).toBeLessThanOrEqual(11);
    expect(starts[1]).toBeGreaterThanOrEqual(19);
    expect(starts[1]).toBeLessThanOrEqual(21);
    expect(active(cluster)).toHaveLength(0);
    expect(conditions(cluster)).toEqual([
      'FailureTarget=True BackoffLimitExceeded',
      'Failed=True BackoffLimitExceeded',
    ]);
    expect(job(cluster).status?.failed).toBe(3);
  });

  test('without completions starts no pod after the first success, and waits for the others', () => {
    const cluster = started({ parallelism: 3 });
    const [first] = active(cluster);
    end(cluster, first?.metadata.name ?? '');
    expect(active(cluster)).toHaveLength(2);
    endAll(cluster, 1);
    expect(conditions(cluster)).toContain('Complete=True CompletionsReached');
    expect(job(cluster).status).toMatchObject({ succeeded: 1, failed: 2 });
  });

  test('gives an index to each pod: name, host name, label, annotation and variable', () => {
    const cluster = started({ completions: 3, parallelism: 2, completionMode: 'Indexed' });
    const [, second] = active(cluster);
    const key = 'batch.kubernetes.io/job-completion-index';
    expect(second?.metadata.generateName).toBe('work-1-');
    expect(second?.spec?.hostname).toBe('work-1');
    expect(second?.metadata.labels?.[key]).toBe('1');
    expect(second?.metadata.annotations?.[key]).toBe('1');
    expect(second?.spec?.containers[0]?.env).toEqual([
      {
        name: 'JOB_COMPLETION_INDEX',
        valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: `metadata.labels['${key}']` } },
      },
    ]);
    end(cluster, second?.metadata.name ?? '');
    expect(job(cluster).status?.completedIndexes).toBe('1');
    expect(active(cluster).map(({ spec }) => spec?.hostname)).toEqual(['work-0', 'work-2']);
  });

  test('counts failures by index where it is told to, and lets other indexes go on', () => {
    const cluster = started({
      completions: 2,
      parallelism: 2,
      completionMode: 'Indexed',
      backoffLimitPerIndex: 1,
    });
    const count = 'batch.kubernetes.io/job-index-failure-count';
    const [first] = active(cluster);
    end(cluster, first?.metadata.name ?? '', 1);
    cluster.run(12_000);
    const again = active(cluster).find(({ spec }) => spec?.hostname === 'work-0');
    expect(again?.metadata.annotations?.[count]).toBe('1');
    end(cluster, again?.metadata.name ?? '', 1);
    expect(job(cluster).status).toMatchObject({ failedIndexes: '0', failed: 2 });
    expect(conditions(cluster)).toEqual([]);
    endAll(cluster);
    expect(conditions(cluster)).toEqual([
      'FailureTarget=True FailedIndexes',
      'Failed=True FailedIndexes',
    ]);
  });

  test('counts nothing that it deletes when it may run fewer pods', () => {
    const cluster = started({ completions: 5, parallelism: 4 });
    cluster.patch('Job', 'work', { spec: { parallelism: 1 } });
    cluster.run(3_000);
    expect(active(cluster)).toHaveLength(1);
    expect(job(cluster).status).toMatchObject({ active: 1, terminating: 0 });
    expect(job(cluster).status?.failed).toBeUndefined();
  });

  test('has no pods while it is suspended, and its start is that of the resumption', () => {
    const cluster = started({ parallelism: 2, completions: 2 });
    cluster.patch('Job', 'work', { spec: { suspend: true } });
    cluster.run(3_000);
    expect(active(cluster)).toHaveLength(0);
    expect(conditions(cluster)).toEqual(['Suspended=True JobSuspended']);
    expect(job(cluster).status?.startTime).toBeUndefined();
    const resumed = formatTime(cluster.engine.nowMs);
    cluster.patch('Job', 'work', { spec: { suspend: false } });
    cluster.run(3_000);
    expect(active(cluster)).toHaveLength(2);
    expect(conditions(cluster)).toEqual(['Suspended=False JobResumed']);
    expect(job(cluster).status?.startTime).toBe(resumed);
    expect(cluster.eventTexts()).toContain('Resumed: Job resumed');
  });

  test('that is past its deadline fails once its pods are gone, and counts them', () => {
    const cluster = started({ parallelism: 2, completions: 2, activeDeadlineSeconds: 5 });
    cluster.run(6_000);
    expect(cluster.list('Pod')).toEqual([]);
    expect(job(cluster).status?.failed).toBe(2);
    expect(conditions(cluster)).toEqual([
      'FailureTarget=True DeadlineExceeded',
      'Failed=True DeadlineExceeded',
    ]);
  });

  test('replaces a pod that is being deleted at once, or only once it has failed', () => {
    for (const [policy, expected] of [
      ['TerminatingOrFailed', 2],
      ['Failed', 1],
    ] as const) {
      const cluster = new ControlPlane({ controllers: ['job'], kubelet: { stopMs: 20_000 } });
      const spec = { podReplacementPolicy: policy, template: pod() };
      cluster.seed(object('batch/v1', 'Job', 'work', { spec }));
      cluster.run(2_000);
      const name = active(cluster)[0]?.metadata.name ?? '';
      cluster.do(cluster.client.of('Pod').delete('default', name));
      cluster.run(13_000);
      expect(cluster.list('Pod'), policy).toHaveLength(expected);
    }
  });

  test('that is deleted with its pods frees them of their finalizer', () => {
    const cluster = started({ parallelism: 2, completions: 2 }, ['job', 'garbage-collector']);
    const options = { propagationPolicy: 'Background' } as const;
    cluster.do(cluster.client.of('Job').delete('default', 'work', options));
    cluster.run(10_000);
    expect(cluster.list('Pod')).toEqual([]);
  });

  test('writes nothing once it has ended', () => {
    const cluster = started({});
    endAll(cluster);
    const revision = cluster.server.store.revision;
    cluster.run(600_000);
    expect(cluster.server.store.revision).toBe(revision);
  });

  test('of another controller is left alone', () => {
    const cluster = started({ managedBy: 'example.com/other' });
    expect(cluster.list('Pod')).toEqual([]);
    expect(job(cluster).status).toEqual({});
  });
});

describe('the time to live of a finished Job', () => {
  test('counts from its end, then takes it away with its pods', () => {
    const controllers = ['job', 'ttl-after-finished', 'garbage-collector'];
    const cluster = started({ ttlSecondsAfterFinished: 10 }, controllers);
    endAll(cluster);
    expect(conditions(cluster)).toContain('Complete=True CompletionsReached');
    cluster.run(6_000);
    expect(cluster.list('Job')).toHaveLength(1);
    cluster.run(5_000);
    expect(cluster.list('Job')).toEqual([]);
    expect(cluster.list('Pod')).toEqual([]);
  });
});
