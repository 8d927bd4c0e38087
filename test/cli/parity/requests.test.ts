import { describe, expect, test } from 'vitest';
import type { Replay } from '#cli/parity/replay.ts';
import { compareRequests } from '#cli/parity/requests.ts';
import type { RecordedRequest, Scenario, Step } from '#cli/parity/scenario.ts';

const load = {
  name: 'client',
  target: 'svc/web',
  from: 'node-1',
  path: '/hostname',
  rate: 50,
  timeoutMs: 2_000,
  keepAlive: false,
  maxInFlight: 200,
  port: 80,
};

const steps: readonly Step[] = [
  { atMs: 1_000, load },
  { atMs: 5_000, cmd: 'kubectl delete pod web-a --wait=false' },
  { atMs: 8_000, cmd: 'kubectl get pods' },
];

/** Two pods in turn; from the deletion on one is refused for 200 ms, then silent for 600 ms, then left out. */
function recorded(): RecordedRequest[] {
  return Array.from({ length: 400 }, (_, index) => {
    const t = 1_000 + index * 20;
    const sinceMs = t - 5_000;
    const isDead = index % 2 === 0 && sinceMs >= 0 && sinceMs < 800;
    const pod = index % 2 === 0 && sinceMs < 0 ? 'web-a' : 'web-b';
    if (!isDead) return { client: 'client', t, ms: 1, status: 200, pod };
    if (sinceMs < 200) return { client: 'client', t, ms: 0.3, status: 'refused' };
    return { client: 'client', t, ms: 2_000, status: sinceMs === 400 ? 'no-route' : 'timeout' };
  });
}

const scenario: Scenario = {
  name: 'traffic/small',
  area: 'traffic',
  namespace: 'small',
  durationMs: 10_000,
  startedAt: '2026-01-01T00:00:00Z',
  problems: [],
  files: {},
  steps,
  rows: [],
  requests: recorded(),
};

/** A seed that had the same requests, all later by the same time, as the steps were. */
function seed(laterMs = 0): Replay {
  return {
    seed: 1,
    rows: [],
    steps: steps.map((step) => ({
      step,
      startMs: step.atMs + laterMs,
      command: undefined,
      isMet: true,
    })),
    requests: recorded().map(({ client, t, ms, status, pod = '' }, id) => ({
      id,
      client,
      t: t + laterMs,
      ms: Math.round(ms),
      outcome: String(status),
      pod,
      node: 'node-1',
      entry: -1,
    })),
    looks: () => [],
    problem: '',
  };
}

/** What is found when the recording is changed. */
function found(change: (request: RecordedRequest) => RecordedRequest | undefined): string[] {
  const requests = recorded().flatMap((request) => change(request) ?? []);
  return compareRequests({ ...scenario, requests }, [seed()]).map(({ what }) => what);
}

const isLost = ({ status }: RecordedRequest): boolean => status !== 200;
const stretch = 'client, after act 2';

describe('requests of a recording', () => {
  test('match a cluster that did the same at another time', () => {
    expect(compareRequests(scenario, [seed(1_700)])).toEqual([]);
  });

  test('match when they lie between two seeds, and not beyond them', () => {
    const more = seed();
    const less: Replay = {
      ...more,
      requests: (more.requests ?? []).filter(
        ({ outcome, id }) => outcome !== 'refused' || id % 4 === 0,
      ),
    };
    expect(compareRequests(scenario, [less, more])).toEqual([]);
    expect(compareRequests(scenario, [less])).not.toEqual([]);
  });

  test('differ when more were lost', () => {
    const what = found((request) =>
      request.status === 200 && request.t > 7_000 && request.t < 7_300
        ? { ...request, status: 'refused', ms: 0 }
        : request,
    );
    expect(what).toContain(`${stretch}: refused: how many`);
  });

  test('differ when none was lost', () => {
    const what = found((request) =>
      isLost(request) ? { ...request, status: 200, ms: 1 } : request,
    );
    expect(what).toContain(`${stretch}: refused: how many`);
    expect(what).toContain(`${stretch}: no answer: how many`);
  });

  test('differ when they were lost in another way', () => {
    const what = found((request) =>
      request.status === 'refused' ? { ...request, status: 'reset' } : request,
    );
    expect(what).toContain(`${stretch}: cut off: how many`);
  });

  test('differ when they were lost later, or for longer', () => {
    const later = found((request) =>
      isLost(request) ? { ...request, t: request.t + 300 } : request,
    );
    expect(later).toContain(`${stretch}: refused: first`);
    const longer = found((request) =>
      isLost(request) && request.t > 5_700 ? { ...request, t: request.t + 400 } : request,
    );
    expect(longer).toEqual([`${stretch}: no answer: last`]);
  });

  test('differ when failing took another time', () => {
    const what = found((request) =>
      request.status === 'timeout' ? { ...request, ms: 5_000 } : request,
    );
    expect(what).toEqual([`${stretch}: no answer: median time`]);
  });

  test('differ when a pod answered that should not have', () => {
    const what = found((request) =>
      request.status === 200 && request.t > 7_000 ? { ...request, pod: 'web-c' } : request,
    );
    expect(what).toEqual([`${stretch}: 200: by how many pods`]);
  });

  test('do not differ by which of two words a packet gave for silence', () => {
    const what = found((request) =>
      request.status === 'timeout' && request.t % 3 === 0
        ? { ...request, status: 'connect-timeout' }
        : request,
    );
    expect(what).toEqual([]);
  });
});
