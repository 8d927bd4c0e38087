/** Why something happened: its chain of causes as sentences with times, from the effect back to the act that began it. */
import type { EntryId, TraceEntry } from '#sim/engine/trace.ts';
import type { History } from '#sim/lab/history.ts';
import { sentenceOf } from '#sim/lab/story.ts';
import { storyLocaleOf } from './account.ts';
import { clockText, escapeText, sentenceMarkup } from './markup.ts';
import { isNoise } from './noise.ts';
import { wordsOf } from './words/words.ts';

/** Steps shown of a chain; of a longer one the middle is left out. */
const stepsMax = 12;

/** Returns the steps of a chain that mean something: the effect itself always, then its causes. */
export function whyOf(history: History, entry: EntryId): TraceEntry[] {
  const chain = history.why(entry);
  return chain.filter((step, index) => index === 0 || !isNoise(step, history));
}

/** The chain as a list. Every step carries its entry and time. */
export function whyMarkup(history: History, entry: EntryId, locale: string): string {
  const words = wordsOf(locale);
  if (entry < 0 || entry >= history.trace.length) {
    return `<p class="lab-empty">${escapeText(words.whyNothing)}</p>`;
  }
  const chain = whyOf(history, entry);
  const isLong = chain.length > stepsMax;
  const head = isLong ? chain.slice(0, stepsMax - 4) : chain;
  const tail = isLong ? chain.slice(-3) : [];
  const items = [
    ...head.map((step, index) => item(step, history, locale, index === 0)),
    ...(isLong ? [`<li class="why-gap">… ${chain.length - head.length - tail.length} …</li>`] : []),
    ...tail.map((step) => item(step, history, locale, false)),
  ];
  const root = chain.at(-1);
  const note = root === undefined ? '' : rootNote(root, words.whyActor, words.whyStart);
  return `<p class="why-title">${escapeText(words.whyOf)}</p><ol class="why">${items.join('')}</ol>${note}`;
}

function item(step: TraceEntry, history: History, locale: string, isEffect: boolean): string {
  const who =
    step.verb === 'command' || step.verb === 'fault' ? '' : `<b>${escapeText(step.component)}</b> `;
  const time = step.timeMs < 0 ? '&lt; 0' : clockText(step.timeMs);
  const mark = isEffect ? ' data-effect' : '';
  return `<li data-entry="${step.id}" data-time="${step.timeMs}"${mark}><span class="why-time">${time}</span><span>${who}${sentenceMarkup(sentenceOf(step, history, storyLocaleOf(locale)))}</span></li>`;
}

function rootNote(root: TraceEntry, actor: string, start: string): string {
  if (root.verb === 'command' || root.verb === 'fault') {
    return `<p class="why-root">${escapeText(actor)}</p>`;
  }
  return root.timeMs < 0 ? `<p class="why-root">${escapeText(start)}</p>` : '';
}

const failures = new Set(['request-failed', 'sigkill', 'oom-killed', 'backoff', 'unschedulable']);

/** Chooses what a lab asks "why?" of before the reader does: what went wrong first, else what was done last. */
export function tellingEntry(history: History, fromMs: number, toMs: number): EntryId {
  const { trace } = history;
  let last = -1;
  for (let id = trace.countUntil(fromMs - 1); id < trace.length; id += 1) {
    if (trace.timeMs(id) > toMs) break;
    const entry = trace.entry(id);
    if (failures.has(entry.verb)) return id;
    if (entry.object.startsWith('Pod/') && !isNoise(entry, history)) last = id;
    else if (last < 0 && !isNoise(entry, history)) last = id;
  }
  return last;
}
