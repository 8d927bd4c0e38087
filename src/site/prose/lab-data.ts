/** What a page shows of a lab without running anything in the browser: its words, its files, and what its run gave. */
import type { History } from '#sim/lab/history.ts';
import { inLocale } from '#sim/lab/lab-format.ts';
import type { Lab } from '#sim/lab/lab-format.ts';
import type { PartName } from '#sim/part.ts';
import { accountMarkup } from '#views/account.ts';
import { instantOf } from '#views/instant.ts';
import { sceneOf } from '#views/scene.ts';
import type { Scene } from '#views/scene.ts';
import { viewMarkup } from '#views/view.ts';
import type { Locale } from '../locales.ts';
import { highlight } from './highlight.ts';
import { readLab } from './lab-files.ts';
import { outcomeOf } from './lab-run.ts';
import type { LabNumbers } from './num.ts';

/** A manifest of a lab as text and as highlighted markup. */
export interface LabFile {
  name: string;
  text: string;
  html: string;
}

/** The run as it stands in the built page: the very views that the page draws later. */
export interface LabTwin {
  scene: Scene;
  /** The first of the lab's views. */
  view: string;
  /** What is the case at the moment that is shown. */
  instant: string;
  account: string;
}

export interface LabData {
  lab: Lab;
  title: string;
  caption: string;
  files: LabFile[];
  twin: LabTwin;
  /** All values the lab declares, as its run gave them. */
  numbers: LabNumbers;
  history: History;
  /** Parts of the simulator that its run needed. */
  parts: readonly PartName[];
}

/** Reads and runs a lab. Runs happen once per build, words are those of the locale. */
export async function loadLab(folder: string, id: string, locale: Locale): Promise<LabData> {
  const lab = readLab(folder, id);
  const { history, numbers, parts } = outcomeOf(lab);
  const files = await Promise.all(
    lab.files.map(async (name) => {
      const text = lab.texts[name] ?? '';
      return { name, text, html: await highlight(text, 'yaml') };
    }),
  );
  return {
    lab,
    title: inLocale(lab.title, locale),
    caption: inLocale(lab.caption, locale),
    files,
    twin: twinOf(lab, history, locale),
    numbers,
    history,
    parts,
  };
}

/** Rows of the account that a page shows before it says how many there are more. Chosen for legibility. */
const ACCOUNT_ROWS_MAX = 60;

function twinOf(lab: Lab, history: History, locale: Locale): LabTwin {
  const prefix = prefixOf(lab);
  const scene = sceneOf(history, lab, { locale, prefix });
  const { entry, entryMs: timeMs } = scene;
  const view = lab.show.views[0] ?? 'story';
  return {
    scene,
    view: viewMarkup(view, history, { entry, timeMs, object: '', locale, prefix }),
    instant: instantOf(history, timeMs, locale, entry),
    account: accountMarkup(history, locale, ACCOUNT_ROWS_MAX),
  };
}

/** Begins the ids inside a lab's pictures; one per lab on a page. */
export function prefixOf(lab: Lab): string {
  return lab.id.replace('/', '-');
}
