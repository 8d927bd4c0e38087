import { describe, expect, test } from 'vitest';
import { Engine } from '#sim/engine/engine.ts';
import { CpuMeter } from '#sim/runtime/cpu-meter.ts';

function metered(limitMilli?: number): { meter: CpuMeter; pass: (ms: number) => number } {
  const engine = new Engine(1);
  const meter = new CpuMeter(engine, limitMilli);
  let untilMs = 0;
  const pass = (ms: number): number => {
    untilMs += ms;
    engine.schedule(ms, () => undefined);
    engine.run(untilMs);
    return meter.usedMs;
  };
  return { meter, pass };
}

describe('a CPU meter', () => {
  test('adds a constant demand up over time', () => {
    const { meter, pass } = metered();
    meter.demand(250);
    expect(pass(4_000)).toBe(1_000);
    meter.demand(0);
    expect(pass(4_000)).toBe(1_000);
  });

  test('does work at once where there is no limit', () => {
    const { meter, pass } = metered();
    expect(meter.work(60)).toBe(60);
    expect(pass(0)).toBe(60);
  });

  test('gives no more than the limit, and lets work wait for its turn', () => {
    const { meter, pass } = metered(500);
    expect(meter.work(60)).toBe(120);
    expect(meter.work(60)).toBe(240);
    expect(pass(120)).toBe(60);
    expect(pass(1_000)).toBe(120);
  });

  test('cuts a constant demand to the limit', () => {
    const { meter, pass } = metered(100);
    meter.demand(2_000);
    expect(pass(10_000)).toBe(1_000);
  });

  test('lets no more than a second of work wait', () => {
    const { meter, pass } = metered(1_000);
    for (let index = 0; index < 100; index += 1) meter.work(60);
    expect(pass(60_000)).toBe(1_000);
  });
});
