/** Shaded stretches of time with their words above the lanes, and single moments with a word. */
import type { TimeWindow } from './lanes/lane.ts';
import { escapeText, percent } from './markup.ts';
import { textWidth } from './place-words.ts';

/** A text on the picture. Without `toMs` it is a moment. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number | undefined;
  readonly text: string;
  readonly tone: 'good' | 'bad' | 'neutral';
}

/** The spans drawn: what lies under the lanes, what lies over them, and how much room the words take above. */
export interface PaintedSpans {
  readonly headerPx: number;
  readonly under: (bodyPx: number) => string;
  readonly over: string;
}

interface Width {
  readonly wide: number;
  readonly narrow: number;
}

const fontPx = 12;
const linePx = 15;

interface Row {
  readonly markup: string;
  readonly rows: number;
}

/** Draws the spans that can be seen in a window. */
export function paintSpans(spans: readonly Span[], window: TimeWindow, width: Width): PaintedSpans {
  const shown = spans.filter(
    ({ fromMs, toMs }) => fromMs <= window.toMs && (toMs ?? fromMs) >= window.fromMs,
  );
  const wide = words(shown, window, width.wide, 'wide');
  const narrow = words(shown, window, width.narrow, 'narrow');
  const rows = Math.max(wide.rows, narrow.rows);
  const headerPx = rows === 0 ? 4 : rows * linePx + 6;
  return {
    headerPx,
    over: wide.markup + narrow.markup,
    under: (bodyPx) => shown.map((span) => shade(span, window, headerPx - 4, bodyPx)).join(''),
  };
}

function partOf(timeMs: number, { fromMs, toMs }: TimeWindow): number {
  return Math.min(1, Math.max(0, (timeMs - fromMs) / (toMs - fromMs)));
}

function shade({ fromMs, toMs, tone }: Span, window: TimeWindow, top: number, bottom: number) {
  const from = partOf(fromMs, window);
  if (toMs === undefined) {
    const x = percent(from);
    return `<line class="v-moment v-tone-${tone}" x1="${x}%" x2="${x}%" y1="${top}" y2="${bottom}"/>`;
  }
  const width = percent(Math.max(0.002, partOf(toMs, window) - from));
  return `<rect class="v-span v-tone-${tone}" x="${percent(from)}%" y="${top}" width="${width}%" height="${bottom - top}"/>`;
}

/** Breaks a text into lines that fit a width. */
export function breakText(text: string, widthPx: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && textWidth(longer, fontPx) > widthPx) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return line === '' ? lines : [...lines, line];
}

/** Places the words above their spans, each in the first row in which nothing stands in the way. */
function words(spans: readonly Span[], window: TimeWindow, widthPx: number, name: string): Row {
  const taken: { row: number; from: number; to: number }[] = [];
  let markup = '';
  let rows = 0;
  for (const span of spans) {
    const from = partOf(span.fromMs, window);
    const to = span.toMs === undefined ? from : partOf(span.toMs, window);
    const lines = breakText(span.text, widthPx);
    const textPx = Math.max(...lines.map((line) => textWidth(line, fontPx) * 1.08));
    const middle = ((from + to) / 2) * widthPx;
    const left = Math.min(Math.max(0, middle - textPx / 2), Math.max(0, widthPx - textPx));
    const isFree = (row: number) =>
      taken.every(
        (other) =>
          other.row < row ||
          other.row >= row + lines.length ||
          left > other.to + 8 ||
          left + textPx < other.from - 8,
      );
    let row = 0;
    while (!isFree(row)) row += 1;
    for (let index = 0; index < lines.length; index += 1) {
      taken.push({ row: row + index, from: left, to: left + textPx });
    }
    rows = Math.max(rows, row + lines.length);
    const [x, anchor] =
      left === 0
        ? ['0', 'start']
        : left >= widthPx - textPx
          ? ['100%', 'end']
          : [`${percent((from + to) / 2)}%`, 'middle'];
    markup += lines
      .map(
        (line, index) =>
          `<text class="v-span-text v-tone-${span.tone}" x="${x}" y="${(row + index) * linePx + 12}" text-anchor="${anchor}">${escapeText(line)}</text>`,
      )
      .join('');
  }
  return { markup: `<g class="at-${name}">${markup}</g>`, rows };
}
