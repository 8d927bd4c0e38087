import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { TraceEntry } from '#sim/engine/trace.ts';
import { sentenceOf, storyVerbs } from '#sim/lab/story.ts';
import { storyDuration } from '#sim/lab/story-sentence.ts';
import { historyOf, scaleDown } from '../../views/sample-runs.ts';

/** Names of components, which stand before a verb. */
const components = ['kube-apiserver', 'runtime'];

/** Verbs that a source file records: the texts given to a call that ends in `record(`, `recordPod(` or `#record(`. */
function recordedVerbs(): Map<string, string> {
  const found = new Map<string, string>();
  const call = /\brecord(?:Pod)?\(([^;]*?)\);/gs;
  for (const path of globSync('src/sim/**/*.ts')) {
    if (path.includes('/engine/')) continue;
    for (const [, inside = ''] of readFileSync(path, 'utf8').matchAll(call)) {
      const verb = /(?:^|[,?:]\s*|\s)'([a-z][a-z-]+)'/.exec(inside.split('{')[0] ?? '')?.[1];
      if (verb !== undefined && !components.includes(verb)) found.set(verb, path);
    }
  }
  return found;
}

function entry(verb: string, detail: Record<string, unknown>, object: string): TraceEntry {
  return { id: 0, timeMs: 0, component: 'x', verb, object, resourceVersion: 0, cause: -1, detail };
}

describe('sentences', () => {
  const history = historyOf(scaleDown);

  test('are there for every verb that a component records', () => {
    const verbs = recordedVerbs();
    expect(verbs.size).toBeGreaterThan(30);
    const missing = [...verbs].filter(([verb]) => !storyVerbs.includes(verb));
    expect(missing).toEqual([]);
  });

  test('are there for every verb of a run', () => {
    const verbs = new Set([...history.trace.entries()].map(({ verb }) => verb));
    expect([...verbs].filter((verb) => !storyVerbs.includes(verb))).toEqual([]);
  });

  test('say the arithmetic of a surge', () => {
    const because = { rule: 'surge', replicas: 3, maxSurge: 1, limit: 4, current: 3, newSize: 0 };
    const scaled = entry('scale-up', { from: 0, to: 1, because }, 'ReplicaSet/default/web-1');
    expect(sentenceOf(scaled, history, 'en')).toBe(
      'scales web-1 up from 0 to 1: at most 3 + 1 pods, 3 exist, so 1 more may come',
    );
    expect(sentenceOf(scaled, history, 'ko')).toContain('최대 3 + 1개, 현재 3개이므로 1개 더 가능');
  });

  test('say what the API server stored by what it changed', () => {
    const stored = [
      ...history.trace.entries({ verb: 'updated', object: 'Deployment/default/web' }),
    ];
    const sentences = stored.map((each) => sentenceOf(each, history, 'en'));
    expect(sentences).toContain('stores what kubectl says of Deployment web: replicas 3 → 2');
  });

  test('name the component of a node that a fault takes away or brings back, not the node', () => {
    const detail = { fault: 'start', target: 'kubelet/node-2', isKnown: true };
    const started = entry('fault', detail, 'Component/kubelet/node-2');
    expect(sentenceOf(started, history, 'en')).toBe('someone starts kubelet/node-2');
    expect(sentenceOf(started, history, 'ko')).toBe('kubelet/node-2 시작');
  });

  test('read as words for a verb that nobody knows', () => {
    const unknown = entry('odd-verb', {}, 'Pod/default/web');
    expect(sentenceOf(unknown, history, 'en')).toBe('odd verb: Pod web');
  });

  test('leave no hole where a detail is missing', () => {
    for (const each of history.trace.entries()) {
      for (const locale of ['en', 'ko'] as const) {
        expect(sentenceOf(each, history, locale)).not.toMatch(/undefined|NaN|\[object/);
      }
    }
  });
});

describe('durations', () => {
  test.each([
    [450, '450 ms'],
    [1230, '1.23 s'],
    [60_000, '60 s'],
    [300_000, '5 min'],
  ])('%i ms are %s', (ms, text) => {
    expect(storyDuration(ms)).toBe(text);
  });
});
