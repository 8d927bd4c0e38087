/** How the requests of a run ended, counted by outcome and pod, each count a way to its first request. */
import type { History } from '#sim/lab/history.ts';
import { clockText, escapeText } from './markup.ts';
import { shortName } from './names.ts';
import { requestStyleOf, requestStyles } from './vocabulary.ts';
import { wordsOf } from './words/words.ts';

type RequestRow = ReturnType<History['requests']['row']>;

interface Group {
  readonly outcome: string;
  readonly pod: string;
  readonly rows: RequestRow[];
}

/** Groups the requests sent until a time; what went wrong comes first. */
export function outcomeGroups(history: History, timeMs: number): Group[] {
  const groups = new Map<string, Group>();
  for (const row of history.requests.rows(timeMs)) {
    const isUnderWay = row.ms < 0 || row.t + row.ms > timeMs;
    const outcome = isUnderWay ? 'pending' : row.outcome;
    const id = `${outcome}/${row.pod}`;
    const group = groups.get(id) ?? { outcome, pod: row.pod, rows: [] };
    groups.set(id, group);
    group.rows.push(row);
  }
  const rank = ({ outcome }: Group) => requestStyles[requestStyleOf(outcome)].row;
  return [...groups.values()].sort((a, b) => rank(a) - rank(b) || b.rows.length - a.rows.length);
}

/** Draws the table of outcomes. */
export function outcomesMarkup(
  history: History,
  timeMs: number,
  locale: string,
  prefix: string,
): string {
  const words = wordsOf(locale);
  const groups = outcomeGroups(history, timeMs);
  if (groups.length === 0) return `<p class="lab-empty">${escapeText(words.outcomesEmpty)}</p>`;
  const head = words.outcomeHead.map((word) => `<th scope="col">${escapeText(word)}</th>`).join('');
  const body = groups.map(({ outcome, pod, rows }) => {
    const style = requestStyles[requestStyleOf(outcome)];
    const first = rows[0];
    const last = rows.at(-1);
    const entry = first?.entry ?? -1;
    const glyph = `<svg width="12" height="10" aria-hidden="true"><use href="#${escapeText(prefix)}-${style.glyph}" x="6" y="5"/></svg>`;
    const data = entry >= 0 ? ` data-entry="${entry}" data-time="${first?.t ?? 0}"` : '';
    return `<tr${data}><td>${glyph} ${escapeText(/^\d/.test(outcome) ? outcome : style.word(words))}</td><td>${rows.length}</td><td>${clockText(first?.t ?? 0)}</td><td>${clockText(last?.t ?? 0)}</td><td>${escapeText(shortName(pod))}</td></tr>`;
  });
  return `<div class="scrolls"><table class="outcomes"><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table></div>`;
}
