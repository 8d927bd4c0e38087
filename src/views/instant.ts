/** What is the case at an instant, in one sentence: for the live region, and under the picture. */
import { NO_ENTRY } from '#sim/engine/trace.ts';
import type { EntryId } from '#sim/engine/trace.ts';
import type { Pod } from '#sim/api/types.gen.ts';
import type { History } from '#sim/lab/history.ts';
import { sentenceOf } from '#sim/lab/story.ts';
import { storyLocaleOf } from './account.ts';
import { escapeText, sentenceMarkup, timeText } from './markup.ts';
import { isNoise } from './noise.ts';
import { podStateOf } from './pod-state.ts';
import { states } from './vocabulary.ts';
import type { StateId } from './vocabulary.ts';
import { wordsOf } from './words/words.ts';

/**
 * Says what happened last at or before a time, and in which states the pods are. Of several things at one time the chosen
 * entry is told.
 */
export function instantOf(
  history: History,
  timeMs: number,
  locale: string,
  chosen: EntryId = NO_ENTRY,
): string {
  const words = wordsOf(locale);
  const { trace } = history;
  let last = '';
  const isThere = chosen >= 0 && chosen < trace.length && trace.timeMs(chosen) === timeMs;
  const newest = isThere ? chosen : trace.countUntil(timeMs) - 1;
  for (let id = newest; id >= 0 && trace.timeMs(id) >= 0; id -= 1) {
    const entry = trace.entry(id);
    if (id !== chosen && isNoise(entry, history)) continue;
    const who =
      entry.verb === 'command' || entry.verb === 'fault' ? '' : `${escapeText(entry.component)} `;
    last = `${who}${sentenceMarkup(sentenceOf(entry, history, storyLocaleOf(locale)))}`;
    break;
  }
  const counts = new Map<StateId, number>();
  for (const pod of history.objects('Pod', timeMs)) {
    if (pod.metadata.namespace === 'kube-system') continue;
    const state = podStateOf(pod as Pod);
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  const pods = [...counts].map(([state, count]) => `${count} ${states[state].word(words)}`);
  const tail = pods.length === 0 ? '' : ` <span>(${escapeText(pods.join(', '))})</span>`;
  return `<b>${timeText(timeMs)}</b> ${last === '' ? escapeText(words.noEvents) : last}${tail}`;
}
