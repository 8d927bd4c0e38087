import { describe, expect, test } from 'vitest';
import { localeOfSegment, localeParams, locales, stringsOf } from '#site/locales.ts';

describe('locale segments', () => {
  test('leave English at the root', () => {
    expect(localeOfSegment(undefined)).toBe('en');
    expect(localeOfSegment('ko')).toBe('ko');
    expect(localeParams().map(({ params }) => params.locale)).toEqual([undefined, 'ko']);
  });

  test.each(['en', 'fr', ''])('do not include "%s"', (segment) => {
    expect(() => localeOfSegment(segment)).toThrow('no locale is served');
  });
});

describe.each(locales.map(({ locale }) => locale))('the words of %s', (locale) => {
  test('are all there, and those with a number show it', () => {
    for (const [key, value] of Object.entries(stringsOf(locale))) {
      const text =
        typeof value === 'function'
          ? (value as (a: never, b: never) => string)(7 as never, 7 as never)
          : value;
      if (typeof text === 'string') expect(text, key).not.toBe('');
      if (typeof value === 'function') expect(text, key).toContain('7');
    }
  });
});
