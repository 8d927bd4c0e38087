/** Draws one lane: bars by the vocabulary, marks with their words, ticks of probes, requests, acts and numbers. */
import type { Act, Dot, Lane, Mark, Segment, Series, Tick, TimeWindow } from './lanes/lane.ts';
import { escapeText, percent } from './markup.ts';
import { narrowWidthPx, wideWidthPx } from './picture-widths.ts';
import { placeWords, textWidth } from './place-words.ts';
import { fillOf, requestStyles, states } from './vocabulary.ts';
import type { RequestStyleId, SignId, StateId } from './vocabulary.ts';

/** What all lanes of a picture share. `tops` are the lanes' upper edges in px. */
export interface Canvas {
  readonly window: TimeWindow;
  readonly prefix: string;
  readonly tops: readonly number[];
}

/** A lane as markup, its words apart so that nothing is drawn through them, and what its legend must explain. */
export interface PaintedLane {
  readonly markup: string;
  readonly words: string;
  readonly states: readonly StateId[];
  readonly requests: readonly RequestStyleId[];
  readonly signs: readonly SignId[];
}

const wordFontPx = 11;
/** Steps to which requests are rounded across the picture: about one a pixel. */
const dotSteps = 1000;

type Point = readonly [timeMs: number, value: number];

interface Bar {
  readonly top: number;
  readonly height: number;
}

/** The bar of a lane: lanes with room keep a line above it for words. */
function barOf({ heightPx, rows = 1 }: Lane, top: number): Bar {
  if (rows > 1) return { top: top + 4, height: rows * 6 };
  if (heightPx >= 30) return { top: top + 14, height: 12 };
  if (heightPx >= 24) return { top: top + 12, height: 10 };
  return { top: top + 4, height: heightPx >= 20 ? 12 : 9 };
}

/** Draws a lane at its place. */
export function paintLane(lane: Lane, index: number, canvas: Canvas): PaintedLane {
  const top = canvas.tops[index] ?? 0;
  const bar = barOf(lane, top);
  const segments = lane.segments.filter(({ fromMs, toMs }) => isSeen(fromMs, toMs, canvas.window));
  const marks = lane.marks.filter(({ timeMs }) => isSeen(timeMs, timeMs, canvas.window));
  const dots = lane.dots ?? [];
  const series = (lane.series ?? []).map((each) => paintSeries(each, lane, top, canvas));
  const body =
    segments.map((segment) => paintSegment(segment, bar, lane, canvas)).join('') +
    series.map(({ markup }) => markup).join('') +
    paintActs(lane.acts ?? [], index, canvas) +
    paintTicks(lane.ticks ?? [], bar, canvas) +
    paintDots(dots, top, canvas) +
    paintMarks(marks, lane, bar, canvas);
  const words =
    series.map((each) => each.words).join('') +
    markWords(marks, lane, bar, canvas) +
    barWords(segments, bar, lane, canvas);
  const markup = `<g class="lane lane-${lane.kind}" data-object="${escapeText(lane.object)}" data-top="${top}" data-height="${lane.heightPx}">${body}</g>`;
  return {
    markup,
    words,
    states: [...new Set(segments.map(({ state }) => state))],
    requests: [...new Set(dots.map(({ style }) => style))],
    signs: signsOf(lane, marks, canvas),
  };
}

/** The signs of a lane that its labels do not explain. */
function signsOf(lane: Lane, marks: readonly Mark[], { window }: Canvas): SignId[] {
  const found: SignId[] = [];
  if (lane.kind === 'component') {
    if (marks.some(({ tone }) => tone !== 'bad')) found.push('act');
    if (marks.some(({ tone }) => tone === 'bad')) found.push('act-bad');
    if ((lane.acts ?? []).some(({ causeLane }) => causeLane >= 0)) found.push('cause');
  }
  for (const { sign } of lane.series ?? []) if (sign !== undefined) found.push(sign);
  for (const { timeMs, isGood } of lane.ticks ?? []) {
    if (isSeen(timeMs, timeMs, window)) found.push(isGood ? 'probe' : 'probe-failed');
  }
  return [...new Set(found)];
}

