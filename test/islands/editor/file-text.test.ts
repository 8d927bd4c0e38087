import { expect, test } from 'vitest';
import { shown, written } from '#islands/editor/file-text.ts';

test('what is shown leads back to the text it was made of', () => {
  for (const original of ['a: 1\n', 'a: 1', '', 'a: 1\n\n']) {
    expect(written(shown(original), original)).toBe(original);
  }
});

test('a changed text ends with a line end', () => {
  expect(written('a: 2', 'a: 1')).toBe('a: 2\n');
});
