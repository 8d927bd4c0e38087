import { afterEach, describe, expect, test } from 'vitest';
import { getAll, MissingPart, Seam, takeAskedParts, takeMissingParts } from '#sim/part.ts';

afterEach(() => {
  takeAskedParts();
  takeMissingParts();
});

describe('a seam', () => {
  test('gives what its part has put there', () => {
    const seam = new Seam<string>('nginx');
    seam.fill('pages');
    expect(seam.get()).toBe('pages');
    expect(takeAskedParts()).toEqual(['nginx']);
    expect(takeMissingParts()).toEqual([]);
  });

  test('throws the name of a part that is not there', () => {
    const seam = new Seam<string>('shell');
    expect(() => seam.get()).toThrow(new MissingPart('shell'));
  });

  test('notes what was missing even where somebody caught it', () => {
    const seam = new Seam<string>('shell');
    expect(() => seam.get()).toThrow();
    expect(takeMissingParts()).toEqual(['shell']);
    expect(takeMissingParts()).toEqual([]);
  });
});

test('several seams are all asked before the first that is empty is told of', () => {
  const full = new Seam<string>('nginx');
  full.fill('pages');
  const seams = [new Seam<string>('shell'), full, new Seam<string>('cel')];
  expect(() => getAll(seams)).toThrow(MissingPart);
  expect(takeMissingParts()).toEqual(['shell', 'cel']);
  expect(takeAskedParts()).toEqual(['cel', 'nginx', 'shell']);
});
