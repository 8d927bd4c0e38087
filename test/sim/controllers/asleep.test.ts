import { afterEach, describe, expect, test } from 'vitest';
import type { Job } from '#sim/api/types.gen.ts';
import type { ComponentContext } from '#sim/client/component.ts';
import { Informer } from '#sim/client/informer.ts';
import { any, asleep } from '#sim/controllers/asleep.ts';
import type { Controllers } from '#sim/controllers/asleep.ts';
import { controllers } from '#sim/controllers/descriptors.ts';
import { Engine } from '#sim/engine/engine.ts';
import { Seam, takeAskedParts, takeMissingParts } from '#sim/part.ts';

/** Makes a controller and notes the kinds whose caches it asks for. */
function cachesOf(make: (context: ComponentContext) => unknown): string[] {
  const engine = new Engine(1);
  const kinds: string[] = [];
  const of = (kind: string) => {
    kinds.push(kind);
    return new Informer(engine, 'test', { row: { plural: kind } } as never);
  };
  make({ name: 'test', engine, informers: { of }, random: engine.random('test') } as never);
  return [...new Set(kinds)];
}

// The harness brings some of the parts along: what is asked for without them must be noted before.
const cachesWithoutParts = controllers.map(({ create }) => cachesOf(create));
const { Harness } = await import('../harness.ts');

afterEach(() => {
  takeAskedParts();
  takeMissingParts();
});

const job: Job = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'once', namespace: 'default' },
  spec: {
    template: {
      spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox:1.37' }] },
    },
  },
};

const sleepOf = (seam: Seam<Controllers>) =>
  asleep('job-controller', { seam, caches: ['Job', 'Pod'], concerns: { Job: any } });

describe('a controller that sleeps', () => {
  test('has its caches, and asks for its part at the first object that concerns it', () => {
    const harness = new Harness();
    const context = harness.contextOf('job-controller');
    sleepOf(new Seam<Controllers>('jobs'))(context).start();
    harness.run(1000);
    expect(context.informers.all().map(({ plural }) => plural)).toEqual(['jobs', 'pods']);
    expect(takeMissingParts()).toEqual([]);
    expect(() => {
      harness.seed(job as never);
      harness.run(1000);
    }).toThrow(/jobs/);
    expect(takeMissingParts()).toEqual(['jobs']);
  });

  test('is the controller itself where the part is there', () => {
    const seam = new Seam<Controllers>('jobs');
    let started = 0;
    seam.fill({ 'job-controller': () => ({ start: () => (started += 1) }) });
    const harness = new Harness();
    sleepOf(seam)(harness.contextOf('job-controller')).start();
    expect(started).toBe(1);
    expect(takeAskedParts()).toEqual([]);
    harness.seed(job as never);
    harness.run(1000);
    expect(takeAskedParts()).toContain('jobs');
  });
});

test('each asks for the same caches without its part and with it', async () => {
  await import('#sim/parts/all.ts');
  expect(controllers.map(({ create }) => cachesOf(create))).toEqual(cachesWithoutParts);
});
