/** Each benchmark once, as small as can be, so that none of them breaks unseen. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findLab, readLab } from '../../src/build/labs.ts';
import { runBigCluster } from './big-cluster.ts';
import { digitToEdit } from './edit-latency.ts';
import { measureLab } from './labs-part.ts';
import { lineOf } from './latency-part.ts';
import { median, quantile, startMeter } from './meter.ts';
import { rollingUpdate } from './rolling-update.ts';
import { scriptsOf, weigh, withImports } from './sizes-part.ts';
import { repeat } from './update-part.ts';
import { webernetesUpdate } from './webernetes.ts';

test('a lab is measured', () => {
  const lab = readLab(findLab('what-is-a-controller/put-back'));
  const { runMs, afterBootMs, virtualMs, entries } = measureLab(lab, 0, 1);
  expect(runMs).toBeGreaterThan(afterBootMs);
  expect(afterBootMs).toBeGreaterThan(0);
  expect(virtualMs).toBeGreaterThan(30_000);
  expect(entries).toBeGreaterThan(50);
});

test('a Deployment comes up in a cluster of many nodes', () => {
  const { nodes, pods, entries } = runBigCluster(3, 9);
  expect([nodes, pods]).toEqual([3, 9]);
  expect(entries).toBeGreaterThan(9 * 5);
});

describe('the rolling update', () => {
  test('is complete after its 20 seconds here', () => {
    const { isComplete, cpuMs } = rollingUpdate(1);
    expect(isComplete).toBe(true);
    expect(cpuMs).toBeGreaterThan(0);
  });

  test('is complete after its 20 seconds in webernetes', async () => {
    const { isComplete, wallMs } = await webernetesUpdate('stepped');
    expect(isComplete).toBe(true);
    expect(wallMs).toBeGreaterThan(0);
  });

  test('counts only when it was complete', async () => {
    const unfinished = { cpuMs: 1, wallMs: 1, isComplete: false };
    await expect(repeat(() => unfinished, { warmRuns: 0, countedRuns: 1 })).rejects.toThrow(
      'not complete',
    );
  });

  test('is told as the median of the runs that count', async () => {
    const runs = [90, 4, 3, 5].map((ms) => ({ cpuMs: ms, wallMs: 10 * ms, isComplete: true }));
    const told = await repeat((index) => runs[index]!, { warmRuns: 1, countedRuns: 3 });
    expect(told).toEqual({ cpuMs: 4, wallMs: 40 });
  });
});

describe('sizes', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'reconcile-sizes-'));
    const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
    write('a.js', 'import{b as n}from"./b.js";const later=()=>import("./c.js");');
    write('b.js', 'import"./a.js";export const b=1;');
    write('c.js', 'export const c=1;');
    write('c.js.br', '12345');
    write('c.js.gz', '123456');
    write('page.html', '<script type="module" src="/notes/_astro/x.js"></script>');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('follow what a script imports at once', () => {
    const found = withImports([join(folder, 'a.js')]);
    expect([...found].map((file) => basename(file)).sort()).toEqual(['a.js', 'b.js']);
  });

  test('are those of the compressed twins', () => {
    expect(weigh([join(folder, 'c.js')])).toEqual({ brotli: 5, gzip: 6 });
  });

  test('find the scripts of a page', () => {
    expect(() => scriptsOf(folder, 'page.html')).toThrow(join('_astro', 'x.js'));
  });
});

describe('an edit', () => {
  test('is one replica more', () => {
    const text = 'apiVersion: apps/v1\nspec:\n  minReadySeconds: 5\n  replicas: 3\n';
    expect(digitToEdit(text)).toEqual({ line: 3, digit: '3', other: '4' });
  });

  test('is another version where there are no replicas', () => {
    const text = 'apiVersion: v1\nimage: busybox:1.37\n';
    expect(digitToEdit(text)).toEqual({ line: 1, digit: '7', other: '6' });
  });

  test('needs a digit', () => {
    expect(() => digitToEdit('apiVersion: v1\nkind: Pod\n')).toThrow('no line');
  });

  test('is told with what its time went into', () => {
    const times = { toWorker: 1, diagnose: 2, advance: 3, markup: 4, toPage: 5, dom: 6 };
    const line = lineOf([{ total: 21, painted: 30, ...times }]);
    expect(line).toContain('median 21.0 ms');
    expect(line).toContain('advance 3.0, markup 4.0');
    expect(line).toContain('painted 30.0 ms');
  });
});

test('the meter tells the time of the processor and of the wall', () => {
  const stop = startMeter();
  const endMs = performance.now() + 5;
  while (performance.now() < endMs);
  const { cpuMs, wallMs } = stop();
  expect(cpuMs).toBeGreaterThan(0);
  expect(wallMs).toBeGreaterThanOrEqual(5);
  expect(median([3, 1, 2])).toBe(2);
  expect(quantile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.95)).toBe(10);
});
