import { describe, expect, test } from 'vitest';
import { compareScenario } from '#cli/parity/compare.ts';
import type { Difference } from '#cli/parity/difference.ts';
import type { Replay } from '#cli/parity/replay.ts';
import type { Scenario, Step } from '#cli/parity/scenario.ts';
import type { WatchRow } from '#sim/lab/watch-rows.ts';
import { command } from './outputs.ts';

/** A small history: a ReplicaSet with one pod that starts, restarts and goes, and what the kubelet said. */
const rows: readonly WatchRow[] = [
  {
    t: 0,
    type: 'ADDED',
    kind: 'ReplicaSet',
    name: 'web-5d',
    object: { spec: { replicas: 1 }, status: { replicas: 0, readyReplicas: 0 } },
  },
  { t: 20, type: 'ADDED', kind: 'Pod', name: 'web-5d-b7xkq', object: pod('Pending', 0) },
  { t: 900, type: 'MODIFIED', kind: 'Pod', name: 'web-5d-b7xkq', patch: pod('Running', 0) },
  {
    t: 950,
    type: 'MODIFIED',
    kind: 'ReplicaSet',
    name: 'web-5d',
    patch: { status: { replicas: 1, readyReplicas: 1 } },
  },
  { t: 5_000, type: 'MODIFIED', kind: 'Pod', name: 'web-5d-b7xkq', patch: pod('Running', 1) },
  event(1, 'Killing', 'Stopping container app', 1),
  event(2, 'Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 500', 4),
  { t: 60_000, type: 'DELETED', kind: 'Pod', name: 'web-5d-b7xkq' },
];

function pod(phase: string, restartCount: number): NonNullable<WatchRow['object']> {
  return {
    metadata: { generateName: 'web-5d-' },
    spec: { nodeName: 'node-1' },
    status: {
      phase,
      containerStatuses: [
        { name: 'app', state: { running: {} }, lastState: {}, ready: true, restartCount },
      ],
    },
  };
}

function event(index: number, reason: string, message: string, count: number): WatchRow {
  return {
    t: 1_000 * index,
    type: 'ADDED',
    kind: 'Event',
    name: `web.${index}`,
    object: {
      type: 'Normal',
      reason,
      message,
      count,
      involvedObject: { kind: 'Pod', name: 'web-5d-b7xkq' },
    },
  };
}

const steps: readonly Step[] = [
  {
    atMs: 0,
    cmd: 'kubectl apply -f web.yaml',
    stdout: 'replicaset.apps/web-5d created\n',
    exit: 0,
  },
  {
    atMs: 2_000,
    cmd: 'kubectl get pods',
    stdout: 'NAME           READY   STATUS    AGE\nweb-5d-b7xkq   1/1     Running   2s\n',
    exit: 0,
  },
  { atMs: 2_500, cmd: 'kubectl delete pod web', stderr: 'Error from server (NotFound)\n', exit: 1 },
  { atMs: 3_000, cmd: 'kubectl get pods -w', stdout: 'web-5d-b7xkq 1/1 Running 0 2s\n', exit: 0 },
  {
    atMs: 4_000,
    cmd: 'kubectl rollout status rs/web',
    stdout:
      'Waiting for deployment "web" rollout to finish: 1 of 3\ndeployment "web" successfully rolled out\n',
    exit: 0,
  },
  { atMs: 5_000, until: 'restarts() >= 1', met: true },
];

const scenario: Scenario = {
  name: 'pods/small',
  area: 'pods',
  namespace: 'small',
  durationMs: 70_000,
  startedAt: '2026-01-01T00:00:00Z',
  problems: [],
  files: {},
  steps,
  rows,
};

/** A replay in which the simulator did exactly what a scenario tells. */
function replayOf(told: Scenario): Replay {
  return {
    seed: 1,
    rows: told.rows,
    steps: told.steps.map((step) => ({
      step,
      startMs: step.atMs,
      command: step.cmd === undefined ? undefined : command(step),
      isMet: step.met ?? true,
    })),
    looks: () => [],
    problem: '',
  };
}

