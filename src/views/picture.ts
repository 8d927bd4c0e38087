/**
 * The picture of a run: its lanes on a time axis, as markup that needs no width. Horizontal places are per cent, so that the
 * same picture fits a page and a phone; only words and ticks come twice, for wide and for narrow, and a style shows one.
 *
 * Everything that can be asked about carries `data-entry` (an entry of the trace); lanes carry their object.
 */
import type { History } from '#sim/lab/history.ts';
import { inLocale, parseDuration } from '#sim/lab/lab-format.ts';
import type { Lab } from '#sim/lab/lab-format.ts';
import type { Lane, TimeWindow } from './lanes/lane.ts';
import { evaluate } from './evaluate.ts';
import { fillIn } from './fill-in.ts';
import { lanesOf } from './lanes.ts';
import { durationText, escapeText, percent } from './markup.ts';
import { paintLane } from './paint-lane.ts';
import type { Canvas } from './paint-lane.ts';
import { paintSpans } from './paint-spans.ts';
import type { Span } from './paint-spans.ts';
import { narrowWidthPx, wideWidthPx } from './picture-widths.ts';
import { axisTicks, axisUnit, isUnderFlag } from './time-axis.ts';
import type { AxisTick } from './time-axis.ts';
import { definitions } from './vocabulary.ts';
import type { RequestStyleId, SignId, StateId } from './vocabulary.ts';
import { wordsOf } from './words/words.ts';

const axisHeightPx = 26;
const ticksWide = 12;
const ticksNarrow = 5;

/** What a picture is asked with. `prefix` begins the ids in it; one per lab on a page. */
export interface PictureOptions {
  readonly window: TimeWindow;
  readonly locale: string;
  readonly prefix: string;
  /** Where the cursor stands first: its flag takes the place of what the axis says there. */
  readonly nowMs?: number | undefined;
}

/** A picture, and what its legend must explain. */
export interface Picture {
  readonly markup: string;
  readonly states: readonly StateId[];
  readonly requests: readonly RequestStyleId[];
  readonly signs: readonly SignId[];
  readonly heightPx: number;
}

/** Returns the part of a run that a lab shows first; never before 0, never empty. */
export function windowOf(history: History, lab: Lab): TimeWindow {
  const shown = lab.show.window;
  if (shown === undefined) return { fromMs: 0, toMs: Math.max(1, history.endMs) };
  const fromMs = parseDuration(shown[0]);
  const toMs = Math.min(parseDuration(shown[1]), Math.max(history.endMs, fromMs + 1));
  return { fromMs, toMs: Math.max(fromMs + 1, toMs) };
}

/** Evaluates the texts that a lab puts on its picture. A mark whose time is not there is left out. */
export function spansOf(history: History, lab: Lab, locale: string): Span[] {
  return (lab.show.marks ?? []).flatMap(({ from, to, text, tone = 'neutral' }) => {
    const fromMs = Number(evaluate(history, from));
    const toMs = to === undefined ? undefined : Number(evaluate(history, to));
    if (!(fromMs >= 0) || (toMs !== undefined && !(toMs >= fromMs))) return [];
    const length = toMs === undefined ? '' : durationText(toMs - fromMs);
    const words = fillIn(inLocale(text, locale), history, lab)
      .replaceAll('{ms}', length)
      .replaceAll('{duration}', length);
    return [{ fromMs, toMs, text: words, tone }];
  });
}

