import { describe, expect, test } from 'vitest';
import type { EndpointSlice, Service } from '#sim/api/types.gen.ts';
import {
  EndpointSliceTracker,
  TriggerTimeTracker,
} from '#sim/controllers/endpointslice-tracker.ts';
import { podOf } from './control-plane.ts';

const slice = (uid: string, generation: number): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { uid, generation },
  addressType: 'IPv4',
});

describe('staleness (endpointslice_tracker_test.go)', () => {
  test('a cache is stale while it lacks a written slice or has an older one', () => {
    const tracker = new EndpointSliceTracker();
    expect(tracker.isStale('s', [])).toBe(false);
    tracker.update('s', slice('a', 2));
    expect(tracker.isStale('s', [])).toBe(true);
    expect(tracker.isStale('s', [slice('a', 1)])).toBe(true);
    expect(tracker.isStale('s', [slice('a', 2)])).toBe(false);
    expect(tracker.isStale('s', [slice('a', 3)])).toBe(false);
    expect(tracker.isStale('other', [])).toBe(false);
  });

  test('and while it has a slice that was deleted', () => {
    const tracker = new EndpointSliceTracker();
    tracker.update('s', slice('a', 1));
    tracker.expectDeletion('s', slice('a', 1));
    expect(tracker.isStale('s', [slice('a', 1)])).toBe(true);
    expect(tracker.isStale('s', [])).toBe(false);
    expect(tracker.handleDeletion('s', slice('a', 1))).toBe(true);
  });

  test('a deletion by somebody else is unexpected', () => {
    const tracker = new EndpointSliceTracker();
    tracker.update('s', slice('a', 1));
    expect(tracker.handleDeletion('s', slice('a', 1))).toBe(false);
  });

  test('own writes are known, newer generations are not', () => {
    const tracker = new EndpointSliceTracker();
    tracker.update('s', slice('a', 2));
    expect(tracker.isKnown('s', slice('a', 2))).toBe(true);
    expect(tracker.isKnown('s', slice('a', 3))).toBe(false);
    tracker.deleteService('s');
    expect(tracker.has('s', slice('a', 2))).toBe(false);
  });
});

describe('trigger times (trigger_time_tracker_test.go)', () => {
  const created = '2026-01-01T00:00:01Z';
  const service: Service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', creationTimestamp: created },
    spec: {},
  };

  test('a new Service has its own creation; later the earliest new moment, or none', () => {
    const tracker = new TriggerTimeTracker();
    const compute = (...since: number[]) =>
      tracker.compute(
        's',
        service,
        since.map((readySince, i) => podOf({ name: `p${i}`, readySince })),
      );
    expect(compute(9)).toBe(created);
    expect(compute(9)).toBe('');
    expect(compute(9, 12, 11)).toBe('2026-01-01T00:00:11Z');
    expect(compute(9, 12)).toBe('');
    expect(compute(20, 12)).toBe('2026-01-01T00:00:20Z');
    tracker.deleteService('s');
    expect(compute(20, 12)).toBe(created);
  });
});
