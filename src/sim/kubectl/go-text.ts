/**
 * Writes JSON data as Go's `%v` does: `map[a:1 b:x]`, `[a b]`, `<nil>`.
 */
import { compareText } from '../api/go-format.ts';
import { isJsonObject } from '../api/object.ts';

/** Returns the text of a value. */
export function goText(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`;
  if (isJsonObject(value)) {
    const keys = Object.keys(value).sort(compareText);
    return `map[${keys.map((key) => `${key}:${goText(value[key])}`).join(' ')}]`;
  }
  return String(value);
}