/** Compares a recording that was changed with what the simulator did. */
function compareChanged(changed: Partial<Scenario>): readonly Difference[] {
  return compareScenario({ ...scenario, ...changed }, [replayOf(scenario)]);
}

const aspects = (found: readonly Difference[]): string[] => [
  ...new Set(found.map(({ aspect }) => aspect)),
];

/** The rows with one piece of text replaced; it must be there. */
function changedRows(from: string, to: string): readonly WatchRow[] {
  const text = JSON.stringify(rows);
  expect(text).toContain(from);
  return JSON.parse(text.replaceAll(from, to)) as WatchRow[];
}

function changedStep(index: number, change: Partial<Step>): readonly Step[] {
  return steps.map((step, at) => (at === index ? { ...step, ...change } : step));
}

describe('a recording', () => {
  test('matches when the simulator did just that', () => {
    expect(compareChanged({})).toEqual([]);
  });

  test.each([
    ['a phase', '"phase":"Running"', '"phase":"Failed"'],
    ['a restart count', '"restartCount":1', '"restartCount":2'],
    ['readiness', '"ready":true', '"ready":false'],
    ['a number of replicas', '"readyReplicas":1', '"readyReplicas":2'],
    ['a node that was never drawn', '"nodeName":"node-1"', '"nominatedNodeName":"node-1"'],
  ])('does not match with another %s', (_what, from, to) => {
    expect(aspects(compareChanged({ rows: changedRows(from, to) }))).toContain('lives');
  });

  test('does not match with an object more or less, or one that stayed', () => {
    const without = rows.filter(({ kind }) => kind !== 'Pod');
    expect(aspects(compareChanged({ rows: without }))).toContain('lives');
    const other = { ...rows[1], name: 'web-5d-zzzzz' } as WatchRow;
    expect(aspects(compareChanged({ rows: [...rows, other] }))).toContain('lives');
    const kept = rows.filter(({ type }) => type !== 'DELETED');
    expect(aspects(compareChanged({ rows: kept }))).toContain('lives');
  });

  test('does not match when a state came later than a busy machine explains', () => {
    const late = (byMs: number): readonly WatchRow[] =>
      rows.map((row) => (row.type === 'DELETED' ? { ...row, t: (row.t ?? 0) + byMs } : row));
    expect(compareChanged({ rows: late(10_000) })).toEqual([]);
    expect(aspects(compareChanged({ rows: late(40_000) }))).toEqual(['times']);
  });

  test.each([
    ['reason', '"reason":"Killing"', '"reason":"Stopping"'],
    ['message', 'Stopping container app', 'Stopping container web'],
    ['type', '"type":"Normal"', '"type":"Warning"'],
    ['count', '"count":4', '"count":7'],
  ])('does not match with another event %s', (_what, from, to) => {
    expect(aspects(compareChanged({ rows: changedRows(from, to) }))).toEqual(['events']);
  });

  test('may count an event once more or less: the end cuts a period', () => {
    expect(compareChanged({ rows: changedRows('"count":4', '"count":5') })).toEqual([]);
  });

  test('does not match without an event', () => {
    const without = rows.filter(({ name }) => name !== 'web.1');
    expect(aspects(compareChanged({ rows: without }))).toEqual(['events']);
  });

  test('does not match when a wait was met that is never met here', () => {
    const never = replayOf(scenario);
    const unmet = never.steps.map((step) => ({ ...step, isMet: step.step.until === undefined }));
    const found = compareScenario(scenario, [{ ...never, steps: unmet }]);
    expect(aspects(found)).toEqual(['replay']);
  });

  test('does not match a replay that broke off', () => {
    const found = compareScenario(scenario, [{ ...replayOf(scenario), problem: 'a budget' }]);
    expect(aspects(found)).toEqual(['replay']);
  });
});

