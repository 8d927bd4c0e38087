import { expect, test } from 'vitest';
import {
  escapePattern,
  hasWildcard,
  matchesPattern,
  unescapePattern,
} from '#sim/runtime/shell/pattern.ts';

test.each([
  ['a*', true],
  ['a?', true],
  ['[ab]', true],
  ['[', false],
  ['[a', false],
  ['a]', false],
  ['\\*', false],
  ['[a\\]', false],
  ['\\[a]', false],
  ['plain', false],
])('whether %j has a wildcard: %j', (pattern, expected) => {
  expect(hasWildcard(pattern)).toBe(expected);
});

test('what is escaped matches itself, and is the same again without its backslashes', () => {
  for (const text of ['plain', 'a*b', '[x]', 'back\\slash', '?']) {
    expect(matchesPattern(escapePattern(text), text)).toBe(true);
    expect(unescapePattern(escapePattern(text))).toBe(text);
  }
  expect(matchesPattern(escapePattern('a*b'), 'axb')).toBe(false);
});
