/**
 * expr: arithmetic and text on words.
 *
 * Upstream: busybox coreutils/expr.c
 */
import type { OsProcess } from '../os-process.ts';
import { posixExpression } from './regular-expression.ts';
import { complain } from './utility.ts';

class ExprError extends Error {}

/** expr EXPRESSION */
export function expr(process: OsProcess, args: readonly string[], name: string): number {
  try {
    const reader = new Reader(args);
    const value = reader.or();
    if (!reader.isDone || args.length === 0) throw new ExprError('syntax error');
    process.print(1, `${value}\n`);
    return value === '' || /^-?0+$/.test(value) ? 1 : 0;
  } catch (error) {
    if (!(error instanceof ExprError)) throw error;
    return complain(process, name, error.message, 2);
  }
}

class Reader {
  readonly #words: readonly string[];
  #at = 0;

  constructor(words: readonly string[]) {
    this.#words = words;
  }

  get isDone(): boolean {
    return this.#at === this.#words.length;
  }

  or(): string {
    let left = this.#and();
    while (this.#take('|')) {
      const right = this.#and();
      left = isTrue(left) ? left : right;
    }
    return left;
  }

  #and(): string {
    let left = this.#compare();
    while (this.#take('&')) {
      const right = this.#compare();
      left = isTrue(left) && isTrue(right) ? left : '0';
    }
    return left;
  }

  #compare(): string {
    let left = this.#sum();
    for (;;) {
      const operator = ['=', '==', '!=', '<', '<=', '>', '>='].find((one) => this.#take(one));
      if (operator === undefined) return left;
      const right = this.#sum();
      const isNumeric = isInteger(left) && isInteger(right);
      const order = isNumeric
        ? Number(left) - Number(right)
        : left < right
          ? -1
          : left > right
            ? 1
            : 0;
      const results: Record<string, boolean> = {
        '=': order === 0,
        '==': order === 0,
        '!=': order !== 0,
        '<': order < 0,
        '<=': order <= 0,
        '>': order > 0,
        '>=': order >= 0,
      };
      left = results[operator] === true ? '1' : '0';
    }
  }

  #sum(): string {
    let left = this.#product();
    for (;;) {
      const operator = ['+', '-'].find((one) => this.#take(one));
      if (operator === undefined) return left;
      const [first, second] = [numberOf(left), numberOf(this.#product())];
      left = String(operator === '+' ? first + second : first - second);
    }
  }

  #product(): string {
    let left = this.#match();
    for (;;) {
      const operator = ['*', '/', '%'].find((one) => this.#take(one));
      if (operator === undefined) return left;
      const [first, second] = [numberOf(left), numberOf(this.#match())];
      if (operator !== '*' && second === 0) throw new ExprError('division by zero');
      const quotient = operator === '/' ? Math.trunc(first / second) : first % second;
      left = String(operator === '*' ? first * second : quotient);
    }
  }

  #match(): string {
    let left = this.#primary();
    while (this.#take(':')) left = matchStart(left, this.#primary());
    return left;
  }

  #primary(): string {
    if (this.#take('(')) {
      const value = this.or();
      if (!this.#take(')')) throw new ExprError('syntax error');
      return value;
    }
    if (this.#words.length - this.#at > 1) {
      if (this.#take('length')) return String(this.#primary().length);
      if (this.#take('match')) return matchStart(this.#primary(), this.#primary());
      if (this.#take('index')) {
        const [text, set] = [this.#primary(), this.#primary()];
        return String([...text].findIndex((char) => set.includes(char)) + 1);
      }
      if (this.#take('substr')) {
        const [text, from, length] = [this.#primary(), this.#primary(), this.#primary()];
        return text.slice(Number(from) - 1, Number(from) - 1 + Number(length));
      }
    }
    const word = this.#words[this.#at];
    if (word === undefined) throw new ExprError('syntax error');
    this.#at += 1;
    return word;
  }

  #take(word: string): boolean {
    if (this.#words[this.#at] !== word) return false;
    this.#at += 1;
    return true;
  }
}

function matchStart(text: string, pattern: string): string {
  const match = posixExpression(`^${pattern}`, false, '')?.exec(text);
  if (pattern.includes('\\(')) return match?.[1] ?? '';
  return String(match?.[0].length ?? 0);
}

function isInteger(text: string): boolean {
  return /^-?\d+$/.test(text);
}

function isTrue(text: string): boolean {
  return text !== '' && !/^-?0+$/.test(text);
}

function numberOf(text: string): number {
  if (!isInteger(text)) throw new ExprError('non-numeric argument');
  return Number(text);
}
