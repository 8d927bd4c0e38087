/** The number that a slider stands for, as it is written in a manifest: `3`, `"25%"`, `500m`, `2s`. */
import { outlineOf, pathText, unquoted } from './yaml-outline.ts';
import type { OutlineEntry } from './yaml-outline.ts';

/** A number in a text, with what stands behind it. */
export interface WrittenNumber {
  readonly value: number;
  /** `%`, `m`, `Mi`; '' for a bare number. */
  readonly suffix: string;
}

/** Longer texts are not searched at each keystroke. Chosen for legibility */
const maxLength = 200_000;

/** Reads the number at a path of a document (from 0); undefined where there is none. */
export function numberAt(text: string, document: number, path: string): WrittenNumber | undefined {
  if (text.length > maxLength) return undefined;
  const entry = entryAt(text, document, path);
  return entry && parseNumber(unquoted(entry.scalar));
}

/** Reads a scalar as a number with a suffix. */
export function parseNumber(scalar: string): WrittenNumber | undefined {
  const match = /^(-?\d+(?:\.\d+)?)([a-zA-Z%]*)$/.exec(scalar);
  return match ? { value: Number(match[1]), suffix: match[2] ?? '' } : undefined;
}

function entryAt(text: string, document: number, path: string): OutlineEntry | undefined {
  return outlineOf(text).findLast(
    (entry) => entry.document === document && pathText(entry.steps) === path,
  );
}
