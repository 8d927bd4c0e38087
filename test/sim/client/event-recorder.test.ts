import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Event } from '#sim/api/types.gen.ts';
import { eventName, LegacyEventRecorder } from '#sim/client/event-recorder.ts';
import { Scope } from '#sim/engine/scope.ts';
import { Harness } from '../harness.ts';

function recording() {
  const harness = new Harness();
  const { engine } = harness;
  const source = { component: 'kubelet', host: 'node-1' };
  const client = harness.clientOf('kubelet');
  const recorder = new LegacyEventRecorder(engine, new Scope(engine, 'kubelet'), client, source);
  const row = harness.server.kinds.byResource('', 'events');
  const events = (): Event[] => {
    harness.run(100);
    return row === undefined ? [] : ([...harness.server.stored(row, '')] as Event[]);
  };
  return { harness, recorder, events };
}

const pod = (name: string, uid = name) => ({
  kind: 'Pod',
  apiVersion: 'v1',
  namespace: 'default',
  name,
  uid,
});

describe('LegacyEventRecorder', () => {
  test('counts the same event again instead of writing another', () => {
    const { recorder, events } = recording();
    for (let count = 0; count < 3; count += 1) recorder.event(pod('a'), 'Warning', 'BackOff', 'm');
    expect(events().map(({ count, message }) => [count, message])).toEqual([[3, 'm']]);
  });

  test('tells objects, fields, types, reasons and messages apart', () => {
    const { recorder, events } = recording();
    recorder.event(pod('a'), 'Normal', 'R', 'm');
    recorder.event(pod('b'), 'Normal', 'R', 'm');
    recorder.event(pod('a', 'another'), 'Normal', 'R', 'm');
    recorder.event({ ...pod('a'), fieldPath: 'spec.containers{c}' }, 'Normal', 'R', 'm');
    recorder.event(pod('a'), 'Warning', 'R', 'm');
    recorder.event(pod('a'), 'Normal', 'S', 'm');
    recorder.event(pod('a'), 'Normal', 'R', 'n');
    expect(events().map(({ count }) => count)).toEqual([1, 1, 1, 1, 1, 1, 1]);
  });

  test('tells objects of one uid apart, as nodes whose uid is their name', () => {
    const { recorder, events } = recording();
    recorder.event({ ...pod('x'), kind: 'Node', namespace: undefined }, 'Normal', 'R', 'm');
    recorder.event(pod('x'), 'Normal', 'R', 'm');
    expect(events()).toHaveLength(2);
  });

  test('combines from the tenth different message of one reason on', () => {
    const { recorder, events } = recording();
    for (let count = 1; count <= 12; count += 1) {
      recorder.event(pod('a'), 'Warning', 'Failed', `message ${count}`);
    }
    const combined = events().filter(({ message }) => message?.startsWith('(combined') === true);
    expect(combined).toHaveLength(1);
    expect(combined[0]?.count).toBe(3);
    expect(combined[0]?.message).toBe('(combined from similar events): message 12');
  });

  test('lets 25 events about one object through, and one more after five minutes', () => {
    const { harness, recorder, events } = recording();
    const burst = (name: string) => {
      for (let count = 0; count < 30; count += 1) recorder.event(pod(name), 'Normal', 'R', 'm');
    };
    burst('a');
    burst('b');
    expect(events().map(({ count }) => count)).toEqual([25, 25]);
    harness.run(300_000);
    burst('a');
    expect(events().map(({ count }) => count)).toEqual([26, 25]);
  });
});

describe('eventName', () => {
  test('ends in the nanoseconds since 1970 as Go writes them', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -60_000, max: 40_000_000_000 }),
        fc.nat(5_000_000),
        (timeMs, sequence) => {
          expect(eventName('web', timeMs, sequence)).toBe(`web.${hex(timeMs, sequence)}`);
        },
      ),
    );
  });
});

function hex(timeMs: number, sequence: number): string {
  const start = BigInt(Date.UTC(2026, 0, 1)) * 1_000_000n;
  return (start + BigInt(timeMs) * 1_000_000n + BigInt(sequence)).toString(16);
}
