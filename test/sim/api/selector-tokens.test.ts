import { expect, test } from 'vitest';
import { tokenizeSelector } from '#sim/api/selector-tokens.ts';

test.each([
  ['', []],
  [' \t\n', []],
  ['a=b', ['a', '=', 'b']],
  ['a==b', ['a', '==', 'b']],
  ['a!=b', ['a', '!=', 'b']],
  ['!a,b', ['!', 'a', ',', 'b']],
  ['a in (b, c)', ['a', 'in', '(', 'b', ',', 'c', ')']],
  ['a=!b', ['a', '=', '!', 'b']],
  ['a>1', ['a', '>', '1']],
  ['((', ['(', '(']],
  ['a===b', ['a', '==', '=', 'b']],
])('%j is cut into %j', (text, words) => {
  expect(tokenizeSelector(text).map((token) => token.text)).toEqual(words);
});

test('words and symbols are told apart', () => {
  expect(tokenizeSelector('in !').map((token) => token.kind)).toEqual(['word', 'symbol']);
});
