/**
 * POSIX regular expressions, basic and extended, as expressions of the platform.
 *
 * Docs: POSIX.1-2017, Regular Expressions
 */
import { bracket } from '../shell/pattern.ts';

const cache = new Map<string, RegExp | undefined>();

/** Compiles an expression; undefined when it is broken. `flags` are those of RegExp. */
export function posixExpression(
  text: string,
  isExtended: boolean,
  flags: string,
): RegExp | undefined {
  const key = `${isExtended ? 'e' : 'b'}${flags}/${text}`;
  if (cache.has(key)) return cache.get(key);
  const source = translate(text, isExtended);
  let found: RegExp | undefined;
  try {
    if (source !== undefined) found = new RegExp(source, flags);
  } catch {
    found = undefined;
  }
  if (cache.size > 1000) cache.clear();
  cache.set(key, found);
  return found;
}

function translate(text: string, isExtended: boolean): string | undefined {
  let source = '';
  let depth = 0;
  /** Nothing that a repetition could repeat stands before the present place. */
  let isAtStart = true;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    const wasAtStart: boolean = isAtStart;
    isAtStart = false;
    if (char === '[') {
      const set = bracket(text, at);
      if (set === undefined) return undefined;
      source += set.source;
      at = set.end;
    } else if (char === '\\') {
      at += 1;
      const next = text.charAt(at);
      if (next === '') return undefined;
      const isOperator = !isExtended && '(){}|+?'.includes(next);
      if (isOperator && wasAtStart && '+?{'.includes(next)) source += `\\${next}`;
      else if (isOperator) source += next;
      else source += escaped(next);
      if (isOperator && next === '(') depth += 1;
      if (isOperator && next === ')') depth -= 1;
      isAtStart = isOperator && (next === '(' || next === '|');
    } else if (char === '*') {
      // At the start it repeats nothing: extended expressions pass over it, in basic ones it is a star.
      source += !wasAtStart ? '*' : isExtended ? '' : '\\*';
      isAtStart = wasAtStart && isExtended;
    } else if (char === '.') source += '[^\\n]';
    else if (char === '^') {
      source += isExtended || wasAtStart ? '^' : '\\^';
      isAtStart = isExtended || wasAtStart;
    } else if (char === '$') {
      const rest = text.slice(at + 1);
      const isEnd = isExtended || rest === '' || rest.startsWith('\\)') || rest.startsWith('\\|');
      source += isEnd ? '$' : '\\$';
    } else if (isExtended && '(){}|+?'.includes(char)) {
      if (wasAtStart && '+?'.includes(char)) source += `\\${char}`;
      else if (char === '{' && !/^\{\d*,?\d*\}/.test(text.slice(at))) source += '\\{';
      else source += char;
      if (char === '(') depth += 1;
      if (char === ')') depth -= 1;
      isAtStart = char === '(' || char === '|';
    } else source += /[(){}|+?/\]]/.test(char) ? `\\${char}` : char;
    if (depth < 0) return undefined;
  }
  return depth === 0 ? source : undefined;
}

function escaped(char: string): string {
  switch (char) {
    case '<':
      return '\\b(?=\\w)';
    case '>':
      return '\\b(?<=\\w)';
    case 'n':
      return '\\n';
    case 't':
      return '\\t';
    case 'w':
    case 'W':
    case 's':
    case 'S':
    case 'b':
    case 'B':
      return `\\${char}`;
    default:
      return /\d/.test(char) ? `\\${char}` : char.replace(/[^A-Za-z0-9]/, '\\$&');
  }
}
