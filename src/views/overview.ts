/** The whole run as one strip, painted with what went wrong and what was done, so that one sees where to look. */
import type { History } from '#sim/lab/history.ts';
import { durationText, escapeText, percent } from './markup.ts';
import { requestStyleOf } from './vocabulary.ts';
import { wordsOf } from './words/words.ts';

const steps = 500;

/** What an entry is painted as in the strip, by verb; the others are not painted. */
const toneOf: Readonly<Record<string, 'bad' | 'act' | 'no-answer'>> = {
  command: 'act',
  fault: 'act',
  'request-failed': 'bad',
  'oom-killed': 'bad',
  sigkill: 'bad',
  backoff: 'bad',
  unschedulable: 'bad',
  'pull-failed': 'bad',
  'poststart-failed': 'bad',
  'progress-deadline-exceeded': 'bad',
  'node-unknown': 'bad',
  rejected: 'bad',
};

/** Draws the strip. The shown window is laid over it by whoever can move it. */
export function overviewMarkup(history: History, locale: string): string {
  const words = wordsOf(locale);
  const lengthMs = Math.max(1, history.endMs);
  const seen = new Set<string>();
  let ticks = '';
  const { trace } = history;
  for (let id = trace.countUntil(-1); id < trace.length; id += 1) {
    const verb = trace.verb(id);
    let tone = toneOf[verb];
    if (verb === 'probe-threshold' && trace.detail(id)?.['result'] === 'failure') tone = 'bad';
    if (tone === undefined) continue;
    if (verb === 'request-failed') {
      const style = requestStyleOf(String(trace.detail(id)?.['outcome'] ?? ''));
      if (style === 'no-answer') tone = 'no-answer';
    }
    const step = Math.round((trace.timeMs(id) / lengthMs) * steps);
    const key = `${tone}/${step}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const x = percent(Math.min(0.998, step / steps));
    ticks += `<rect x="${x}%" y="1" width="2" height="10" class="v-strip-${tone}"/>`;
  }
  const label = words.wholeRun(durationText(lengthMs));
  return (
    `<div class="overview"><span class="overview-label">${escapeText(label)}</span>` +
    `<svg class="overview-strip" width="100%" height="12" aria-hidden="true"><rect width="100%" height="12" rx="6" class="v-strip"/>${ticks}</svg></div>`
  );
}
