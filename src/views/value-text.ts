/** Values of a lab, written out for figures and texts. */
import type { ValueDeclaration } from '#sim/lab/lab-format.ts';
import { durationText } from './markup.ts';

/** Writes a value with its unit; a value that is not there, as a dash. */
export function valueText(value: unknown, unit: ValueDeclaration['unit']): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'number' || !Number.isFinite(value)) return '–';
  if (unit === 'ms') return value < 0 ? '–' : durationText(value);
  if (unit === 's') return durationText(value * 1000);
  return String(Number(value.toFixed(2)));
}
