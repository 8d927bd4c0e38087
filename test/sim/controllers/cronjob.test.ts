import { describe, expect, test } from 'vitest';
import { isPodActive } from '#sim/api/pod.ts';
import { formatTime } from '#sim/api/time.ts';
import { ControlPlane, object } from './control-plane.ts';

function started(
  spec: Readonly<Record<string, unknown>>,
  controllers = ['cronjob', 'job', 'garbage-collector'],
): ControlPlane {
  const cluster = new ControlPlane({ controllers });
  const pod = {
    spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox:1.36' }] },
  };
  const jobTemplate = { metadata: { labels: { cron: 'tick' } }, spec: { template: pod } };
  const all = { schedule: '* * * * *', jobTemplate, ...spec };
  cluster.seed(object('batch/v1', 'CronJob', 'tick', { spec: all }));
  cluster.run(1_000);
  return cluster;
}

const cronJob = (cluster: ControlPlane) => cluster.get('CronJob', 'tick');
const jobs = (cluster: ControlPlane): string[] =>
  cluster
    .list('Job')
    .map(({ metadata }) => metadata.name ?? '')
    .sort();
/** Lets time pass until so many seconds after the start. */
const until = (cluster: ControlPlane, second: number): void =>
  cluster.run(second * 1_000 - cluster.engine.nowMs);

/** Ends every pod that runs. */
function endPods(cluster: ControlPlane, phase: 'Succeeded' | 'Failed' = 'Succeeded'): void {
  for (const { metadata } of cluster.list('Pod').filter(isPodActive)) {
    const now = formatTime(cluster.engine.nowMs);
    const conditions = [{ type: 'Ready', status: 'False', lastTransitionTime: now }];
    const body = { status: { phase, conditions } };
    const pods = cluster.client.of('Pod');
    const options = { subresource: 'status' };
    cluster.do(pods.patch('default', metadata.name ?? '', 'strategic', body, options));
  }
  cluster.run(3_000);
}

const first = 'tick-29453761';
const second = 'tick-29453762';

describe('a CronJob', () => {
  test('starts a Job a tenth of a second after each time of its schedule', () => {
    const cluster = started({});
    until(cluster, 61);
    const job = cluster.get('Job', first);
    expect(job.metadata).toMatchObject({
      labels: { cron: 'tick' },
      annotations: { 'batch.kubernetes.io/cronjob-scheduled-timestamp': '2026-01-01T00:01:00Z' },
      ownerReferences: [{ kind: 'CronJob', name: 'tick', controller: true }],
    });
    expect(cronJob(cluster).status).toMatchObject({
      lastScheduleTime: '2026-01-01T00:01:00Z',
      active: [{ kind: 'Job', name: first, apiVersion: 'batch/v1' }],
    });
    endPods(cluster);
    expect(cronJob(cluster).status?.active).toBeUndefined();
    expect(cronJob(cluster).status?.lastSuccessfulTime).toBeDefined();
    const own = cluster.eventTexts().filter((text) => /tick-\d+(,|$)/.test(text));
    expect(own).toEqual([
      `SuccessfulCreate: Created job ${first}`,
      `SawCompletedJob: Saw completed job: ${first}, condition: Complete`,
    ]);
  });

  test.each([
    ['Allow', [first, second], 2],
    ['Forbid', [first], 1],
    ['Replace', [second], 1],
  ])('with %s has %j while its first Job still runs', (concurrencyPolicy, expected, active) => {
    const cluster = started({ concurrencyPolicy });
    until(cluster, 125);
    expect(jobs(cluster)).toEqual(expected);
    expect(cronJob(cluster).status?.active).toHaveLength(active);
  });

  test('with Forbid makes up for a run that was skipped, under its own name', () => {
    const cluster = started({ concurrencyPolicy: 'Forbid' });
    until(cluster, 125);
    expect(cluster.eventTexts()).toContain(
      'JobAlreadyActive: Not starting job because prior execution is running and concurrency policy is Forbid',
    );
    endPods(cluster);
    expect(jobs(cluster)).toEqual([first, second]);
    expect(cronJob(cluster).status?.lastScheduleTime).toBe('2026-01-01T00:02:00Z');
  });

  test('with Forbid and a deadline that is over leaves the run out', () => {
    const cluster = started({ concurrencyPolicy: 'Forbid', startingDeadlineSeconds: 10 });
    until(cluster, 140);
    endPods(cluster);
    expect(jobs(cluster)).toEqual([first]);
  });

  test('keeps no more finished Jobs than its limits allow', () => {
    const cluster = started({ successfulJobsHistoryLimit: 1, failedJobsHistoryLimit: 0 });
    until(cluster, 65);
    endPods(cluster);
    until(cluster, 125);
    endPods(cluster);
    expect(jobs(cluster)).toEqual([second]);
    expect(cluster.eventTexts()).toContain(`SuccessfulDelete: Deleted job ${first}`);
  });

  test('that is suspended starts nothing, and resumed within its time the last missed run', () => {
    const cluster = started({ suspend: true });
    until(cluster, 200);
    expect(jobs(cluster)).toEqual([]);
    cluster.patch('CronJob', 'tick', { spec: { suspend: false } });
    cluster.run(1_000);
    expect(jobs(cluster)).toEqual(['tick-29453763']);
  });

  test('warns when more than a hundred runs were missed, and starts the last one', () => {
    const cluster = started({ suspend: true });
    until(cluster, 103 * 60 + 5);
    cluster.patch('CronJob', 'tick', { spec: { suspend: false } });
    cluster.run(1_000);
    expect(jobs(cluster)).toEqual(['tick-29453863']);
    expect(cluster.eventTexts()).toContain(
      'TooManyMissedTimes: too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew',
    );
  });

  test('follows its time zone', () => {
    const cluster = started({ schedule: '2 9 * * *', timeZone: 'Asia/Seoul' });
    until(cluster, 125);
    expect(jobs(cluster)).toEqual([second]);
    expect(
      cluster.get('Job', second).metadata.annotations?.[
        'batch.kubernetes.io/cronjob-scheduled-timestamp'
      ],
    ).toBe('2026-01-01T09:02:00+09:00');
  });

  test('of a day that never comes says so and waits for a change', () => {
    const cluster = started({ schedule: '59 23 31 2 *' });
    until(cluster, 600);
    expect(cluster.eventTexts()).toEqual([
      'InvalidSchedule: invalid schedule: 59 23 31 2 * : time difference between two schedules is less than 1 second',
    ]);
  });

  test('whose Job is gone forgets it and says so', () => {
    const cluster = started({ schedule: '1 * * * *' }, ['cronjob']);
    until(cluster, 65);
    cluster.do(
      cluster.client.of('Job').delete('default', first, { propagationPolicy: 'Background' }),
    );
    cluster.run(1_000);
    expect(cronJob(cluster).status?.active).toBeUndefined();
    expect(cluster.eventTexts()).toContain(`MissingJob: Active job went missing: ${first}`);
  });

  test('every second for a long time stays within its limits', () => {
    const cluster = started({ schedule: '@every 1s', concurrencyPolicy: 'Forbid' });
    until(cluster, 3_600);
    expect(jobs(cluster)).toHaveLength(1);
    expect(cluster.list('Event').length).toBeLessThan(60);
  });
});
