/**
 * Fills in the texts of a lab: `{name}` is a value that the lab declares, as this run gave it. So a text about a run is true of
 * the run that a reader's edit has made, too.
 */
import type { History } from '#sim/lab/history.ts';
import type { Lab } from '#sim/lab/lab-format.ts';
import { evaluate } from './evaluate.ts';
import { valueText } from './value-text.ts';

/** Returns a text with its values in their places; a name that is none stays as it is. */
export function fillIn(text: string, history: History, lab: Lab): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const declared = lab.values?.[name];
    return declared === undefined
      ? whole
      : valueText(evaluate(history, declared.expr), declared.unit);
  });
}