/** Draws a part of a run. */
export function pictureOf(history: History, lab: Lab, options: PictureOptions): Picture {
  const { window, locale, prefix, nowMs } = options;
  const words = wordsOf(locale);
  const { lanes, left } = lanesOf(history, lab, window, locale);
  const spans = paintSpans(spansOf(history, lab, locale), window, {
    wide: wideWidthPx,
    narrow: narrowWidthPx,
  });
  const canvas: Canvas = { window, prefix, tops: topsOf(lanes, spans.headerPx) };
  const bodyPx = (canvas.tops.at(-1) ?? spans.headerPx) + (lanes.at(-1)?.heightPx ?? 0) + 4;
  const heightPx = bodyPx + axisHeightPx;
  const painted = lanes.map((lane, index) => paintLane(lane, index, canvas));
  const labels = lanes.map((lane, index) => labelOf(lane, canvas.tops[index] ?? 0)).join('');
  const summary = escapeText(words.picture);
  const axis = axisOf(window, bodyPx, nowMs);
  const unit = `<div class="axis-unit" style="top:${bodyPx + 5}px">${escapeText(words.axisUnit(axisUnit(window)))}</div>`;
  const note =
    left > 0
      ? `<p class="picture-note">${escapeText(words.moreLanes(left))}</p>`
      : lanes.length === 0
        ? `<p class="picture-note">${escapeText(words.nothingToDraw)}</p>`
        : '';
  const markup =
    `<div class="picture" data-from="${window.fromMs}" data-to="${window.toMs}">` +
    `<div class="picture-labels" aria-hidden="true">${labels}${unit}</div>` +
    `<svg class="picture-plot" width="100%" height="${heightPx}" role="img" aria-label="${summary}">` +
    definitions(prefix) +
    axis.lines +
    spans.under(bodyPx) +
    painted.map(({ markup: lane }) => lane).join('') +
    `</svg><svg class="picture-words" width="100%" height="${heightPx}" aria-hidden="true">` +
    axis.words +
    painted.map(({ words: own }) => own).join('') +
    spans.over +
    `</svg></div>${note}`;
  return {
    markup,
    heightPx,
    states: [...new Set(painted.flatMap(({ states }) => states))],
    requests: [...new Set(painted.flatMap(({ requests }) => requests))],
    signs: [...new Set(painted.flatMap(({ signs }) => signs))],
  };
}

function topsOf(lanes: readonly Lane[], headerPx: number): number[] {
  const tops: number[] = [];
  let top = headerPx;
  for (const [index, lane] of lanes.entries()) {
    if (index > 0 && lanes[index - 1]?.kind !== lane.kind) top += 10;
    tops.push(top);
    top += lane.heightPx;
  }
  return tops;
}

/** The label of a lane, as HTML so that it can be cut with an ellipsis. */
function labelOf(lane: Lane, top: number): string {
  const detail =
    lane.detail === '' || lane.heightPx < 30 ? '' : `<span>${escapeText(lane.detail)}</span>`;
  const shift = lane.heightPx >= 30 ? 12 : lane.heightPx >= 24 ? 8 : 1;
  const size = lane.heightPx < 22 ? ' data-small' : lane.kind === 'series' ? ' data-words' : '';
  return `<div class="lane-label" style="top:${top + shift}px" title="${escapeText(lane.title)}"${size}><b>${escapeText(lane.label)}</b>${detail}</div>`;
}

interface Axis {
  readonly lines: string;
  readonly words: string;
}

function axisOf(window: TimeWindow, bodyPx: number, nowMs: number | undefined): Axis {
  const lengthMs = window.toMs - window.fromMs;
  const partOf = (timeMs: number) => (timeMs - window.fromMs) / lengthMs;
  const group = (name: string, draw: (tick: AxisTick) => string) => {
    const count = name === 'wide' ? ticksWide : ticksNarrow;
    return `<g class="at-${name}">${axisTicks(window, count).map(draw).join('')}</g>`;
  };
  const line = ({ timeMs }: AxisTick) => {
    const x = percent(partOf(timeMs));
    return `<line class="v-grid" x1="${x}%" x2="${x}%" y1="14" y2="${bodyPx}"/>`;
  };
  const word = (widthPx: number) => (tick: AxisTick) => {
    const part = partOf(tick.timeMs);
    const anchor = part > 0.985 ? 'end' : part < 0.01 ? 'start' : 'middle';
    const apart = nowMs === undefined ? Infinity : Math.abs(part - partOf(nowMs)) * widthPx;
    const hidden = isUnderFlag(apart, tick.text) ? ' under-flag' : '';
    return `<text class="v-axis${hidden}" x="${percent(part)}%" y="${bodyPx + 17}" text-anchor="${anchor}">${tick.text}</text>`;
  };
  return {
    lines: `<g class="axis">${group('wide', line)}${group('narrow', line)}</g>`,
    words: `<g class="axis">${group('wide', word(wideWidthPx))}${group('narrow', word(narrowWidthPx))}</g>`,
  };
}
