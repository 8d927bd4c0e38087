/**
 * Expressions in Python, as far as the recorder's conditions use the language: calls, subscripts, `.get`, comparisons that
 * chain, `in`, `is`, `and`, `or`, `not`, `+`, `-`, conditional expressions, lists, tuples, dictionaries and comprehensions.
 *
 * None is `null`, a dictionary is an object, a list and a tuple are arrays.
 */
import { deepEqual } from '#sim/api/deep-equal.ts';
import { tokensOf } from './python-tokens.ts';
import type { Token } from './python-tokens.ts';

/** A function that an expression may call. */
export type PythonFunction = (...values: readonly unknown[]) => unknown;
/** What names stand for. */
export type Names = ReadonlyMap<string, unknown>;
/** An expression that was understood. */
export type Expression = (names: Names) => unknown;

/** Whether a value counts as true. */
export function isTrue(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}

/** Reads an expression. Throws when it is not one, or uses a name that is not among `known`. */
export function parsePython(text: string, known: ReadonlySet<string>): Expression {
  const parser = new Parser(tokensOf(text), known);
  return parser.whole();
}

const builtIns: Readonly<Record<string, PythonFunction>> = {
  len: (value) => (Array.isArray(value) ? value.length : Object.keys(value as object).length),
  sum: (value) => (value as readonly number[]).reduce((sum, part) => sum + Number(part), 0),
  any: (value) => (value as readonly unknown[]).some(isTrue),
  all: (value) => (value as readonly unknown[]).every(isTrue),
};
const constants: Readonly<Record<string, unknown>> = { None: null, True: true, False: false };

type Comparison = (left: unknown, right: unknown) => boolean;

const comparisons: Readonly<Record<string, Comparison>> = {
  '==': (left, right) => deepEqual(left, right),
  '!=': (left, right) => !deepEqual(left, right),
  '<': (left, right) => (left as number) < (right as number),
  '<=': (left, right) => (left as number) <= (right as number),
  '>': (left, right) => (left as number) > (right as number),
  '>=': (left, right) => (left as number) >= (right as number),
  is: (left, right) => left === right,
  'is not': (left, right) => left !== right,
  in: contains,
  'not in': (left, right) => !contains(left, right),
};

