import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TimerQueue } from '#sim/engine/timer-queue.ts';
import type { Timer, TimerTarget } from '#sim/engine/timer-queue.ts';

const target: TimerTarget = { fire: () => undefined };

function drain(queue: TimerQueue): Timer[] {
  const timers: Timer[] = [];
  for (let timer = queue.take(); timer !== undefined; timer = queue.take()) timers.push(timer);
  return timers;
}

describe('TimerQueue', () => {
  test('fires by time, and equal times in the order of scheduling', () => {
    const queue = new TimerQueue();
    const late = queue.add(7, target, 0);
    const first = queue.add(3, target, 1);
    const second = queue.add(3, target, 2);
    expect(queue.nextTimeMs()).toBe(3);
    expect(drain(queue)).toEqual([first, second, late]);
    expect(queue.nextTimeMs()).toBeUndefined();
  });

  test('fires what is scheduled for the present time after what was due then already', () => {
    const queue = new TimerQueue();
    queue.add(5, target, 0);
    const other = queue.add(5, target, 1);
    queue.take();
    const added = queue.add(5, target, 2);
    expect(drain(queue)).toEqual([other, added]);
  });

  test('does not fire a timer that was removed, and removing twice takes nothing else away', () => {
    const queue = new TimerQueue();
    const removed = queue.add(1, target, 0);
    const kept = queue.add(1, target, 1);
    queue.remove(removed);
    queue.remove(removed);
    expect(queue.size).toBe(1);
    expect(drain(queue)).toEqual([kept]);
    queue.remove(kept);
    expect(queue.size).toBe(0);
  });

  test('fires a time again that was emptied and filled once more', () => {
    const queue = new TimerQueue();
    queue.remove(queue.add(4, target, 0));
    expect(queue.nextTimeMs()).toBeUndefined();
    const again = queue.add(4, target, 1);
    expect(queue.nextTimeMs()).toBe(4);
    expect(queue.take()).toBe(again);
  });

  test('agrees with a sorted list whatever is added, removed and taken', () => {
    const act = fc.oneof(
      { weight: 5, arbitrary: fc.record({ add: fc.nat(40) }) },
      { weight: 4, arbitrary: fc.record({ remove: fc.nat(500) }) },
      { weight: 2, arbitrary: fc.record({ take: fc.constant(true) }) },
    );
    fc.assert(
      fc.property(fc.array(act, { maxLength: 400 }), (acts) => {
        const queue = new TimerQueue();
        const all: Timer[] = [];
        let expected: Timer[] = [];
        let nowMs = 0;
        for (const each of acts) {
          if ('add' in each) {
            const timer = queue.add(nowMs + each.add, target, all.length);
            all.push(timer);
            const place = expected.findIndex(({ timeMs }) => timeMs > timer.timeMs);
            expected.splice(place < 0 ? expected.length : place, 0, timer);
          } else if ('remove' in each) {
            const timer = all[each.remove];
            if (timer === undefined) continue;
            queue.remove(timer);
            expected = expected.filter((other) => other !== timer);
          } else {
            const timer = queue.take();
            expect(timer).toBe(expected.shift());
            nowMs = timer?.timeMs ?? nowMs;
          }
          expect(queue.size).toBe(expected.length);
          expect(queue.nextTimeMs()).toBe(expected[0]?.timeMs);
        }
        expect(drain(queue)).toEqual(expected);
      }),
    );
  });

  test('still fires the one that is left after ten thousand were cancelled', () => {
    const queue = new TimerQueue();
    const kept = queue.add(1_000_000, target, -1);
    for (let count = 0; count < 10_000; count += 1) queue.remove(queue.add(count, target, count));
    expect(queue.size).toBe(1);
    expect(queue.take()).toBe(kept);
  });
});
