/**
 * The one visual vocabulary: what each state looks like, everywhere. A state has a hue and, beside it, a shape of its own,
 * so that nothing is told by colour alone: ready is solid, starting is dotted, terminating is striped, gone is an outline.
 *
 * Hues are the custom properties of the site's tokens (`--ready`, `--failed`, …); pictures use them through classes.
 */
import { escapeText } from './markup.ts';
import type { Words } from './words/en.ts';

/** How a stretch of time is filled. */
export type Shape = 'solid' | 'dots' | 'stripes' | 'dashed' | 'notch' | 'outline' | 'hatch';

/** One state of a thing over a stretch of time. */
export interface StateStyle {
  /** The token of its colour. */
  readonly hue: string;
  readonly shape: Shape;
  /** The word in the legend. */
  readonly word: (words: Words) => string;
}

/** Every state that a bar can show. */
export const states = {
  ready: { hue: 'ready', shape: 'solid', word: (w) => w.ready },
  running: { hue: 'running', shape: 'solid', word: (w) => w.running },
  starting: { hue: 'starting', shape: 'dots', word: (w) => w.starting },
  waiting: { hue: 'gone', shape: 'dots', word: (w) => w.waiting },
  terminating: { hue: 'terminating', shape: 'stripes', word: (w) => w.terminating },
  gone: { hue: 'gone', shape: 'dashed', word: (w) => w.gone },
  failed: { hue: 'failed', shape: 'notch', word: (w) => w.failed },
  backoff: { hue: 'failed', shape: 'hatch', word: (w) => w.backoff },
  succeeded: { hue: 'ready', shape: 'outline', word: (w) => w.succeeded },
  listed: { hue: 'accent-bar-strong', shape: 'solid', word: (w) => w.listed },
  'listed-not-ready': { hue: 'accent-bar-strong', shape: 'outline', word: (w) => w.listedNotReady },
  'listed-terminating': { hue: 'terminating', shape: 'stripes', word: (w) => w.listedTerminating },
  'in-rules': { hue: 'accent-bar', shape: 'solid', word: (w) => w.inRules },
  'node-ready': { hue: 'ready', shape: 'solid', word: (w) => w.nodeReady },
  'node-unknown': { hue: 'failed', shape: 'hatch', word: (w) => w.nodeUnknown },
  stopped: { hue: 'gone', shape: 'dashed', word: (w) => w.stopped },
  'claim-pending': { hue: 'gone', shape: 'dots', word: (w) => w.claimPending },
  'claim-unused': { hue: 'accent-bar-strong', shape: 'outline', word: (w) => w.claimUnused },
  'claim-used': { hue: 'accent-bar', shape: 'solid', word: (w) => w.claimUsed },
  'condition-true': { hue: 'ready', shape: 'solid', word: (w) => w.conditionTrue },
  'condition-false': { hue: 'failed', shape: 'outline', word: (w) => w.conditionFalse },
  'condition-unknown': { hue: 'failed', shape: 'hatch', word: (w) => w.conditionUnknown },
} as const satisfies Readonly<Record<string, StateStyle>>;

export type StateId = keyof typeof states;

/** How a request's end is drawn. */
export interface RequestStyle {
  readonly hue: string;
  readonly glyph: string;
  readonly word: (words: Words) => string;
  /** Rows of the lane from top to bottom: what went wrong stands above what went well. */
  readonly row: number;
}

/** Every way in which a request can end. */
export const requestStyles = {
  refused: { hue: 'failed', glyph: 'cross', word: (w) => w.refused, row: 0 },
  reset: { hue: 'failed', glyph: 'zigzag', word: (w) => w.reset, row: 0 },
  'server-error': { hue: 'failed', glyph: 'bang', word: (w) => w.serverError, row: 0 },
  'no-answer': { hue: 'no-answer', glyph: 'diamond', word: (w) => w.noAnswer, row: 1 },
  'not-sent': { hue: 'gone', glyph: 'dash', word: (w) => w.notSent, row: 1 },
  pending: { hue: 'gone', glyph: 'ring', word: (w) => w.pending, row: 1 },
  answered: { hue: 'answered', glyph: 'dot', word: (w) => w.answered, row: 2 },
} as const satisfies Readonly<Record<string, RequestStyle>>;

export type RequestStyleId = keyof typeof requestStyles;

/** Returns how an outcome is drawn. */
export function requestStyleOf(outcome: string): RequestStyleId {
  switch (outcome) {
    case 'pending':
    case 'refused':
    case 'reset':
    case 'not-sent':
      return outcome;
    case 'eof':
      return 'reset';
    case 'timeout':
    case 'connect-timeout':
    case 'no-route':
      return 'no-answer';
    default:
      return outcome.startsWith('5') ? 'server-error' : 'answered';
  }
}

/** How a sign is drawn in a legend, in a box of 16 by 10. */
interface Sign {
  readonly drawing: string;
  readonly word: (words: Words) => string;
}