function isSeen(fromMs: number, toMs: number, window: TimeWindow): boolean {
  return fromMs <= window.toMs && toMs >= window.fromMs;
}

function partOf(timeMs: number, { fromMs, toMs }: TimeWindow): number {
  return Math.min(1, Math.max(0, (timeMs - fromMs) / (toMs - fromMs)));
}

function paintSegment(segment: Segment, bar: Bar, lane: Lane, { window, prefix }: Canvas): string {
  const from = partOf(segment.fromMs, window);
  const width = partOf(segment.toMs, window) - from;
  const rows = lane.rows ?? 1;
  const y = bar.top + (rows > 1 ? (segment.row ?? 0) * 6 : 0);
  const height = rows > 1 ? 5 : bar.height;
  const radius = rows > 1 ? 2 : 3;
  const { shape } = states[segment.state];
  const inset = shape === 'dashed' || shape === 'outline' ? 0.5 : 0;
  const title = segment.title === undefined ? '' : `<title>${escapeText(segment.title)}</title>`;
  const rect = `<rect x="${percent(from)}%" y="${y + inset}" width="${percent(Math.max(width, 0.0015))}%" height="${height - 2 * inset}" rx="${radius}" ${fillOf(segment.state, prefix)}`;
  const notch =
    shape === 'notch'
      ? `<svg x="${percent(from)}%" y="${y}" width="10" height="${height}" overflow="visible"><path d="M2 0 5 5 8 0Z" class="v-notch"/></svg>`
      : '';
  return title === '' ? `${rect}/>${notch}` : `${rect}>${title}</rect>${notch}`;
}

/** Words within bars, where the bar is long enough. */
function barWords(segments: readonly Segment[], bar: Bar, lane: Lane, { window }: Canvas): string {
  if ((lane.rows ?? 1) > 1 || bar.height < 12) return '';
  const write = (name: string, widthPx: number) =>
    segments
      .filter(({ text }) => text !== undefined)
      .map(({ fromMs, toMs, text = '' }) => {
        const from = partOf(fromMs, window);
        const room = (partOf(toMs, window) - from) * widthPx;
        if (room < textWidth(text, wordFontPx) + 10) return '';
        return `<text class="v-in-bar at-${name}" x="${percent(from + 5 / widthPx)}%" y="${bar.top + 9.5}">${escapeText(text)}</text>`;
      })
      .join('');
  return write('wide', wideWidthPx) + write('narrow', narrowWidthPx);
}

function paintMarks(marks: readonly Mark[], lane: Lane, bar: Bar, { window }: Canvas): string {
  const isAct = lane.kind === 'component';
  return marks
    .map(({ timeMs, tone, entry }) => {
      const x = percent(partOf(timeMs, window));
      const shape = isAct
        ? `<circle cx="${x}%" cy="${bar.top + 6}" r="3.6" class="v-act v-tone-${tone}"/>`
        : `<line x1="${x}%" x2="${x}%" y1="${bar.top - 3}" y2="${bar.top + bar.height + 3}" class="v-mark v-tone-${tone}"/>`;
      return `<g class="mark" data-entry="${entry}">${shape}</g>`;
    })
    .join('');
}

function markWords(marks: readonly Mark[], lane: Lane, bar: Bar, { window }: Canvas): string {
  if (marks.length === 0 || lane.heightPx < 24) return '';
  const isAct = lane.kind === 'component';
  const write = (widthPx: number) => {
    const wanted = marks
      .filter(({ word }) => word !== '')
      .map((mark) => ({
        at: partOf(mark.timeMs, window) * widthPx,
        text: cut(mark.word, widthPx < 400 ? 16 : 34),
        weight: mark.weight,
        item: mark,
      }));
    const besidePx = isAct ? 5 : 0;
    return placeWords(wanted, widthPx, wordFontPx, besidePx)
      .map(({ item, text, anchor }) => {
        const x = percent(partOf(item.timeMs, window));
        const dx = besidePx === 0 ? '' : ` dx="${anchor === 'start' ? besidePx : -besidePx}"`;
        return `<text class="v-word v-tone-${item.tone}" data-entry="${item.entry}" x="${x}%"${dx} y="${bar.top - (isAct ? 3 : 5)}" text-anchor="${anchor}">${escapeText(text)}</text>`;
      })
      .join('');
  };
  return bothWidths(write);
}

