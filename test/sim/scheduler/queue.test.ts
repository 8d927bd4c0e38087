import { describe, expect, test } from 'vitest';
import type { Pod } from '#sim/api/types.gen.ts';
import { Engine } from '#sim/engine/engine.ts';
import type { ClusterEvent } from '#sim/scheduler/framework.ts';
import { queueingHints } from '#sim/scheduler/plugins.ts';
import { schedulingGates } from '#sim/scheduler/plugins/schedulinggates.ts';
import { SchedulingQueue } from '#sim/scheduler/queue.ts';
import type { QueuedPod } from '#sim/scheduler/queue.ts';
import { node, pod } from './objects.ts';

/** A queue whose pods are taken as soon as they can be, with the moment of each. */
class Taken {
  readonly engine = new Engine(1);
  readonly queue = new SchedulingQueue(this.engine, {
    preEnqueue: [schedulingGates],
    hints: queueingHints,
  });
  readonly log: [string, number][] = [];
  last: QueuedPod | undefined;

  constructor(act: (queued: QueuedPod) => void = (queued) => this.queue.done(queued.uid)) {
    const { engine, queue, log } = this;
    const note = (queued: QueuedPod): void => {
      this.last = queued;
      log.push([queued.info.pod.metadata.name ?? '', engine.nowMs]);
      act(queued);
    };
    engine.spawn(
      'take',
      (function* () {
        for (;;) note(yield* queue.pop());
      })(),
    );
    engine.run(0);
  }

  get names(): string[] {
    return this.log.map(([name]) => name);
  }

  run(ms: number): void {
    this.engine.run(this.engine.nowMs + ms);
  }
}

const podDeleted = (of: Pod): ClusterEvent => ({ type: 'assigned-pod-deleted', pod: of });

describe('the scheduling queue', () => {
  test('gives higher priority first, then whoever came first', () => {
    const taken = new Taken();
    taken.queue.add(pod('a'));
    taken.queue.add(pod('b', { priority: 10 }));
    taken.queue.add(pod('c', { priority: 10 }));
    taken.queue.add(pod('d', { priority: 5 }));
    taken.run(0);
    expect(taken.names).toEqual(['b', 'c', 'd', 'a']);
  });

  test('keeps a rejected pod until something happens that its plugin finds worth it', () => {
    const taken = new Taken((queued) => {
      taken.queue.addUnschedulable(queued, queued.info.pod, ['NodeResourcesFit']);
    });
    taken.queue.add(pod('big', { requests: { cpu: '3' } }));
    taken.run(60_000);
    expect(taken.names).toEqual(['big']);
    taken.queue.moveAll({ type: 'node-added', node: node('small', { cpu: '2' }) });
    taken.run(0);
    expect(taken.names).toEqual(['big']);
    taken.queue.moveAll({ type: 'node-added', node: node('large', { cpu: '4' }) });
    taken.run(0);
    expect(taken.names).toEqual(['big', 'big']);
  });

  test('takes a pod out of back-off before its time when there is nothing else to do', () => {
    const taken = new Taken((queued) => {
      taken.queue.addUnschedulable(queued, queued.info.pod, ['NodeResourcesFit']);
    });
    taken.queue.add(pod('a', { requests: { cpu: '1' } }));
    taken.run(100);
    taken.queue.moveAll(podDeleted(pod('gone')));
    taken.run(0);
    expect(taken.log).toEqual([
      ['a', 0],
      ['a', 100],
    ]);
  });

  test('replays what happened while a pod was being tried', () => {
    const taken = new Taken((queued) => {
      if (queued.attempts === 1) taken.queue.moveAll(podDeleted(pod('gone')));
      taken.queue.addUnschedulable(queued, queued.info.pod, ['NodeResourcesFit']);
    });
    taken.queue.add(pod('a', { requests: { cpu: '1' } }));
    taken.run(10);
    expect(taken.names).toEqual(['a', 'a']);
  });

  test('waits longer and longer after errors, in whole seconds', () => {
    const taken = new Taken((queued) => {
      taken.queue.addUnschedulable(queued, queued.info.pod, []);
    });
    taken.queue.add(pod('a'));
    taken.run(50_000);
    expect(taken.log.map(([, ms]) => ms)).toEqual([
      0, 1_000, 3_000, 7_000, 15_000, 25_000, 35_000, 45_000,
    ]);
  });

  test('tries a pod again after more than five minutes, whatever happened', () => {
    const taken = new Taken((queued) => {
      taken.queue.addUnschedulable(queued, queued.info.pod, ['NodeAffinity']);
    });
    taken.queue.add(pod('a'));
    taken.run(329_000);
    expect(taken.names).toEqual(['a']);
    taken.run(2_000);
    expect(taken.log.map(([, ms]) => ms)).toEqual([0, 330_000]);
  });

  test('does not try a gated pod until the last gate is gone', () => {
    const taken = new Taken();
    const gated = pod('a', { spec: { schedulingGates: [{ name: 'one' }, { name: 'two' }] } });
    const half = { ...gated, spec: { ...gated.spec, schedulingGates: [{ name: 'two' }] } };
    const free = { ...gated, spec: { ...gated.spec, schedulingGates: [] } };
    taken.queue.add(gated);
    taken.queue.moveAll(podDeleted(pod('gone')));
    taken.queue.update(gated, half);
    taken.run(10);
    expect(taken.names).toEqual([]);
    taken.queue.update(half, free);
    taken.run(10);
    expect(taken.names).toEqual(['a']);
  });

  test('forgets a pod that is gone', () => {
    const taken = new Taken();
    const gone = pod('a');
    taken.queue.add(gone);
    taken.queue.delete(gone.metadata.uid ?? '');
    taken.run(10);
    expect(taken.names).toEqual([]);
    expect(taken.queue.sizes).toEqual({ active: 0, backoff: 0, unschedulable: 0 });
  });
});
