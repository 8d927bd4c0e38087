import { describe, expect, test } from 'vitest';
import { Engine } from '../../../src/sim/engine/engine.ts';
import { Unreachable } from '../../../src/sim/network/unreachable.ts';

/** Asks every 10 ms for 10 s after an address has gone; returns when there was an answer, in ms since then. */
function answers(clientNode: string | undefined, seed = 1): number[] {
  const engine = new Engine(seed);
  const unreachable = new Unreachable(engine);
  const times: number[] = [];
  unreachable.gone('10.244.1.5');
  for (let ms = 0; ms < 10_000; ms += 10) {
    engine.schedule(ms, () => {
      if (unreachable.answers('10.244.1.5', 'node-2', clientNode)) times.push(ms);
    });
  }
  engine.run(10_000);
  return times;
}

describe('a node whose pod is gone', () => {
  test('tells a client on another node once a second that there is no such host', () => {
    const times = answers('node-1');
    expect(times[0]).toBeGreaterThanOrEqual(650);
    expect(times[0]).toBeLessThanOrEqual(1_310);
    const gaps = times.slice(1).map((ms, index) => ms - (times[index] ?? 0));
    expect(new Set(gaps)).toEqual(new Set([1_000]));
    expect(times.length).toBeGreaterThanOrEqual(9);
  });

  test('tells nobody on the same node or outside the cluster', () => {
    expect(answers('node-2')).toEqual([]);
    expect(answers(undefined)).toEqual([]);
  });

  test('tells nobody once the address is used again', () => {
    const engine = new Engine(1);
    const unreachable = new Unreachable(engine);
    unreachable.gone('10.244.1.5');
    unreachable.back('10.244.1.5');
    engine.schedule(5_000, () => undefined);
    engine.run(5_000);
    expect(unreachable.answers('10.244.1.5', 'node-2', 'node-1')).toBe(false);
  });
});

describe('a Service without endpoints', () => {
  test('rejects six connections of a pod in a row, then one a second', () => {
    const engine = new Engine(1);
    const unreachable = new Unreachable(engine);
    const times: number[] = [];
    for (let ms = 0; ms < 4_000; ms += 20) {
      engine.schedule(ms, () => {
        if (unreachable.rejects('10.244.0.9')) times.push(ms);
      });
    }
    engine.run(4_000);
    expect(times).toEqual([0, 20, 40, 60, 80, 100, 1_000, 2_000, 3_000]);
  });
});
