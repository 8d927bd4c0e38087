/**
 * The account of a run: what happened, as a table. It says what the picture shows, for those who read instead of look:
 * with scripting off, on paper, by ear and in a terminal.
 */
import type { EntryId } from '#sim/engine/trace.ts';
import type { History } from '#sim/lab/history.ts';
import { sentenceOf } from '#sim/lab/story.ts';
import type { StoryLocale } from '#sim/lab/story-sentence.ts';
import { clockText, escapeText, sentenceMarkup } from './markup.ts';
import { stepsOf } from './steps.ts';
import { wordsOf } from './words/words.ts';

/** One row of the account. `count` is above 1 where the same was said again at once. */
export interface AccountRow {
  readonly entry: EntryId;
  readonly timeMs: number;
  readonly who: string;
  readonly what: string;
  readonly count: number;
}

/** Returns a language in which stories are told. */
export function storyLocaleOf(locale: string): StoryLocale {
  return locale === 'ko' ? 'ko' : 'en';
}

/** Returns the rows of an account up to a time, all by default; a sentence that repeats itself becomes one row. */
export function accountOf(history: History, locale: string, untilMs = Infinity): AccountRow[] {
  const rows: AccountRow[] = [];
  for (const { entry: id, timeMs } of stepsOf(history)) {
    if (timeMs > untilMs) break;
    const entry = history.trace.entry(id);
    const who = entry.verb === 'command' ? 'kubectl' : entry.component;
    const what = sentenceOf(entry, history, storyLocaleOf(locale));
    const last = rows.at(-1);
    if (last !== undefined && last.who === who && last.what === what) {
      rows[rows.length - 1] = { ...last, count: last.count + 1 };
    } else {
      rows.push({ entry: id, timeMs, who, what, count: 1 });
    }
  }
  return rows;
}

/** The account as a table of at most `rowsMax` rows; what is left out is counted. */
export function accountMarkup(history: History, locale: string, rowsMax: number): string {
  const words = wordsOf(locale);
  const rows = accountOf(history, locale);
  if (rows.length === 0) return `<p class="lab-empty">${escapeText(words.accountEmpty)}</p>`;
  const shown = rows.slice(0, rowsMax);
  const head = [words.time, words.who, words.what]
    .map((word) => `<th scope="col">${escapeText(word)}</th>`)
    .join('');
  const body = shown
    .map(
      ({ entry, timeMs, who, what, count }) =>
        `<tr data-entry="${entry}" data-time="${timeMs}"><td>${clockText(timeMs)}</td><td>${escapeText(who)}</td><td>${sentenceMarkup(what)}${count > 1 ? ` <span class="times">× ${count}</span>` : ''}</td></tr>`,
    )
    .join('');
  const rest =
    rows.length > shown.length
      ? `<p class="lab-empty">${escapeText(words.moreRows(rows.length - shown.length))}</p>`
      : '';
  return `<table class="account"><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>${rest}`;
}