/** Signs of pictures that are neither states nor requests. */
export const signs = {
  act: { drawing: `<circle cx="8" cy="5" r="3.6" class="v-act"/>`, word: (w) => w.act },
  'act-bad': {
    drawing: `<circle cx="8" cy="5" r="3.6" class="v-act v-tone-bad"/>`,
    word: (w) => w.actBad,
  },
  cause: { drawing: `<path d="M1 2H10V9" class="v-line v-cause"/>`, word: (w) => w.cause },
  'count-ready': { drawing: areaSign('ready'), word: (w) => w.countReady },
  'count-wanted': { drawing: lineSign('ink'), word: (w) => w.countWanted },
  'rollout-old': { drawing: areaSign('running'), word: (w) => w.rolloutOld },
  'rollout-new': { drawing: areaSign('ready'), word: (w) => w.rolloutNew },
  'rollout-most': { drawing: lineSign('ink'), word: (w) => w.rolloutMost },
  'rollout-least': { drawing: lineSign('failed'), word: (w) => w.rolloutLeast },
  probe: { drawing: `<path d="M8 3v4" class="v-probe"/>`, word: (w) => w.probe },
  'probe-failed': {
    drawing: `<path d="M8 2v6" class="v-probe v-tone-bad"/>`,
    word: (w) => w.probeBad,
  },
  'strip-act': {
    drawing: `<rect x="7" width="2" height="10" class="v-strip-act"/>`,
    word: (w) => w.stripAct,
  },
  'strip-bad': {
    drawing: `<rect x="7" width="2" height="10" class="v-strip-bad"/>`,
    word: (w) => w.stripBad,
  },
} as const satisfies Readonly<Record<string, Sign>>;

export type SignId = keyof typeof signs;

function areaSign(hue: string): string {
  return `<rect y="2" width="16" height="8" class="v-area v-${hue}"/><path d="M0 2H16" class="v-line v-s-${hue}" stroke-width="1.6"/>`;
}

function lineSign(hue: string): string {
  return `<path d="M0 5H16" class="v-line v-s-${hue}" stroke-width="1.6" stroke-dasharray="4 3"/>`;
}

/** The shapes as patterns and symbols of one SVG; their ids begin with `prefix`, so that a page can hold many. */
export function definitions(prefix: string): string {
  const p = escapeText(prefix);
  return (
    `<defs>` +
    `<pattern id="${p}-stripes" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)"><rect width="7" height="7" class="v-gap"/><rect width="7" height="3.5" class="v-terminating"/></pattern>` +
    `<pattern id="${p}-dots" width="5" height="6" patternUnits="userSpaceOnUse"><circle cx="2.5" cy="3" r="1.15" class="v-starting"/></pattern>` +
    `<pattern id="${p}-dots-faint" width="5" height="6" patternUnits="userSpaceOnUse"><circle cx="2.5" cy="3" r="1" class="v-gone"/></pattern>` +
    `<pattern id="${p}-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" class="v-failed-tint"/><rect width="2" height="6" class="v-failed"/></pattern>` +
    glyph(
      p,
      'cross',
      `<path d="M-3-3 3 3M3-3-3 3" class="v-line v-s-failed" stroke-width="1.8"/>`,
    ) +
    glyph(
      p,
      'zigzag',
      `<path d="M-1.5-4.5 2-.5-2 .5 1.5 4.5" class="v-line v-s-failed" stroke-width="1.6"/>`,
    ) +
    glyph(p, 'bang', `<path d="M0-4.5V1M0 3.4v1" class="v-line v-s-failed" stroke-width="2"/>`) +
    glyph(
      p,
      'diamond',
      `<path d="M0-4 4 0 0 4-4 0Z" class="v-line v-s-no-answer" stroke-width="1.4"/>`,
    ) +
    glyph(p, 'dash', `<path d="M-3 0h6" class="v-line v-s-gone" stroke-width="1.6"/>`) +
    glyph(p, 'ring', `<circle r="2.4" class="v-line v-s-gone" stroke-width="1.2"/>`) +
    glyph(p, 'dot', `<circle r="1.6" class="v-answered"/>`) +
    `</defs>`
  );
}

function glyph(prefix: string, name: string, body: string): string {
  return `<symbol id="${prefix}-${name}" overflow="visible">${body}</symbol>`;
}

/** The attributes that fill a bar of a state. */
export function fillOf(state: StateId, prefix: string): string {
  const { hue, shape } = states[state];
  const p = escapeText(prefix);
  switch (shape) {
    case 'stripes':
      return `fill="url(#${p}-stripes)"`;
    case 'dots':
      return `fill="url(#${p}-dots${hue === 'gone' ? '-faint' : ''})"`;
    case 'hatch':
      return `fill="url(#${p}-hatch)"`;
    case 'dashed':
      return `class="v-dashed"`;
    case 'outline':
      return `class="v-outline v-s-${hue}"`;
    default:
      return `class="v-${hue}"`;
  }
}
