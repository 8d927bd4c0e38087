/**
 * The sets of characters that tr takes: `a-z`, `[:upper:]`, `\n`.
 */

const classes: Readonly<Record<string, RegExp>> = {
  alnum: /[A-Za-z0-9]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  cntrl: /[\x00-\x1f\x7f]/,
  digit: /[0-9]/,
  lower: /[a-z]/,
  print: /[\x20-\x7e]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[\t-\r ]/,
  upper: /[A-Z]/,
  xdigit: /[0-9A-Fa-f]/,
};

const named: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** Returns the characters of a set in order. */
export function bracketSet(text: string): string[] {
  const found: string[] = [];
  let at = 0;
  const next = (): string => {
    const char = text.charAt(at);
    at += 1;
    if (char !== '\\') return char;
    const octal = /^[0-7]{1,3}/.exec(text.slice(at, at + 3))?.[0];
    if (octal !== undefined) {
      at += octal.length;
      return String.fromCharCode(parseInt(octal, 8) & 0xff);
    }
    const escaped = text.charAt(at);
    at += 1;
    return named[escaped] ?? escaped;
  };
  while (at < text.length) {
    const named = /^\[:([a-z]+):\]/.exec(text.slice(at));
    const expression = classes[named?.[1] ?? ''];
    if (named !== null && expression !== undefined) {
      at += named[0].length;
      for (let code = 0; code < 256; code += 1) {
        const char = String.fromCharCode(code);
        if (expression.test(char)) found.push(char);
      }
      continue;
    }
    const first = next();
    if (text.charAt(at) !== '-' || at + 1 >= text.length) {
      found.push(first);
      continue;
    }
    at += 1;
    const last = next();
    for (let code = first.charCodeAt(0); code <= last.charCodeAt(0); code += 1) {
      found.push(String.fromCharCode(code));
    }
  }
  return found;
}