/** Writes words for a page and for a phone; a style shows one of the two. */
function bothWidths(write: (widthPx: number) => string): string {
  return `<g class="at-wide">${write(wideWidthPx)}</g><g class="at-narrow">${write(narrowWidthPx)}</g>`;
}

function cut(text: string, lengthMax: number): string {
  return text.length <= lengthMax ? text : `${text.slice(0, lengthMax - 1)}…`;
}

/** Probes: small ticks under the bar; those that failed stand out. */
function paintTicks(ticks: readonly Tick[], bar: Bar, { window }: Canvas): string {
  const seen = ticks.filter(({ timeMs }) => isSeen(timeMs, timeMs, window));
  return seen
    .map(({ timeMs, isGood, entry }) => {
      const x = percent(partOf(timeMs, window));
      const y = bar.top + bar.height + 2;
      return `<line x1="${x}%" x2="${x}%" y1="${y}" y2="${y + (isGood ? 3 : 5)}" class="v-probe v-tone-${isGood ? 'good' : 'bad'}" data-entry="${entry}"/>`;
    })
    .join('');
}

/** Requests: answered ones are one path, every other one is a glyph that can be asked. */
function paintDots(dots: readonly Dot[], top: number, { window, prefix }: Canvas): string {
  if (dots.length === 0) return '';
  const good = new Set<number>();
  const seen = new Set<string>();
  let glyphs = '';
  for (const { timeMs, style, entry } of dots) {
    const step = Math.round(partOf(timeMs, window) * dotSteps);
    if (style === 'answered') {
      good.add(step);
      continue;
    }
    const id = `${style}/${step}`;
    if (seen.has(id)) continue;
    seen.add(id);
    const y = top + 11 + requestStyles[style].row * 12;
    const data = entry >= 0 ? ` data-entry="${entry}"` : '';
    glyphs += `<use href="#${escapeText(prefix)}-${requestStyles[style].glyph}" x="${percent(step / dotSteps)}%" y="${y}"${data}/>`;
  }
  const path = [...good].map((step) => `M${step} 5h0`).join('');
  const row =
    path === ''
      ? ''
      : `<svg y="${top + 30}" width="100%" height="10" viewBox="0 0 ${dotSteps} 10" preserveAspectRatio="none" overflow="visible"><path d="${path}" class="v-line v-s-answered" stroke-width="2.6" stroke-linecap="round" vector-effect="non-scaling-stroke"/></svg>`;
  return row + glyphs;
}

/** From the cause along its lane, then down or up to the act. */
function paintActs(acts: readonly Act[], lane: number, { window, tops }: Canvas): string {
  const yOf = (index: number) => (tops[index] ?? 0) + 20;
  return acts
    .filter(({ causeLane }) => causeLane >= 0)
    .map(({ timeMs, causeMs, causeLane, entry }) => {
      const [from, to] = [percent(partOf(causeMs, window)), percent(partOf(timeMs, window))];
      const [y1, y2] = [yOf(causeLane), yOf(lane)];
      const along = `<line x1="${from}%" x2="${to}%" y1="${y1}" y2="${y1}" class="v-cause"/>`;
      const down =
        y1 === y2 ? '' : `<line x1="${to}%" x2="${to}%" y1="${y1}" y2="${y2}" class="v-cause"/>`;
      return `<g class="cause" data-cause-of="${entry}">${along}${down}</g>`;
    })
    .join('');
}

