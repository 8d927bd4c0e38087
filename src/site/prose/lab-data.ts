/** What a page shows of a lab without running anything in the browser: its words, its files, and what its run gave. */
import type { History } from '#sim/lab/history.ts';
import { inLocale } from '#sim/lab/lab-format.ts';
import type { Lab } from '#sim/lab/lab-format.ts';
import { accountMarkup } from '#views/account.ts';
import { figuresMarkup } from '#views/figures.ts';
import { legendMarkup } from '#views/legend.ts';
import { overviewMarkup } from '#views/overview.ts';
import { pictureOf, windowOf } from '#views/picture.ts';
import { tellingEntry, whyMarkup } from '#views/why.ts';
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

/** The run as markup, as it stands in the built page: the very views that the page draws later. */
export interface LabTwin {
  picture: string;
  overview: string;
  legend: string;
  figures: string;
  /** The causes of what is most worth asking about. */
  why: string;
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
}

/** Reads and runs a lab. Runs happen once per build, words are those of the locale. */
export async function loadLab(folder: string, id: string, locale: Locale): Promise<LabData> {
  const lab = readLab(folder, id);
  const { history, numbers } = outcomeOf(lab);
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
  };
}

/** Rows of the account that a page shows before it says how many there are more. Chosen for legibility. */
const ACCOUNT_ROWS_MAX = 60;

function twinOf(lab: Lab, history: History, locale: Locale): LabTwin {
  const window = windowOf(history, lab);
  const prefix = lab.id.replace('/', '-');
  const { markup, states, requests } = pictureOf(history, lab, { window, locale, prefix });
  const telling = tellingEntry(history, window.fromMs, window.toMs);
  return {
    picture: markup,
    overview: overviewMarkup(history, locale),
    legend: legendMarkup({ states, requests, locale, prefix }),
    figures: figuresMarkup(history, lab, locale),
    why: whyMarkup(history, telling, locale),
    account: accountMarkup(history, locale, ACCOUNT_ROWS_MAX),
  };
}
