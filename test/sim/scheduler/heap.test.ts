import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Heap } from '#sim/scheduler/heap.ts';

interface Item {
  readonly key: string;
  readonly rank: number;
}

function heapOf(items: readonly Item[]): Heap<Item> {
  const heap = new Heap<Item>(
    ({ key }) => key,
    (left, right) => left.rank < right.rank,
  );
  for (const item of items) heap.add(item);
  return heap;
}

const ranks = fc.uniqueArray(fc.integer(), { maxLength: 60 });

test('items come in their order, whatever was taken out of the middle before', () => {
  fc.assert(
    fc.property(ranks, fc.array(fc.nat(60)), (list, removals) => {
      const items = list.map((rank) => ({ key: `k${rank}`, rank }));
      const heap = heapOf(items);
      const left = new Map(items.map((item) => [item.key, item]));
      for (const index of removals) {
        const key = items[index]?.key ?? 'nobody';
        expect(heap.remove(key)).toBe(left.get(key));
        left.delete(key);
        expect(heap.get(key)).toBeUndefined();
      }
      expect(heap.size).toBe(left.size);
      const taken: Item[] = [];
      for (let item = heap.take(); item !== undefined; item = heap.take()) taken.push(item);
      expect(taken).toEqual([...left.values()].sort((a, b) => a.rank - b.rank));
    }),
  );
});

test('the least item is at hand and stays', () => {
  const heap = heapOf([3, 1, 2].map((rank) => ({ key: String(rank), rank })));
  expect(heap.peek()?.rank).toBe(1);
  expect(heap.get('1')?.rank).toBe(1);
  expect(heap.size).toBe(3);
});
