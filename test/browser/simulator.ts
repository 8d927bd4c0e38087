/** The whole simulator, as a test puts it into a page. */
import type { Lab } from '#sim/lab/lab-format.ts';
import { runLab } from '#sim/lab/run.ts';
import '#sim/parts/all.ts';
import { historyText } from './history-text.ts';

/** Runs a lab and writes its history down. */
export function runText(lab: Lab): string {
  return historyText(runLab({ lab }));
}
