/** The palette itself is tested: legible in both themes, and the dark block that scripting sets equal to the one the system sets. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const css = readFileSync('src/site/styles/tokens.css', 'utf8');

function tokens(block: string): Map<string, string> {
  return new Map(
    [...block.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g)].map((match) => [
      match[1] ?? '',
      match[2] ?? '',
    ]),
  );
}

const light = tokens(
  css.slice(css.indexOf(':root {'), css.indexOf('@media screen and (prefers-color')),
);
const darkBySystem = css.slice(
  css.indexOf('@media screen and (prefers-color'),
  css.indexOf(":root[data-theme='dark']"),
);
const darkByChoice = css.slice(
  css.indexOf(":root[data-theme='dark']"),
  css.indexOf(':root.fonts-wait'),
);
const dark = tokens(darkByChoice);

function luminance(color: string): number {
  const channel = (start: number): number => {
    const value = Number.parseInt(color.slice(start, start + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

function contrast(a: string, b: string): number {
  const [bright = 0, dim = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (bright + 0.05) / (dim + 0.05);
}

describe('the dark theme', () => {
  test('is the same whether the reader or the system chose it', () => {
    expect(tokens(darkBySystem)).toEqual(dark);
  });

  test('gives every colour of the light theme a value of its own', () => {
    expect([...dark.keys()].sort()).toEqual([...light.keys()].sort());
  });
});

describe.each([
  ['light', light],
  ['dark', dark],
])('the %s theme', (_name, theme) => {
  const onGrounds = (ink: string, grounds: string[]): [string, string, number][] =>
    grounds.map((ground) => [ink, ground, contrast(theme.get(ink) ?? '', theme.get(ground) ?? '')]);
  const paper = ['paper', 'surface', 'surface-sunk'];
  const pairs = [
    ...['ink', 'ink-quiet', 'ink-faint', 'accent-ink'].flatMap((ink) => onGrounds(ink, paper)),
    ...['ready', 'running', 'starting', 'failed', 'no-answer'].flatMap((meaning) =>
      onGrounds(`${meaning}-ink`, [...paper, `${meaning}-tint`]),
    ),
    ...onGrounds('accent-ink', ['accent-tint']),
    ...onGrounds('on-accent', ['accent', 'accent-hover']),
    ...['text', 'key', 'string', 'number', 'keyword', 'comment', 'punctuation'].flatMap((kind) =>
      onGrounds(`code-${kind}`, ['code-background', 'code-mark']),
    ),
  ];

  test.each(pairs)('shows %s on %s at 4.5 to 1 or better: %d', (_ink, _ground, ratio) => {
    expect(ratio).toBeGreaterThanOrEqual(4.5);
  });

  test.each(['ready', 'failed', 'no-answer', 'accent', 'accent-bar-strong'])(
    'shows the shape of %s on the surface at 3 to 1 or better',
    (name) => {
      expect(contrast(theme.get(name) ?? '', theme.get('surface') ?? '')).toBeGreaterThanOrEqual(3);
    },
  );
});
