import { describe, expect, test } from 'vitest';
import { withAlwaysWritten } from '#sim/kubectl/always-written.ts';

const slice = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', endpoints: [] };

describe('a printed object', () => {
  test('has null where its kind has a list that Go always writes', () => {
    expect(withAlwaysWritten(slice)).toEqual({ ...slice, endpoints: null, ports: null });
    const full = { ...slice, endpoints: [{ addresses: ['10.244.0.5'] }], ports: [{ port: 80 }] };
    expect(withAlwaysWritten(full)).toEqual(full);
  });

  test('has them in a list and below status, and nothing in other kinds', () => {
    const pod = { apiVersion: 'v1', kind: 'Pod' };
    const list = { kind: 'List', items: [pod, { kind: 'HorizontalPodAutoscaler', status: {} }] };
    expect(withAlwaysWritten(list).items).toEqual([
      pod,
      { kind: 'HorizontalPodAutoscaler', status: { currentMetrics: null, desiredReplicas: 0 } },
    ]);
    expect(withAlwaysWritten({ kind: 'Event', eventTime: '2026-01-01T00:00:00.000000Z' })).toEqual({
      kind: 'Event',
      eventTime: '2026-01-01T00:00:00.000000Z',
    });
  });
});
