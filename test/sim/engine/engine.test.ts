import { describe, expect, test } from 'vitest';
import { anyOf } from '#sim/engine/any-of.ts';
import { Channel } from '#sim/engine/channel.ts';
import { Engine } from '#sim/engine/engine.ts';
import type { Process } from '#sim/engine/process.ts';
import { Scope } from '#sim/engine/scope.ts';
import { Signal } from '#sim/engine/signal.ts';

describe('Engine', () => {
  test('runs equal times in the order of scheduling and moves time only between timers', () => {
    const engine = new Engine(1);
    const seen: string[] = [];
    const say = (text: string) => () => seen.push(`${engine.nowMs} ${text}`);
    engine.schedule(20, say('c'));
    engine.schedule(10, say('a'));
    engine.schedule(10, say('b'));
    expect(engine.run(15)).toBe('until');
    expect(engine.nowMs).toBe(15);
    engine.run(100);
    expect(seen).toEqual(['10 a', '10 b', '20 c']);
  });

  test('hands causes over timers, channels and spawned tasks', () => {
    const engine = new Engine(1);
    const channel = new Channel<string>(engine);
    function* sender(): Process {
      const sent = engine.record('a', 'send', 'x');
      yield* engine.delay(5);
      expect(engine.cause).toBe(sent);
      channel.send('hello');
      engine.record('a', 'other', 'x');
    }
    function* receiver(): Process {
      const text = yield* channel.receive();
      engine.record('b', `got ${text}`, 'y');
    }
    engine.spawn('receiver', receiver());
    engine.spawn('sender', sender());
    engine.run(10);
    const chain = engine.trace.chain(2).map((entry) => entry.verb);
    expect(chain).toEqual(['got hello', 'send']);
  });

  test('cancels a waiting task and runs its finally blocks, which may wait', () => {
    const engine = new Engine(1);
    const seen: string[] = [];
    function* work(): Process {
      try {
        yield* engine.delay(1000);
        seen.push('never');
      } finally {
        yield* engine.delay(3);
        seen.push(`cleaned at ${engine.nowMs}`);
      }
    }
    const scope = new Scope(engine, 'component');
    const task = scope.spawn('work', work());
    engine.schedule(10, () => scope.cancel());
    engine.run(2000);
    expect(seen).toEqual(['cleaned at 13']);
    expect(task.isRunning).toBe(false);
    expect(scope.size).toBe(0);
  });

  test('cancels a task that cancels itself before its next wait begins', () => {
    const engine = new Engine(1);
    const seen: string[] = [];
    const task = engine.spawn('self', work());
    function* work(): Process {
      yield* engine.delay(1);
      task.cancel();
      yield* engine.delay(5);
      seen.push('never');
    }
    engine.run(100);
    expect(seen).toEqual([]);
    expect(task.isRunning).toBe(false);
  });

  test('gives the first of several waits and gives up the others', () => {
    const engine = new Engine(1);
    const signal = new Signal<string>(engine);
    const results: unknown[] = [];
    function* work(): Process {
      results.push(yield* anyOf(signal.wait(), engine.delay(50)));
      results.push(yield* anyOf(signal.wait(), engine.delay(50)));
    }
    engine.spawn('work', work());
    engine.schedule(60, () => signal.give('now'));
    engine.run(200);
    expect(results).toEqual([
      { index: 1, value: undefined },
      { index: 0, value: 'now' },
    ]);
  });

  test('ends a run with a sentence when a budget is spent', () => {
    const engine = new Engine(1, { timeMs: 1000, steps: 10, entries: 100, objects: 10 });
    function* forever(): Process {
      for (;;) yield* engine.delay(1);
    }
    engine.spawn('forever', forever());
    expect(engine.run(500)).toBe('budget');
    expect(engine.budgetError?.budget).toBe('steps');
    expect(engine.budgetError?.message).toMatch(/^The run was stopped at 0\.\d+ s/);
  });

  test('fails loudly when a process throws, naming the task and the time', () => {
    const engine = new Engine(1);
    function* broken(): Process {
      yield* engine.delay(1500);
      throw new Error('no such thing');
    }
    engine.spawn('broken', broken());
    expect(() => engine.run(5000)).toThrow('task "broken" at 1.500 s: no such thing');
  });

  test('goes on from where a bounded number of steps stopped', () => {
    const engine = new Engine(1);
    const seen: number[] = [];
    function* ticks(): Process {
      for (let tick = 0; tick < 5; tick += 1) {
        yield* engine.delay(10);
        seen.push(engine.nowMs);
      }
    }
    engine.spawn('ticks', ticks());
    while (engine.run(1000, 1) === undefined);
    expect(seen).toEqual([10, 20, 30, 40, 50]);
  });
});
