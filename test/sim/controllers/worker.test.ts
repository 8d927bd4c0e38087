import { describe, expect, test } from 'vitest';
import { newInternalError } from '#sim/api/status-error.ts';
import { Workqueue } from '#sim/client/workqueue.ts';
import type { Process } from '#sim/engine/process.ts';
import { SyncError, slowStartBatch, startWorkers } from '#sim/controllers/worker.ts';
import type { RetryableError } from '#sim/controllers/worker.ts';
import { Harness } from '../harness.ts';

describe('slow start (replica_set_test.go TestSlowStartBatch)', () => {
  test.each([
    // wanted, calls that succeed → calls made, successes
    [0, Infinity, 0, 0],
    [1, Infinity, 1, 1],
    [5, Infinity, 5, 5],
    [7, 0, 1, 0],
    [7, 2, 3, 2],
    [7, 5, 7, 5],
    [100, 3, 7, 3],
  ])('of %i with %s successes makes %i calls', (count, allowed, calls, successes) => {
    const harness = new Harness();
    let made = 0;
    function* act(): Process<RetryableError | undefined> {
      made += 1;
      const isFine = made <= allowed;
      yield* harness.engine.delay(1);
      return isFine ? undefined : newInternalError('no');
    }
    const context = harness.contextOf('test');
    const result = harness.do(slowStartBatch(context, 'act', count, 1, act));
    expect(made).toBe(calls);
    expect(result.successCount).toBe(successes);
    expect(result.error === undefined).toBe(calls === successes);
  });
});

test('of a slow start no act is caused by the one before it', () => {
  const harness = new Harness();
  const { engine } = harness;
  const context = harness.contextOf('test');
  const decided = engine.record('test', 'decides', '');
  function* act(): Process<RetryableError | undefined> {
    yield* engine.delay(1);
    engine.record('test', 'acts', '');
    return undefined;
  }
  harness.do(slowStartBatch(context, 'act', 5, 1, act));
  const acts = [...engine.trace.entries({ verb: 'acts' })];
  expect(acts.map(({ cause }) => cause)).toEqual(Array(5).fill(decided));
});

describe('workers', () => {
  function tries(retriesMax: number | undefined, failures: number): number[] {
    const harness = new Harness();
    const context = harness.contextOf('test');
    const queue = new Workqueue(harness.engine, 'test');
    const times: number[] = [];
    function* sync(): Process {
      yield* harness.engine.delay(0);
      times.push(harness.engine.nowMs);
      if (times.length <= failures) throw new SyncError('not yet');
    }
    startWorkers(context, { queue, workerCount: 2, informers: [], sync, retriesMax });
    queue.add('key');
    harness.run(10_000);
    return times.map((ms) => ms - (times[0] ?? 0));
  }

  test('try again after 5, 10, 20 ms', () => {
    expect(tries(undefined, 3)).toEqual([0, 5, 15, 35]);
  });

  test('give a key up after so many failures in a row', () => {
    expect(tries(2, 99)).toEqual([0, 5, 15]);
  });

  test('an error that is a mistake of ours ends the run', () => {
    const harness = new Harness();
    const queue = new Workqueue(harness.engine, 'test');
    // eslint-disable-next-line require-yield
    function* sync(): Process {
      throw new TypeError('oops');
    }
    const options = { queue, workerCount: 1, informers: [], sync };
    startWorkers(harness.contextOf('test'), options);
    queue.add('key');
    expect(() => harness.run(10)).toThrow('oops');
  });
});
