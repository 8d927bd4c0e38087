import { describe, expect, test } from 'vitest';
import { Workqueue } from '#sim/client/workqueue.ts';
import { Engine } from '#sim/engine/engine.ts';
import type { Process } from '#sim/engine/process.ts';

function queueOf(engine: Engine, workMs: number, seen: string[], workers = 1): Workqueue {
  const queue = new Workqueue(engine, 'test');
  function* work(): Process {
    for (;;) {
      const key = yield* queue.get();
      seen.push(`${engine.nowMs} ${key}`);
      yield* engine.delay(workMs);
      queue.done(key);
    }
  }
  for (let worker = 0; worker < workers; worker += 1) engine.spawn(`worker-${worker}`, work());
  return queue;
}

describe('Workqueue', () => {
  test('holds a waiting key once, however often it was added', () => {
    const engine = new Engine(1);
    const seen: string[] = [];
    const queue = queueOf(engine, 10, seen);
    for (const key of ['a', 'b', 'a', 'a', 'b']) queue.add(key);
    engine.run(1000);
    expect(seen).toEqual(['0 a', '10 b']);
  });

  test('takes a key again that was added while it was processed, and never in two workers', () => {
    const engine = new Engine(1);
    const seen: string[] = [];
    const queue = queueOf(engine, 10, seen, 2);
    queue.add('a');
    engine.schedule(5, () => queue.add('a'));
    engine.schedule(6, () => queue.add('a'));
    engine.run(1000);
    expect(seen).toEqual(['0 a', '10 a']);
  });

  test('adds later, at the earliest time asked for', () => {
    const engine = new Engine(1);
    const seen: string[] = [];
    const queue = queueOf(engine, 1, seen);
    queue.addAfter('a', 100);
    queue.addAfter('a', 30);
    queue.addAfter('a', 60);
    engine.run(1000);
    expect(seen).toEqual(['30 a']);
  });

  test('doubles the delay of a key that keeps failing and forgets it on success', () => {
    const engine = new Engine(1);
    const queue = new Workqueue(engine, 'test');
    const times: number[] = [];
    function* fail(): Process {
      for (let attempt = 0; attempt < 6; attempt += 1) {
        const key = yield* queue.get();
        times.push(engine.nowMs);
        queue.addRateLimited(key);
        queue.done(key);
      }
    }
    queue.add('a');
    engine.spawn('fail', fail());
    engine.run(1000);
    expect(times).toEqual([0, 5, 15, 35, 75, 155]);
    queue.forget('a');
    expect(queue.numRequeues('a')).toBe(0);
  });

  test('goes on with the cause of the first add since the key was taken', () => {
    const engine = new Engine(1);
    const queue = new Workqueue(engine, 'test');
    const causes: number[] = [];
    function* work(): Process {
      const key = yield* queue.get();
      causes.push(engine.cause);
      queue.done(key);
    }
    let first = -1;
    engine.schedule(1, () => {
      first = engine.record('test', 'first', 'x');
      queue.add('a');
      engine.record('test', 'second', 'x');
      queue.add('a');
    });
    engine.schedule(5, () => engine.spawn('work', work()));
    engine.run(10);
    expect(causes).toEqual([first]);
  });

  test('refuses to finish what is not being processed', () => {
    const queue = new Workqueue(new Engine(1), 'test');
    expect(() => queue.done('a')).toThrow('workqueue: done("a")');
  });
});
