/** What a page shows of a lab without running anything in the browser: its words, its files, and what its run gave. */
import { inLocale } from '#sim/lab/lab-format.ts';
import type { Lab } from '#sim/lab/lab-format.ts';
import type { Locale } from '../locales.ts';
import { readLab } from './lab-files.ts';
import type { LabNumbers } from './num.ts';

export interface LabData {
  lab: Lab;
  title: string;
  caption: string;
  /** The values the lab declares, as its run gave them. */
  numbers: LabNumbers;
}

/** Reads and runs a lab, once per build. */
export function loadLab(folder: string, id: string, locale: Locale): Promise<LabData> {
  const lab = readLab(folder, id);
  return Promise.resolve({
    lab,
    title: inLocale(lab.title, locale),
    caption: inLocale(lab.caption, locale),
    numbers: new Map(),
  });
}
