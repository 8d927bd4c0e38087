import { describe, expect, test, vi } from 'vitest';

vi.mock('#site/chrome/search.css', () => ({}));
const { isAbout } = await import('#site/chrome/search-dialog.ts');

describe('a found page', () => {
  test.each([
    ['controllers', 'the <mark>controller</mark> watches', true],
    ['Pod', 'a <mark>pod’s</mark> life', true],
    ['garbage collection', 'it is <mark>collected</mark>', true],
    ['-replicas', 'kubectl scale <mark>--replicas=4</mark>', true],
    ['replicas', 'kubectl scale <mark>--replicas=4</mark>', true],
    ['qwxzzy', 'wget <mark>-q</mark> -T', false],
    ['파드', '새 <mark>파드가</mark> 생긴다', true],
    ['nothing', 'no word is marked', false],
  ])('is shown for "%s": %s', (query, excerpt, isShown) => {
    expect(isAbout(excerpt, query)).toBe(isShown);
  });
});
