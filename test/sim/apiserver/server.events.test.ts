import { describe, expect, test } from 'vitest';
import { nameOf } from '#sim/api/object.ts';
import { Harness } from '../harness.ts';

const hourMs = 3600_000;

function make(harness: Harness, name: string): void {
  harness.seed({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name },
    involvedObject: { kind: 'Pod', namespace: 'default', name: 'a' },
    reason: 'R',
  });
}

function events(harness: Harness): string[] {
  const row = harness.server.kinds.byResource('', 'events');
  return row === undefined ? [] : [...harness.server.stored(row, '')].map(nameOf);
}

describe('Events', () => {
  test('expire an hour after they were made, each at its own time', () => {
    const harness = new Harness();
    make(harness, 'a');
    make(harness, 'b');
    harness.run(10_000);
    make(harness, 'c');
    harness.run(hourMs - 10_100);
    expect(events(harness)).toEqual(['a', 'b', 'c']);
    harness.run(200);
    expect(events(harness)).toEqual(['c']);
    harness.run(10_000);
    expect(events(harness)).toEqual([]);
  });

  test('of a name that was deleted and used again live their own hour', () => {
    const harness = new Harness();
    make(harness, 'a');
    harness.run(hourMs / 2);
    harness.do(harness.client.of('Event').delete('default', 'a'));
    make(harness, 'a');
    harness.run(hourMs / 2 + 1000);
    expect(events(harness)).toEqual(['a']);
    harness.run(hourMs / 2);
    expect(events(harness)).toEqual([]);
  });
});
