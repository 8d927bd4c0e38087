import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { definitions, fillOf, requestStyleOf, requestStyles, states } from '#views/vocabulary.ts';
import { wordsOf } from '#views/words/words.ts';

describe('states', () => {
  const all = Object.entries(states);

  test('have a word of their own in every language', () => {
    for (const locale of ['en', 'ko']) {
      const words = all.map(([, { word }]) => word(wordsOf(locale)));
      expect(words.every((word) => word !== '')).toBe(true);
    }
  });

  test('are told apart without colour wherever they can stand on one lane', () => {
    const pods = ['ready', 'running', 'starting', 'terminating', 'gone', 'failed', 'succeeded'];
    const looks = pods.map((id) => {
      const { shape, hue } = states[id as keyof typeof states];
      return shape === 'solid' ? `${shape}/${hue}` : shape;
    });
    expect(new Set(looks).size).toBe(pods.length);
  });

  test('have hues that the tokens define', () => {
    const tokens = readFileSync('src/site/styles/tokens.css', 'utf8');
    for (const [, { hue }] of all) expect(tokens).toContain(`--${hue}:`);
  });

  test('are filled with patterns that are defined', () => {
    const defined = definitions('p');
    for (const id of Object.keys(states) as (keyof typeof states)[]) {
      const pattern = /url\(#([^)]+)\)/.exec(fillOf(id, 'p'))?.[1];
      if (pattern !== undefined) expect(defined).toContain(`id="${pattern}"`);
    }
  });
});

describe('requests', () => {
  test.each([
    ['200', 'answered'],
    ['404', 'answered'],
    ['503', 'server-error'],
    ['refused', 'refused'],
    ['connect-timeout', 'no-answer'],
    ['timeout', 'no-answer'],
    ['no-route', 'no-answer'],
    ['eof', 'reset'],
    ['not-sent', 'not-sent'],
  ])('%s is drawn as %s', (outcome, style) => {
    expect(requestStyleOf(outcome)).toBe(style);
  });

  test('have glyphs that are defined', () => {
    const defined = definitions('p');
    for (const { glyph } of Object.values(requestStyles)) {
      expect(defined).toContain(`id="p-${glyph}"`);
    }
  });
});