function contains(part: unknown, whole: unknown): boolean {
  if (typeof whole === 'string') return whole.includes(String(part));
  if (Array.isArray(whole)) return whole.some((item) => deepEqual(item, part));
  return typeof whole === 'object' && whole !== null && String(part) in whole;
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #known: ReadonlySet<string>;
  #at = 0;

  constructor(tokens: readonly Token[], known: ReadonlySet<string>) {
    this.#tokens = tokens;
    this.#known = known;
  }

  whole(): Expression {
    const expression = this.#either();
    if (this.#token.kind !== 'end') this.#fail();
    return expression;
  }

  get #token(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '' };
  }

  #fail(): never {
    throw new Error(`python: unexpected ${this.#token.text || 'end'}`);
  }

  /** Goes past a word if it is the next one. */
  #take(text: string): boolean {
    const { kind } = this.#token;
    if ((kind !== 'name' && kind !== 'sign') || this.#token.text !== text) return false;
    this.#at += 1;
    return true;
  }

  #need(text: string): void {
    if (!this.#take(text)) this.#fail();
  }

  #either(): Expression {
    const first = this.#or();
    if (!this.#take('if')) return first;
    const condition = this.#or();
    this.#need('else');
    const other = this.#either();
    return (names) => (isTrue(condition(names)) ? first(names) : other(names));
  }

  #or(): Expression {
    let left = this.#and();
    while (this.#take('or')) {
      const [before, right] = [left, this.#and()];
      left = (names) => {
        const value = before(names);
        return isTrue(value) ? value : right(names);
      };
    }
    return left;
  }

  #and(): Expression {
    let left = this.#not();
    while (this.#take('and')) {
      const [before, right] = [left, this.#not()];
      left = (names) => {
        const value = before(names);
        return isTrue(value) ? right(names) : value;
      };
    }
    return left;
  }

  #not(): Expression {
    if (!this.#take('not')) return this.#comparison();
    const operand = this.#not();
    return (names) => !isTrue(operand(names));
  }

  #comparison(): Expression {
    const first = this.#sum();
    const rest: { readonly compare: Comparison; readonly right: Expression }[] = [];
    for (let compare = this.#operator(); compare !== undefined; compare = this.#operator()) {
      rest.push({ compare, right: this.#sum() });
    }
    if (rest.length === 0) return first;
    return (names) => {
      let left = first(names);
      for (const { compare, right } of rest) {
        const value = right(names);
        if (!compare(left, value)) return false;
        left = value;
      }
      return true;
    };
  }

  #operator(): Comparison | undefined {
    if (this.#take('is')) return comparisons[this.#take('not') ? 'is not' : 'is'];
    if (this.#take('in')) return comparisons['in'];
    if (this.#take('not')) {
      this.#need('in');
      return comparisons['not in'];
    }
    const compare = this.#token.kind === 'sign' ? comparisons[this.#token.text] : undefined;
    if (compare !== undefined) this.#at += 1;
    return compare;
  }

  #sum(): Expression {
    let left = this.#postfix();
    for (;;) {
      const sign = this.#take('+') ? 1 : this.#take('-') ? -1 : 0;
      if (sign === 0) return left;
      const [before, right] = [left, this.#postfix()];
      left = (names) => Number(before(names)) + sign * Number(right(names));
    }
  }

  #postfix(): Expression {
    let value = this.#atom();
    for (;;) {
      const of = value;
      if (this.#take('[')) {
        const key = this.#either();
        this.#need(']');
        value = (names) => item(of(names), key(names));
      } else if (this.#take('.')) {
        this.#need('get');
        this.#need('(');
        const [key, fallback] = this.#list(')');
        if (key === undefined) this.#fail();
        value = (names) => member(of(names), key(names)) ?? fallback?.(names) ?? null;
      } else return value;
    }
  }

  #atom(): Expression {
    const { kind, text } = this.#token;
    if (kind === 'number' || kind === 'string') {
      this.#at += 1;
      const constant = kind === 'number' ? Number(text) : text;
      return () => constant;
    }
    if (this.#take('[')) return this.#array();
    if (this.#take('{')) return this.#dictionary();
    if (this.#take('(')) return this.#group();
    if (kind !== 'name') this.#fail();
    this.#at += 1;
    if (text in constants) return () => constants[text];
    if (!this.#take('(')) return this.#name(text);
    const callee = this.#name(text);
    const values = this.#list(')');
    return (names) => (callee(names) as PythonFunction)(...values.map((value) => value(names)));
  }

  #name(text: string): Expression {
    const builtIn = builtIns[text];
    if (builtIn !== undefined) return () => builtIn;
    // A comprehension's variable is read before the words that introduce it.
    const isVariable = this.#tokens.some(
      (token, index) => token.text === 'for' && this.#tokens[index + 1]?.text === text,
    );
    if (!isVariable && !this.#known.has(text)) throw new Error(`python: unknown name ${text}`);
    return (names) => names.get(text) ?? null;
  }

  /** Parts up to a closing sign; the last may be followed by a comma. A generator is one part. */
  #list(close: string): Expression[] {
    const parts: Expression[] = [];
    while (!this.#take(close)) {
      const part = this.#either();
      parts.push(this.#take('for') ? this.#comprehension(part) : part);
      if (this.#take(',')) continue;
      this.#need(close);
      break;
    }
    return parts;
  }

  #array(): Expression {
    if (this.#take(']')) return () => [];
    const first = this.#either();
    if (this.#take('for')) {
      const comprehension = this.#comprehension(first);
      this.#need(']');
      return comprehension;
    }
    let rest: readonly Expression[] = [];
    if (this.#take(',')) rest = this.#list(']');
    else this.#need(']');
    return (names) => [first, ...rest].map((part) => part(names));
  }

  #comprehension(part: Expression): Expression {
    const variable = this.#token.text;
    this.#at += 1;
    this.#need('in');
    const source = this.#or();
    const filter = this.#take('if') ? this.#or() : undefined;
    return (names) =>
      (source(names) as readonly unknown[])
        .map((value) => new Map([...names, [variable, value]]))
        .filter((scope) => filter === undefined || isTrue(filter(scope)))
        .map((scope) => part(scope));
  }

  #dictionary(): Expression {
    const entries: (readonly [Expression, Expression])[] = [];
    while (!this.#take('}')) {
      const key = this.#either();
      this.#need(':');
      entries.push([key, this.#either()]);
      if (!this.#take(',')) {
        this.#need('}');
        break;
      }
    }
    return (names) =>
      Object.fromEntries(entries.map(([key, value]) => [String(key(names)), value(names)]));
  }

  /** A value in brackets, or a tuple. */
  #group(): Expression {
    const first = this.#either();
    if (this.#take(')')) return first;
    this.#need(',');
    const rest = this.#list(')');
    return (names) => [first, ...rest].map((part) => part(names));
  }
}

function member(of: unknown, key: unknown): unknown {
  if (of === null || typeof of !== 'object') throw new Error('python: no such thing');
  if (Array.isArray(of)) return of[Number(key)] as unknown;
  return (of as Readonly<Record<string, unknown>>)[String(key)];
}

function item(of: unknown, key: unknown): unknown {
  const value = member(of, key);
  if (value === undefined) throw new Error(`python: no item ${String(key)}`);
  return value;
}
