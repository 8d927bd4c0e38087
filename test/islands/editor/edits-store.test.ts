import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { loadEdits, saveEdits } from '#islands/editor/edits-store.ts';

const stored = new Map<string, string>();

beforeEach(() => {
  stored.clear();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
    removeItem: (key: string) => void stored.delete(key),
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

describe('edits', () => {
  const edits = { texts: { 'a.yaml': 'kind: Pod\n' }, kept: { 'b.yaml': 'kind: Job\n' } };

  test('come back as they were kept, lab by lab', () => {
    saveEdits('chapter/lab', edits);
    expect(loadEdits('chapter/lab', ['a.yaml', 'b.yaml'])).toEqual(edits);
    expect(loadEdits('chapter/other', ['a.yaml'])).toEqual({ texts: {}, kept: {} });
  });

  test('come back for those files only that the lab still has', () => {
    saveEdits('chapter/lab', edits);
    expect(loadEdits('chapter/lab', ['b.yaml'])).toEqual({ texts: {}, kept: edits.kept });
  });

  test('leave nothing behind when there are none, or too much', () => {
    saveEdits('chapter/lab', edits);
    saveEdits('chapter/lab', { texts: {}, kept: {} });
    expect(stored.size).toBe(0);
    saveEdits('chapter/lab', { texts: { 'a.yaml': 'x'.repeat(1_000_000) }, kept: {} });
    expect(stored.size).toBe(0);
  });

  test.each(['', 'null', '{', '{"texts":{"a.yaml":3}}', '[]', '{"texts":null,"kept":"x"}'])(
    'are none where the browser has kept %j',
    (text) => {
      stored.set('reconcile:edits:v1:lab', text);
      expect(loadEdits('lab', ['a.yaml'])).toEqual({ texts: {}, kept: {} });
    },
  );

  test('are none where the browser keeps nothing', () => {
    vi.stubGlobal('localStorage', undefined);
    expect(() => saveEdits('lab', edits)).not.toThrow();
    expect(loadEdits('lab', ['a.yaml'])).toEqual({ texts: {}, kept: {} });
  });
});
