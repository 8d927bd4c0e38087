/** The views beside the picture, by name: each is a function of a history and a moment. */
import type { EntryId } from '#sim/engine/trace.ts';
import type { History } from '#sim/lab/history.ts';
import { accountMarkup } from './account.ts';
import { eventsMarkup } from './events.ts';
import { inspectorMarkup } from './inspector.ts';
import { outcomesMarkup } from './outcomes.ts';
import { transcriptMarkup } from './transcript.ts';
import { treeMarkup } from './tree.ts';
import { whyMarkup } from './why.ts';

/** What every view may need to know. */
export interface ViewOptions {
  readonly timeMs: number;
  /** The entry that is asked about, -1 for none. */
  readonly entry: EntryId;
  /** The key of the chosen object, '' for none. */
  readonly object: string;
  readonly locale: string;
  readonly prefix: string;
}

type View = (history: History, options: ViewOptions) => string;

const storyRowsMax = 500;

const views: Readonly<Record<string, View>> = {
  why: (history, { entry, locale }) => whyMarkup(history, entry, locale),
  tree: (history, { timeMs, locale, prefix, object }) =>
    treeMarkup(history, { timeMs, locale, prefix, chosen: object }),
  inspector: (history, { object, entry, timeMs, locale }) =>
    inspectorMarkup(history, object || objectOf(history, entry), timeMs, locale),
  events: (history, { timeMs, locale }) => eventsMarkup(history, timeMs, locale),
  kubectl: (history, { timeMs, locale }) => transcriptMarkup(history, timeMs, locale),
  requests: (history, { timeMs, locale, prefix }) =>
    outcomesMarkup(history, timeMs, locale, prefix),
  story: (history, { locale }) => accountMarkup(history, locale, storyRowsMax),
};

/** The stored object that an entry is about, or the nearest one that led to it; '' where there is none. */
function objectOf(history: History, entry: EntryId): string {
  if (entry < 0 || entry >= history.trace.length) return '';
  const found = history.why(entry).find(({ object }) => history.versions(object).length > 0);
  return found?.object ?? '';
}

/** Draws a view; '' for a name that is none. */
export function viewMarkup(name: string, history: History, options: ViewOptions): string {
  return views[name]?.(history, options) ?? '';
}
