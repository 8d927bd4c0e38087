/**
 * Writes objects as JSON, as kubectl prints it: keys sorted, four spaces a level.
 *
 * Upstream: staging/src/k8s.io/cli-runtime/pkg/printers/json.go JSONPrinter
 */
import { sortKeys } from '../api/go-format.ts';

/** Returns the text, with a newline at its end. */
export function printJson(value: unknown, indent = 4): string {
  const text = JSON.stringify(sortKeys(value), undefined, indent);
  const escaped = text.replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `${escaped}\n`;
}