/** A number over time: an area or a line, with its value written where it changes. */
function paintSeries(
  series: Series,
  lane: Lane,
  top: number,
  { window }: Canvas,
): { readonly markup: string; readonly words: string } {
  const { hue, isArea, isStepped } = series;
  const points = inWindow(series, window);
  const first = points[0];
  if (first === undefined) return { markup: '', words: '' };
  const values = (lane.series ?? []).flatMap((each) => each.points.map(([, value]) => value));
  const [least, most] = lane.scale ?? [0, Math.max(1, ...values)];
  const height = lane.heightPx - 16;
  const yOf = (value: number) =>
    Number((height - ((value - least) / Math.max(1e-9, most - least)) * (height - 3)).toFixed(2));
  const xOf = (timeMs: number) => Number((partOf(timeMs, window) * 1000).toFixed(2));
  let line = `M${xOf(first[0])} ${yOf(first[1])}`;
  for (const [timeMs, value] of points.slice(1)) {
    line += isStepped ? `H${xOf(timeMs)}V${yOf(value)}` : `L${xOf(timeMs)} ${yOf(value)}`;
  }
  if (isStepped) line += 'H1000';
  const area = isArea
    ? `<path d="${line}V${height}H${xOf(first[0])}Z" class="v-area v-${hue}"/>`
    : '';
  const stroke = `<path d="${line}" class="v-line v-s-${hue}" stroke-width="1.6"${isArea ? '' : ' stroke-dasharray="4 3"'} vector-effect="non-scaling-stroke"/>`;
  const markup = `<svg y="${top + 12}" width="100%" height="${height}" viewBox="0 0 1000 ${height}" preserveAspectRatio="none" overflow="visible">${area}${stroke}</svg>`;
  if (!isArea) return { markup, words: '' };
  const wanted = isStepped ? points : extremes(points);
  const heightAt = (timeMs: number) => top + 12 + yOf(valueAt(points, timeMs, isStepped));
  return { markup, words: valueWords(wanted, heightAt, window) };
}

/** The value of a line at a time: that of the last point, or between two of them. */
function valueAt(points: readonly Point[], timeMs: number, isStepped: boolean): number {
  const index = points.findLastIndex(([at]) => at <= timeMs);
  const [fromMs, from] = points[Math.max(0, index)] ?? [0, 0];
  const next = points[index + 1];
  if (isStepped || index < 0 || next === undefined) return from;
  return from + ((next[1] - from) * (timeMs - fromMs)) / Math.max(1, next[0] - fromMs);
}

/** The points that matter in a window, beginning with the value at its start. */
function inWindow(series: Series, window: TimeWindow): Point[] {
  const before = series.points.findLast(([timeMs]) => timeMs <= window.fromMs);
  const within = series.points.filter(
    ([timeMs]) => timeMs > window.fromMs && timeMs <= window.toMs,
  );
  const points = before === undefined ? within : [[window.fromMs, before[1]] as const, ...within];
  // A line is level until the value changes: its last moment is kept as well as its first.
  return points.filter(
    ([, value], index) =>
      index === 0 ||
      value !== points[index - 1]?.[1] ||
      (!series.isStepped && value !== points[index + 1]?.[1]),
  );
}

/** Of a line that moves all the time only the first, the last, the least and the largest value are written. */
function extremes(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a[1] - b[1]);
  const chosen = [points[0], sorted[0], sorted.at(-1), points.at(-1)];
  return points.filter((point) => chosen.includes(point));
}

/** Writes values above the line, so high that it runs through none of their digits. */
function valueWords(
  points: readonly Point[],
  heightAt: (timeMs: number) => number,
  window: TimeWindow,
): string {
  return bothWidths((widthPx) => {
    const timeOf = (px: number) => window.fromMs + (px / widthPx) * (window.toMs - window.fromMs);
    const wanted = points.map(([timeMs, value], index) => {
      const text = String(Number(value.toFixed(1)));
      const lastPx = widthPx - textWidth(text, wordFontPx) / 2;
      const at = Math.min(partOf(timeMs, window) * widthPx + 8, lastPx);
      return { at, text, weight: index, item: timeMs };
    });
    return placeWords(wanted, widthPx, wordFontPx)
      .map(({ text, from }) => {
        const width = textWidth(text, wordFontPx);
        const line = [0, 0.25, 0.5, 0.75, 1].map((part) => heightAt(timeOf(from + part * width)));
        const x = percent(from / widthPx);
        return `<text class="v-value" x="${x}%" y="${Math.min(...line) - 4}">${text}</text>`;
      })
      .join('');
  });
}
