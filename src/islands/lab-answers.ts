/** Answers about a run that has ended: what every lab asks as soon as it has run. */
import type { History } from '#sim/lab/history.ts';
import type { Lab } from '#sim/lab/lab-format.ts';
import { instantOf } from '#views/instant.ts';
import { lineOf } from '#views/line-of.ts';
import { stepsOf } from '#views/steps.ts';
import { entriesAbout } from '#views/trace-index.ts';
import { viewMarkup } from '#views/view.ts';
import type { ViewOptions } from '#views/view.ts';
import { whyOf } from '#views/why.ts';
import { emptyAnswer } from './protocol.ts';
import type { Answer } from './protocol.ts';

/** How long the output of a command that never ends is waited for. Chosen for legibility */
const endlessMs = 3_000;

/** A run that has ended. */
export interface EndedRun {
  readonly history: History;
  readonly lab: Lab;
  /** The texts that it was run with, by file. */
  readonly texts: Readonly<Record<string, string>>;
}

/** Entries to step through with their times, and when the reader's last command had printed all it prints. */
export function factsOf(history: History): {
  steps: Int32Array<ArrayBuffer>;
  stepTimes: Float64Array<ArrayBuffer>;
  commandEndMs: number;
} {
  const steps = stepsOf(history);
  return {
    steps: Int32Array.from(steps, ({ entry }) => entry),
    stepTimes: Float64Array.from(steps, ({ timeMs }) => timeMs),
    commandEndMs: lastCommandEnd(history),
  };
}

function lastCommandEnd({ transcript, endMs }: History): number {
  const command = transcript.commands.findLast(({ origin }) => origin === 'reader');
  if (command === undefined) return -1;
  return Math.min(endMs, command.endMs ?? command.startMs + endlessMs);
}

/** A view, and what is the case at its time. */
export function look(
  { history, lab, texts }: EndedRun,
  view: string,
  options: ViewOptions,
): Answer {
  const { entry, timeMs } = options;
  const markup = viewMarkup(view, history, options);
  const instant = instantOf(history, timeMs, options.locale, entry);
  if (entry < 0 || entry >= history.trace.length)
    return { ...emptyAnswer, markup, instant, timeMs };
  const chain = whyOf(history, entry);
  return {
    markup,
    instant,
    entry,
    timeMs: history.trace.timeMs(entry),
    chain: chain.map(({ id }) => id),
    line: lineOf(chain, lab, texts),
  };
}

/** The last thing that befell an object before a time, or the first thing after it. */
export function pick({ history }: EndedRun, object: string, timeMs: number): Answer {
  const entries = entriesAbout(history, object);
  const entry = entries.findLast((each) => history.trace.timeMs(each) <= timeMs) ?? entries[0];
  if (entry === undefined) return { ...emptyAnswer, timeMs };
  return { ...emptyAnswer, entry, timeMs: history.trace.timeMs(entry) };
}
