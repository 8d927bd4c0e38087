import { describe, expect, test } from 'vitest';
import type { Segment } from '#views/lanes/lane.ts';
import { extend, keysUntil, segmentsOf } from '#views/lanes/segments.ts';
import { historyOf, scaleDown } from '../sample-runs.ts';

const history = historyOf(scaleDown);
const ready: Segment = { fromMs: 0, toMs: 5, state: 'ready' };

describe('segments', () => {
  test.each<[string, Segment, Segment[]]>([
    ['go on where the state does', { fromMs: 5, toMs: 9, state: 'ready' }, [{ ...ready, toMs: 9 }]],
    [
      'end at a gap',
      { fromMs: 6, toMs: 9, state: 'ready' },
      [ready, { fromMs: 6, toMs: 9, state: 'ready' }],
    ],
    [
      'end at another state',
      { fromMs: 5, toMs: 9, state: 'gone' },
      [ready, { fromMs: 5, toMs: 9, state: 'gone' }],
    ],
    [
      'end at another text',
      { fromMs: 5, toMs: 9, state: 'ready', text: 'so' },
      [ready, { fromMs: 5, toMs: 9, state: 'ready', text: 'so' }],
    ],
  ])('%s', (_, next, expected) => {
    const segments = [ready];
    extend(segments, next);
    expect(segments).toEqual(expected);
  });

  test('follow the versions of an object up to a time', () => {
    const [key = ''] = history.keys('Pod');
    const whole = segmentsOf(history, key, () => ({ state: 'running' }));
    const part = segmentsOf(history, key, () => ({ state: 'running' }), 3_000);
    expect(whole).toHaveLength(1);
    expect(part).toEqual([{ ...whole[0], toMs: 3_000 }]);
    expect(segmentsOf(history, key, () => undefined)).toEqual([]);
  });
});

test('objects are those that were made before the window ends', () => {
  const made = history.versions(history.keys('Pod')[0] ?? '')[0]?.timeMs ?? 0;
  expect(keysUntil(history, 'Pod', { fromMs: 0, toMs: made - 1 })).toEqual([]);
  expect(keysUntil(history, 'Pod', { fromMs: 0, toMs: 9_000 })).toEqual(history.keys('Pod'));
});
