/** Numbers in sentences: taken from a lab's run by name and written with the unit that the lab or the author gives. */
import { durationText } from '#views/markup.ts';

/** The numbers of a lab's run by name. */
export type LabNumbers = ReadonlyMap<string, LabNumber>;

/** A value that a lab declares, as its run gave it. Numbers with the unit `ms` or `s` are durations. */
export interface LabNumber {
  value: number | string;
  unit?: string | undefined;
  /** What it means: good, bad or neither. */
  tone?: 'good' | 'bad' | 'neutral' | undefined;
}

/** Writes a duration the way one says it, in two parts: `155 ms`, `1.62 s`, `15 s`, `5 min`, `2 min 30 s`. */
export function formatDuration(ms: number): { number: string; unit: string } {
  const [, number = '', unit = ''] = /^(.*) (\S+)$/.exec(durationText(ms)) ?? [];
  return { number, unit };
}

/** Finds and writes a number; an unknown name fails with the names the lab has. */
export function formatNumber(
  numbers: LabNumbers,
  ask: { lab: string; value: string; unit?: string | undefined },
): { number: string; unit: string; text: string } {
  const found = numbers.get(ask.value);
  if (found === undefined) {
    throw new Error(
      `lab "${ask.lab}" has no number "${ask.value}".\n` +
        `  Expected one of: ${[...numbers.keys()].join(', ') || 'none: its file declares no numbers'}.`,
    );
  }
  const parts = partsOf(found, ask.unit);
  return {
    ...parts,
    text: [parts.number, parts.unit].filter((part) => part !== '').join('\u00a0'),
  };
}

function partsOf(found: LabNumber, unit: string | undefined): { number: string; unit: string } {
  const { value } = found;
  if (typeof value === 'string') return { number: value, unit: unit ?? '' };
  if (found.unit === 'ms') return formatDuration(value);
  if (found.unit === 's') return formatDuration(value * 1000);
  return { number: String(Number(value.toFixed(2))), unit: unit ?? found.unit ?? '' };
}
