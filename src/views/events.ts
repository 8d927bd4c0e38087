/** The Events of a lab as they stood at a time, as `kubectl get events` lists them. */
import type { Event } from '#sim/api/types.gen.ts';
import type { History } from '#sim/lab/history.ts';
import { clockText, escapeText } from './markup.ts';
import { shortName } from './names.ts';
import { wordsOf } from './words/words.ts';

const rowsMax = 150;

/** Draws the table of Events, the last one first. */
export function eventsMarkup(history: History, timeMs: number, locale: string): string {
  const words = wordsOf(locale);
  const rows = history
    .keys('Event')
    .flatMap((key) => {
      const version = history.version(key, timeMs);
      return version === undefined || version.timeMs < 0 ? [] : [version];
    })
    .sort((a, b) => b.timeMs - a.timeMs || b.revision - a.revision);
  if (rows.length === 0) return `<p class="lab-empty">${escapeText(words.eventsEmpty)}</p>`;
  const head = words.eventHead.map((word) => `<th scope="col">${escapeText(word)}</th>`).join('');
  const body = rows.slice(0, rowsMax).map((version) => {
    const event = version.object as Event;
    const { kind = '', name = '', namespace } = event.involvedObject;
    const key = namespace ? `${kind}/${namespace}/${name}` : `${kind}/${name}`;
    const count = (event.count ?? 1) > 1 ? ` <span class="times">× ${event.count ?? 1}</span>` : '';
    return `<tr data-entry="${version.entry}" data-time="${version.timeMs}" data-tone="${event.type === 'Warning' ? 'bad' : 'neutral'}"><td>${clockText(version.timeMs)}</td><td>${escapeText(event.type ?? '')}</td><td>${escapeText(event.reason ?? '')}</td><td data-object="${escapeText(key)}">${escapeText(`${kind.toLowerCase()}/${shortName(name)}`)}</td><td>${escapeText(event.message ?? '')}${count}</td></tr>`;
  });
  return `<div class="scrolls"><table class="events"><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table></div>`;
}
