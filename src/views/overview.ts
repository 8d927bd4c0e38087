/** The whole run as one strip, painted with what went wrong and what was done, so that one sees where to look. */
import type { EntryDetail } from '#sim/engine/trace.ts';
import type { History } from '#sim/lab/history.ts';
import { hasGoneWrong } from './gone-wrong.ts';
import { durationText, escapeText, percent } from './markup.ts';
import { requestStyleOf } from './vocabulary.ts';
import type { SignId } from './vocabulary.ts';
import { wordsOf } from './words/words.ts';

const steps = 500;

type StripTone = 'bad' | 'act' | 'no-answer';

/** What an entry is painted as; most are not painted. */
function toneOf(verb: string, detail: EntryDetail | undefined): StripTone | undefined {
  if (verb === 'command' || verb === 'fault') return 'act';
  if (verb === 'probe' || !hasGoneWrong({ verb, detail })) return undefined;
  const outcome = verb === 'request-failed' ? String(detail?.['outcome'] ?? '') : '';
  return outcome !== '' && requestStyleOf(outcome) === 'no-answer' ? 'no-answer' : 'bad';
}

/** A strip, and what its legend must explain. */
export interface OverviewStrip {
  readonly markup: string;
  readonly signs: readonly SignId[];
}

/** Draws the strip. The shown window is laid over it by whoever can move it. */
export function overviewOf(history: History, locale: string): OverviewStrip {
  const words = wordsOf(locale);
  const lengthMs = Math.max(1, history.endMs);
  const seen = new Set<string>();
  const signs = new Set<SignId>();
  let ticks = '';
  const { trace } = history;
  for (let id = trace.countUntil(-1); id < trace.length; id += 1) {
    const tone = toneOf(trace.verb(id), trace.detail(id));
    if (tone === undefined) continue;
    const step = Math.round((trace.timeMs(id) / lengthMs) * steps);
    const key = `${tone}/${step}`;
    if (seen.has(key)) continue;
    seen.add(key);
    if (tone !== 'no-answer') signs.add(`strip-${tone}`);
    const x = percent(Math.min(0.998, step / steps));
    ticks += `<rect x="${x}%" y="1" width="2" height="10" class="v-strip-${tone}"/>`;
  }
  const label = words.wholeRun(durationText(lengthMs));
  const markup =
    `<div class="overview"><span class="overview-label">${escapeText(label)}</span>` +
    `<svg class="overview-strip" width="100%" height="12" aria-hidden="true"><rect width="100%" height="12" rx="6" class="v-strip"/>${ticks}</svg></div>`;
  return { markup, signs: [...signs] };
}
