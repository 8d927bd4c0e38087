/**
 * The scene of a run: all that a page shows of it at once. The built page holds it as its static twin; the worker sends a
 * new one after each run. Both come from this one function, so that nothing moves when one takes the place of the other.
 */
import type { EntryId } from '#sim/engine/trace.ts';
import type { History } from '#sim/lab/history.ts';
import type { Lab } from '#sim/lab/lab-format.ts';
import { outputOf } from '#sim/lab/transcript.ts';
import { evaluate } from './evaluate.ts';
import { figuresMarkup } from './figures.ts';
import type { TimeWindow } from './lanes/lane.ts';
import { legendMarkup } from './legend.ts';
import { overviewOf } from './overview.ts';
import { pictureOf, windowOf } from './picture.ts';
import { tellingEntry } from './why.ts';

/** A scene as plain data that survives a message. */
export interface Scene {
  readonly picture: string;
  readonly legend: string;
  readonly overview: string;
  readonly figures: string;
  readonly window: TimeWindow;
  readonly endMs: number;
  /** The entry that is explained first, and its time. */
  readonly entry: EntryId;
  readonly entryMs: number;
  /** Whether each goal of the lab is reached. */
  readonly goals: readonly boolean[];
  /** The right choice of each prediction, by its id. */
  readonly answers: Readonly<Record<string, string>>;
  /** Why the run ended early, or did not get its manifests; '' when all went its way. */
  readonly message: string;
}

/** What a scene is asked with. Without a window it is the lab's own. */
export interface SceneOptions {
  readonly locale: string;
  readonly prefix: string;
  readonly window?: TimeWindow | undefined;
}

/** Makes the scene of a run. */
export function sceneOf(history: History, lab: Lab, options: SceneOptions): Scene {
  const { locale, prefix } = options;
  const window = options.window ?? windowOf(history, lab);
  const entry = tellingEntry(history, window.fromMs, window.toMs);
  const entryMs = entry < 0 ? 0 : history.trace.timeMs(entry);
  const picture = pictureOf(history, lab, { window, locale, prefix, nowMs: entryMs });
  const strip = overviewOf(history, locale);
  const signs = [...picture.signs, ...strip.signs];
  return {
    picture: picture.markup,
    legend: legendMarkup({ ...picture, signs, locale, prefix }),
    overview: strip.markup,
    figures: figuresMarkup(history, lab, locale),
    window,
    endMs: history.endMs,
    entry,
    entryMs,
    goals: (lab.goals ?? []).map(({ expr }) => evaluate(history, expr) === true),
    answers: Object.fromEntries(
      (lab.predict ?? []).map(({ id, answer }) => [id, String(evaluate(history, answer) ?? '')]),
    ),
    message: history.ending.message || refusalOf(history),
  };
}

/** So much of what kubectl said is shown in one line. */
const refusalMax = 300;

/** What kubectl said of the manifests that it could not hand over; '' where it could. */
function refusalOf({ transcript }: History): string {
  const failed = transcript.commands.find(
    ({ origin, text, exitCode }) =>
      origin === 'lab' && (exitCode ?? 0) !== 0 && /\bkubectl (apply|create|replace)\b/.test(text),
  );
  if (failed === undefined) return '';
  const said = outputOf(failed, 'stderr').trim();
  const short = said.length > refusalMax ? `${said.slice(0, refusalMax)} …` : said;
  return short === '' ? '' : `${failed.text}: ${short}`;
}
