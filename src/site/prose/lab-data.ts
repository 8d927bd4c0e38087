/** What a page shows of a lab without running anything in the browser: its words, its files, and what its run gave. */
import type { History } from '#sim/lab/history.ts';
import { inLocale } from '#sim/lab/lab-format.ts';
import type { Lab } from '#sim/lab/lab-format.ts';
import type { Locale } from '../locales.ts';
import { highlight } from './highlight.ts';
import { readLab } from './lab-files.ts';
import { outcomeOf } from './lab-run.ts';
import { formatNumber } from './num.ts';
import type { LabNumber, LabNumbers } from './num.ts';

/** A manifest of a lab as text and as highlighted markup. */
export interface LabFile {
  name: string;
  text: string;
  html: string;
}

/** A figure under the picture: a large number with plain words. */
export interface LabFigure {
  name: string;
  text: string;
  label: string;
  tone: NonNullable<LabNumber['tone']>;
}

export interface LabData {
  lab: Lab;
  title: string;
  caption: string;
  files: LabFile[];
  figures: LabFigure[];
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
  const figures = Object.entries(lab.values ?? {}).flatMap(([name, { label, tone }]) =>
    label === undefined
      ? []
      : [
          {
            name,
            text: formatNumber(numbers, { lab: id, value: name }).text,
            label: inLocale(label, locale),
            tone: tone ?? ('neutral' as const),
          },
        ],
  );
  return {
    lab,
    title: inLocale(lab.title, locale),
    caption: inLocale(lab.caption, locale),
    files,
    figures,
    numbers,
    history,
  };
}
