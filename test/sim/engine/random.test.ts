import { describe, expect, test } from 'vitest';
import { Random } from '#sim/engine/random.ts';

describe('Random', () => {
  test('repeats itself for the same seed and name, and differs for another', () => {
    const draw = (seed: number, name: string) => {
      const random = new Random(seed, name);
      return [random.uint32(), random.uint32(), random.uint32()];
    };
    expect(draw(7, 'kubelet')).toEqual(draw(7, 'kubelet'));
    expect(draw(7, 'kubelet')).not.toEqual(draw(8, 'kubelet'));
    expect(draw(7, 'kubelet')).not.toEqual(draw(7, 'scheduler'));
  });

  test('spreads evenly over ten buckets', () => {
    const random = new Random(3, 'even');
    const buckets = new Array<number>(10).fill(0);
    for (let draw = 0; draw < 20_000; draw += 1) {
      const bucket = random.int(10);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    for (const count of buckets) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });

  test('keeps every item when it shuffles', () => {
    const items = [1, 2, 3, 4, 5, 6];
    const shuffled = new Random(1, 'shuffle').shuffle(items);
    expect([...shuffled].sort()).toEqual(items);
  });
});
