/**
 * How `set -x` writes a command: words that need quotes are quoted.
 *
 * Upstream: busybox shell/ash.c maybe_single_quote, single_quote
 */

/** Returns the line for assignments and words. */
export function traceText(
  values: readonly (readonly [string, string])[],
  words: readonly string[],
): string {
  return [
    ...values.map(([name, value]) => `${name}=${quoteWord(value)}`),
    ...words.map(quoteWord),
  ].join(' ');
}

/** Puts a word into single quotes if it has a character that could mean something. */
export function quoteWord(word: string): string {
  if (!/[\x00-*;<=>?`[\\{|}~\x7f-\xff]/.test(word)) return word;
  return singleQuoted(word);
}

/** Puts a word into single quotes. */
export function singleQuoted(word: string): string {
  return `'${word.replaceAll("'", `'"'"'`)}'`;
}
