/**
 * Logs of proxies under load, compared by the forms of their lines: which requests the last lines tell of is chance, and so
 * are times, ports and counters in them.
 */

/** As much of a line as recorded commands print of a long one, less what differs in length. */
const formLength = 150;

/** A line without its numbers; those that can be a status or an error stay. */
function formOf(line: string): string {
  if (/^\d+$/.test(line)) return 'N';
  return line
    .replaceAll(/(?<![\d./*])([1-5]\d\d)(?![\d./])|\d+/g, (_, status?: string) => status ?? 'N')
    .slice(0, formLength);
}

/** Returns the recorded lines of a form that no seed has printed from any log. */
export function strangeLines(own: readonly string[], others: readonly string[]): string[] {
  const known = new Set(others.map(formOf));
  return own.filter((line) => !known.has(formOf(line)));
}
