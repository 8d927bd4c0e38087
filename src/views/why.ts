/**
 * Why something happened: its chain of causes as sentences with times, from the effect back to the act that began it.
 *
 * Where a component that was started acts on what it finds, the start alone explains nothing: the chain goes on with the write
 * that left what was found there. So it leads across any number of components that were away, back to the first wish.
 */
import { deepEqual } from '#sim/api/deep-equal.ts';
import { objectKey } from '#sim/api/object-key.ts';
import type { EntryId, TraceEntry } from '#sim/engine/trace.ts';
import type { History } from '#sim/lab/history.ts';
import { sentenceOf } from '#sim/lab/story.ts';
import { storyLocaleOf } from './account.ts';
import { clockText, escapeText, sentenceMarkup } from './markup.ts';
import { hasGoneWrong } from './gone-wrong.ts';
import { isNoise } from './noise.ts';
import { wordsOf } from './words/words.ts';

/** Steps shown of a chain; of a longer one the middle is left out. */
const stepsMax = 24;

/** Returns the steps of a chain that mean something: the effect itself always, then its causes. */
export function whyOf(history: History, entry: EntryId): TraceEntry[] {
  const steps: TraceEntry[] = [];
  let from: EntryId | undefined = entry;
  while (from !== undefined) {
    const chain = history.why(from);
    steps.push(
      ...chain.filter(
        (step) => (step.id === entry && steps.length === 0) || !isNoise(step, history),
      ),
    );
    from = foundBy(chain, history);
  }
  return steps;
}

/** The write that left what a started component then worked on; it is older than the start. */
function foundBy(chain: readonly TraceEntry[], history: History): EntryId | undefined {
  const start = chain.at(-1);
  if (start?.verb !== 'fault' || start.detail?.['fault'] !== 'start') return undefined;
  const first = chain.findLast((step) => step !== start && !isNoise(step, history));
  if (first === undefined) return undefined;
  return (
    wishBefore(history, first.object, start.timeMs) ??
    wishBefore(history, ownerOf(history, first.object), start.timeMs)
  );
}

/** The last write before a time that changed what is wanted of an object, not merely what is reported of it. */
function wishBefore(history: History, key: string, timeMs: number): EntryId | undefined {
  const versions = history.versions(key).filter((version) => version.timeMs < timeMs);
  const found = versions.findLast(({ object }, index) => {
    const before = versions[index - 1]?.object;
    return object !== undefined && !deepEqual(specOf(object), specOf(before));
  });
  return found === undefined || found.entry < 0 ? undefined : found.entry;
}

function specOf(object: unknown): unknown {
  return (object as { readonly spec?: unknown } | undefined)?.spec;
}

function ownerOf(history: History, key: string): string {
  const metadata = history.versions(key)[0]?.object?.metadata;
  const owner = metadata?.ownerReferences?.[0];
  if (owner === undefined) return '';
  return objectKey(owner.kind, metadata?.namespace ?? '', owner.name);
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
    ...head.map((step, index) => item(step, head[index - 1], history, locale)),
    ...(isLong ? [`<li class="why-gap">… ${chain.length - head.length - tail.length} …</li>`] : []),
    ...tail.map((step, index) => item(step, chain[chain.length - 4 + index], history, locale)),
  ];
  const root = chain.at(-1);
  const note = root === undefined ? '' : rootNote(root, words.whyActor, words.whyStart);
  return `<p class="why-title">${escapeText(words.whyOf)}</p><ol class="why">${items.join('')}</ol>${note}`;
}

/** One step below the one that it led to; without one it is the effect itself. */
function item(
  step: TraceEntry,
  effect: TraceEntry | undefined,
  history: History,
  locale: string,
): string {
  const who =
    step.verb === 'command' || step.verb === 'fault' ? '' : `<b>${escapeText(step.component)}</b> `;
  const time = step.timeMs < 0 ? '&lt; 0' : clockText(step.timeMs);
  const tone = hasGoneWrong(step) ? 'bad' : 'plain';
  const mark = effect === undefined ? ` data-effect="${tone}"` : '';
  const found =
    effect?.verb === 'fault'
      ? `<li class="why-found">${escapeText(wordsOf(locale).whyFound)}</li>`
      : '';
  return `${found}<li data-entry="${step.id}" data-time="${step.timeMs}"${mark}><span class="why-time">${time}</span><span>${who}${sentenceMarkup(sentenceOf(step, history, storyLocaleOf(locale)))}</span></li>`;
}

function rootNote(root: TraceEntry, actor: string, start: string): string {
  if (root.verb === 'command' || root.verb === 'fault') {
    return `<p class="why-root">${escapeText(actor)}</p>`;
  }
  return root.timeMs < 0 ? `<p class="why-root">${escapeText(start)}</p>` : '';
}

/** Failures that a whole run may be about. */
const telling = new Set(['request-failed', 'sigkill', 'oom-killed', 'backoff', 'unschedulable']);

/** Chooses what a lab asks "why?" of before the reader does: what went wrong first, else what was done last. */
export function tellingEntry(history: History, fromMs: number, toMs: number): EntryId {
  const { trace } = history;
  let last = -1;
  for (let id = trace.countUntil(fromMs - 1); id < trace.length; id += 1) {
    if (trace.timeMs(id) > toMs) break;
    const entry = trace.entry(id);
    if (telling.has(entry.verb)) return id;
    if (entry.object.startsWith('Pod/') && !isNoise(entry, history)) last = id;
    else if (last < 0 && !isNoise(entry, history)) last = id;
  }
  return last;
}