describe('output', () => {
  test.each([
    ['another word', 0, { stdout: 'replicaset.apps/web-5d configured\n' }],
    ['another cell', 1, { stdout: 'NAME READY STATUS AGE\nweb-5d-b7xkq 0/1 Running 2s\n' }],
    ['a line less', 1, { stdout: 'NAME READY STATUS AGE\n' }],
    ['another exit code', 2, { exit: 0 }],
    [
      'the same words on the other stream',
      2,
      { stderr: '', stdout: 'Error from server (NotFound)\n' },
    ],
    ['a watched line that no seed printed', 3, { stdout: 'web-5d-b7xkq 0/1 Error 0 2s\n' }],
    [
      'another end of a rollout',
      4,
      { stdout: 'error: deployment "web" exceeded its progress deadline\n' },
    ],
    [
      'words that no rollout prints',
      4,
      { stdout: 'Waiting for the weather\ndeployment "web" successfully rolled out\n' },
    ],
  ])('does not match with %s', (_what, index, change) => {
    expect(aspects(compareChanged({ steps: changedStep(index, change) }))).toEqual(['output']);
  });

  test('may show other ages and other random names', () => {
    const stdout = 'NAME READY STATUS AGE\nweb-5d-b7xkq 1/1 Running 47s\n';
    expect(compareChanged({ steps: changedStep(1, { stdout }) })).toEqual([]);
  });

  test('may show of a rollout other numbers on the way', () => {
    const stdout =
      'Waiting for deployment "web" rollout to finish: 2 of 3\ndeployment "web" successfully rolled out\n';
    expect(compareChanged({ steps: changedStep(4, { stdout }) })).toEqual([]);
  });

  test('of a reading command may be that of a look a little earlier, of others not', () => {
    const stdout = 'NAME READY STATUS AGE\nweb-5d-b7xkq 0/1 Pending 0s\n';
    const early = replayOf(scenario);
    const looks: Replay['looks'] = ({ step }) => [command({ ...step, stdout })];
    const withLooks = [{ ...early, looks }];
    const read = { ...scenario, steps: changedStep(1, { stdout }) };
    expect(compareScenario(read, withLooks)).toEqual([]);
    const written = { ...scenario, steps: changedStep(0, { stdout }) };
    expect(aspects(compareScenario(written, withLooks))).toEqual(['output']);
  });
});

describe('what only a busy machine does', () => {
  const refused =
    'Readiness probe failed: Get "http://10.244.0.9:80/": dial tcp 10.244.0.9:80: connect: connection refused';

  test('two probes may come before the server listens, three not', () => {
    expect(compareChanged({ rows: [...rows, event(3, 'Unhealthy', refused, 2)] })).toEqual([]);
    const thrice = [...rows, event(3, 'Unhealthy', refused, 3)];
    expect(aspects(compareChanged({ rows: thrice }))).toEqual(['events']);
  });

  test('any other probe that failed is compared', () => {
    const failed = [...rows, event(3, 'Unhealthy', refused.replace('refused', 'reset'), 1)];
    expect(aspects(compareChanged({ rows: failed }))).toEqual(['events']);
  });

  test('a probe that timed out on a server that answers, and a cache that was late, are left out', () => {
    const late = 'Readiness probe failed: context deadline exceeded';
    expect(compareChanged({ rows: [...rows, event(3, 'Unhealthy', late, 9)] })).toEqual([]);
  });
});

describe('of combined events', () => {
  const combined = (count: number): readonly WatchRow[] => [
    ...rows,
    event(4, 'Pulled', 'image one', 2),
    event(5, 'Pulled', '(combined from similar events): image one', count),
  ];
  const own = { ...scenario, rows: combined(8) };

  test('the sum is compared', () => {
    const replays = [replayOf(own)];
    expect(compareScenario(own, replays)).toEqual([]);
    expect(aspects(compareScenario({ ...own, rows: combined(14) }, replays))).toEqual(['events']);
  });
});
