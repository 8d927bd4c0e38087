import { expect, test } from 'vitest';
import { fnv32, fnv32a } from '#sim/api/fnv.ts';

// The published test vectors of the algorithm.
test.each([
  ['', 0x811c9dc5, 0x811c9dc5],
  ['a', 0x050c5d7e, 0xe40c292c],
  ['foobar', 0x31f0b262, 0xbf9cf968],
])('%j hashes as published', (text, fnv1, fnv1a) => {
  expect(fnv32(text)).toBe(fnv1);
  expect(fnv32a(text)).toBe(fnv1a);
});

test.each(['é', '中', '😀', 'a\ud800b', '\udc00'])('%j is hashed as UTF-8', (text) => {
  const bytes = [...new TextEncoder().encode(text)];
  expect(fnv32a(text)).toBe(fnv32a('', bytes));
});

test('bytes follow the text', () => {
  expect(fnv32a('foo', [0x62, 0x61, 0x72])).toBe(0xbf9cf968);
});
