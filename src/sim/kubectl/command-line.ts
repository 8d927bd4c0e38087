/**
 * Splits a command line, as typed in a lab or a terminal, into words: quotes and backslashes as in a POSIX shell.
 *
 * Simplified: no variables, globs, pipes or substitutions; the terminal's shell does those before it comes to kubectl.
 */

/** The words of a line, or why it has none. */
export type CommandLine =
  | { readonly ok: true; readonly words: readonly string[] }
  | { readonly ok: false; readonly message: string };

/** Splits a line into words. Text in `$'…'` may hold `\n`, `\t` and other escapes. A `#` at a word's start ends it. */
export function splitCommandLine(line: string): CommandLine {
  const words: string[] = [];
  let word: string | undefined;
  let at = 0;
  while (at < line.length) {
    const character = line.charAt(at);
    if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      at += 1;
    } else if (character === '#' && word === undefined) {
      break;
    } else if (character === "'" || (character === '$' && line.charAt(at + 1) === "'")) {
      const isAnsi = character === '$';
      const start = at + (isAnsi ? 2 : 1);
      const end = closingQuote(line, start, "'", isAnsi);
      if (end < 0) return { ok: false, message: "unexpected end of line: a ' is not closed" };
      const text = line.slice(start, end);
      word = (word ?? '') + (isAnsi ? unescapeAnsi(text) : text);
      at = end + 1;
    } else if (character === '"') {
      const end = closingQuote(line, at + 1, '"', true);
      if (end < 0) return { ok: false, message: 'unexpected end of line: a " is not closed' };
      word = (word ?? '') + line.slice(at + 1, end).replace(/\\(["\\$`\n])/g, '$1');
      at = end + 1;
    } else if (character === '\\') {
      if (at + 1 < line.length && line.charAt(at + 1) !== '\n') {
        word = (word ?? '') + line.charAt(at + 1);
      }
      at += 2;
    } else {
      word = (word ?? '') + character;
      at += 1;
    }
  }
  if (word !== undefined) words.push(word);
  return { ok: true, words };
}

function closingQuote(line: string, start: number, quote: string, escapes: boolean): number {
  for (let at = start; at < line.length; at += 1) {
    if (escapes && line.charAt(at) === '\\') at += 1;
    else if (line.charAt(at) === quote) return at;
  }
  return -1;
}

const ansiEscapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\u0007',
  b: '\b',
  e: '\u001b',
  '0': '\u0000',
};

function unescapeAnsi(text: string): string {
  return text.replace(/\\(.)/gs, (_, character: string) => ansiEscapes[character] ?? character);
}
