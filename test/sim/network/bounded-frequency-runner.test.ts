import { expect, test } from 'vitest';
import { Engine } from '#sim/engine/engine.ts';
import { BoundedFrequencyRunner } from '#sim/network/bounded-frequency-runner.ts';

function runnerOf(takesMs: number, maxIntervalMs = 3600_000) {
  const engine = new Engine(1);
  const runs: number[] = [];
  const runner = new BoundedFrequencyRunner(
    engine,
    function* () {
      runs.push(engine.nowMs);
      yield* engine.delay(takesMs);
    },
    { minIntervalMs: 1_000, maxIntervalMs },
  );
  engine.spawn('loop', runner.loop());
  return { engine, runner, runs };
}

test('the first run is at once, and the next a second after the end of the last', () => {
  const { engine, runner, runs } = runnerOf(20);
  for (const ms of [100, 150, 300, 900, 5_000]) engine.schedule(ms, () => runner.run());
  engine.run(60_000);
  expect(runs).toEqual([100, 1_120, 5_000]);
});

test('it runs at least once per longest interval', () => {
  const { engine, runs } = runnerOf(0, 10_000);
  engine.run(35_000);
  expect(runs).toEqual([10_000, 21_000, 32_000]);
});
