/** Finds room for words along a line: words of more weight first, none over another, none outside. */

/** A word that wants to stand at a place; `at` is in px from the left. */
export interface Word<T> {
  readonly at: number;
  readonly text: string;
  readonly weight: number;
  readonly item: T;
}

export type Anchor = 'start' | 'middle' | 'end';

/** A word that found its place. */
export interface Placed<T> {
  readonly item: T;
  readonly text: string;
  readonly anchor: Anchor;
  /** Where it begins, in px from the left. */
  readonly from: number;
}

const gapPx = 7;

/** Estimates the width of a text, in px. Wide scripts take a full square a character. */
export function textWidth(text: string, fontPx: number): number {
  let units = 0;
  for (const character of text) units += character > '\u2e7f' ? 1 : 0.56;
  return units * fontPx;
}

/** Places words on a line of `widthPx`, those `besidePx` away from their place that stand beside it. The rest is left out. */
export function placeWords<T>(
  words: readonly Word<T>[],
  widthPx: number,
  fontPx: number,
  besidePx = 0,
): Placed<T>[] {
  const taken: [number, number][] = [];
  const placed: Placed<T>[] = [];
  for (const { at, text, item } of [...words].sort((a, b) => b.weight - a.weight || a.at - b.at)) {
    const width = textWidth(text, fontPx);
    const beside: readonly [Anchor, number][] = [
      ['start', at + besidePx],
      ['end', at - besidePx - width],
    ];
    const over: readonly [Anchor, number] = ['middle', at - width / 2];
    const candidates = besidePx > 0 ? beside : [over, ...beside];
    const found = candidates.find(
      ([, from]) =>
        from >= 0 &&
        from + width <= widthPx &&
        taken.every(([a, b]) => from > b + gapPx || from + width < a - gapPx),
    );
    if (found === undefined) continue;
    taken.push([found[1], found[1] + width]);
    placed.push({ item, text, anchor: found[0], from: found[1] });
  }
  return placed;
}
