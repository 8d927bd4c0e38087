/**
 * Shell patterns: `*`, `?`, `[a-z]`, with a backslash before what is meant literally.
 *
 * Docs: POSIX.1-2017, Shell Command Language 2.13
 */

const cache = new Map<string, RegExp>();
const CACHE_MAX = 1000;

const wildcard = /[*?]|\[.*\]/s;

/** Puts backslashes before what is special in a pattern. */
export function escapePattern(text: string): string {
  if (!/[*?[\]\\]/.test(text)) return text;
  return text.replace(/[*?[\]\\]/g, '\\$&');
}

/** Whether a pattern has anything special in it that is not escaped. A bracket that nothing closes is no such thing. */
export function hasWildcard(pattern: string): boolean {
  if (!wildcard.test(pattern)) return false;
  return wildcard.test(pattern.replace(/\\./gs, ''));
}

/** The text that a pattern without wildcards matches. */
export function unescapePattern(pattern: string): string {
  if (!pattern.includes('\\')) return pattern;
  return pattern.replace(/\\(.)/gs, '$1');
}

/** Whether a pattern matches a whole text. */
export function matchesPattern(pattern: string, text: string): boolean {
  return wholeExpression(pattern).test(text);
}

/** Source of a regular expression for a pattern. */
export function patternSource(pattern: string): string {
  let source = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern.charAt(at);
    if (char === '\\') {
      at += 1;
      source += escapeExpression(pattern.charAt(at));
    } else if (char === '*') source += '[^]*';
    else if (char === '?') source += '[^]';
    else if (char === '[') {
      const set = bracket(pattern, at);
      source += set?.source ?? '\\[';
      at = set?.end ?? at;
    } else source += escapeExpression(char);
  }
  return source;
}

function wholeExpression(pattern: string): RegExp {
  let found = cache.get(pattern);
  if (found === undefined) {
    found = new RegExp(`^(?:${patternSource(pattern)})$`);
    if (cache.size >= CACHE_MAX) cache.clear();
    cache.set(pattern, found);
  }
  return found;
}

function escapeExpression(char: string): string {
  return char.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}

const classes: Readonly<Record<string, string>> = {
  alnum: 'A-Za-z0-9',
  alpha: 'A-Za-z',
  blank: ' \\t',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '\\x21-\\x7e',
  lower: 'a-z',
  print: '\\x20-\\x7e',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\s',
  upper: 'A-Z',
  xdigit: '0-9A-Fa-f',
};

/** Reads a bracket expression at `start`; `end` is where its `]` stands. Undefined when it is none. */
export function bracket(
  pattern: string,
  start: number,
): { readonly source: string; readonly end: number } | undefined {
  let at = start + 1;
  let source = '[';
  if (pattern.charAt(at) === '!' || pattern.charAt(at) === '^') {
    source += '^';
    at += 1;
  }
  for (let isFirst = true; at < pattern.length; isFirst = false) {
    const char = pattern.charAt(at);
    const named = /^\[:([a-z]+):\]/.exec(pattern.slice(at, at + 12));
    if (char === ']' && !isFirst) return { source: `${source}]`, end: at };
    if (named !== null) {
      source += classes[named[1] ?? ''] ?? '';
      at += named[0].length;
    } else if (char === '\\' && at + 1 < pattern.length) {
      source += `\\${pattern.charAt(at + 1)}`.replace(/\\([A-Za-z0-9])/, '$1');
      at += 2;
    } else {
      source += /[\]\\^[]/.test(char) ? `\\${char}` : char;
      at += 1;
    }
  }
  return undefined;
}
