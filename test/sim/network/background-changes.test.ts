import { expect, test } from 'vitest';
import { Random } from '#sim/engine/random.ts';
import { BackgroundChanges } from '#sim/network/background-changes.ts';

test('background changes come at their mean rate, and asking again gives the same answer', () => {
  const changes = new BackgroundChanges(new Random(1, 'x'), 2);
  const at = (ms: number) => changes.lastBefore(ms);
  const seen = new Set<number>();
  for (let ms = 0; ms <= 100_000; ms += 10) {
    expect(at(ms)).toBeLessThanOrEqual(ms);
    seen.add(at(ms));
  }
  expect(seen.size).toBeGreaterThan(170);
  expect(seen.size).toBeLessThan(230);
  const early = new BackgroundChanges(new Random(1, 'x'), 2);
  expect(at(5_000)).toBe(early.lastBefore(5_000));
});
