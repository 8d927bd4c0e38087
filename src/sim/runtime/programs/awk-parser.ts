/**
 * Parses awk programs.
 *
 * Upstream: busybox editors/awk.c
 * Docs: POSIX.1-2017, awk
 */

/** A mistake in a program. */
export class AwkError extends Error {
  override readonly name = 'AwkError';
}

/** An expression. `args` hold what the operator works on. */
export interface Expression {
  readonly kind:
    | 'number'
    | 'string'
    | 'regex'
    | 'variable'
    | 'field'
    | 'index'
    | 'in'
    | 'assign'
    | 'ternary'
    | 'and'
    | 'or'
    | 'not'
    | 'negate'
    | 'plus'
    | 'match'
    | 'binary'
    | 'concat'
    | 'increment'
    | 'call'
    | 'getline'
    | 'group';
  /** Name, text, or operator. */
  readonly text: string;
  readonly args: readonly Expression[];
}

/** A statement. */
export interface Statement {
  readonly kind:
    | 'expression'
    | 'print'
    | 'printf'
    | 'if'
    | 'while'
    | 'do'
    | 'for'
    | 'forIn'
    | 'block'
    | 'next'
    | 'exit'
    | 'return'
    | 'break'
    | 'continue'
    | 'delete';
  readonly text: string;
  readonly expressions: readonly (Expression | undefined)[];
  readonly body: readonly (Statement | undefined)[];
}

/** A rule: a pattern and what is done where it holds. */
export interface Rule {
  readonly kind: 'begin' | 'end' | 'pattern' | 'range';
  readonly patterns: readonly Expression[];
  /** Undefined: print the record. */
  readonly action: Statement | undefined;
}

/** A function of a program. */
export interface AwkFunction {
  readonly parameters: readonly string[];
  readonly body: Statement;
}

/** A whole program. */
export interface AwkProgram {
  readonly rules: readonly Rule[];
  readonly functions: ReadonlyMap<string, AwkFunction>;
}

interface Token {
  readonly kind: 'number' | 'string' | 'regex' | 'name' | 'call' | 'mark' | 'newline' | 'end';
  readonly text: string;
}

const keywords = new Set(
  'BEGIN END function func if else while for do in print printf next exit return break continue delete getline'.split(
    ' ',
  ),
);

/** Names of built-in functions; they need no bracket right behind them. */
const builtinNames = new Set(
  'length substr index split sub gsub match sprintf sin cos atan2 exp log sqrt int rand srand tolower toupper system close fflush strftime systime'.split(
    ' ',
  ),
);

const marks =
  /\*\*=|\*\*|\+\+|--|\+=|-=|\*=|\/=|%=|\^=|==|<=|>=|!=|&&|\|\||>>|!~|[{}()[\];,+\-*/%^!<>|?:~$=]/y;

function unescape(text: string): string {
  const named: Record<string, string> = {
    n: '\n',
    t: '\t',
    r: '\r',
    '\\': '\\',
    '"': '"',
    '/': '/',
    a: '\x07',
  };
  return text.replace(/\\(x[0-9a-f]{1,2}|[0-7]{1,3}|[^])/gi, (_whole, code: string) => {
    if (/^x./i.test(code)) return String.fromCharCode(parseInt(code.slice(1), 16));
    if (/^[0-7]/.test(code)) return String.fromCharCode(parseInt(code, 8) & 0xff);
    return named[code] ?? `\\${code}`;
  });
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  while (at < text.length) {
    if (take(/[ \t\r]+|\\\n|#[^\n]*/y) !== undefined) continue;
    if (take(/\n/y) !== undefined) {
      tokens.push({ kind: 'newline', text: '\n' });
      continue;
    }
    const number = take(/(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/y);
    if (number !== undefined) {
      tokens.push({ kind: 'number', text: number });
      continue;
    }
    const string = take(/"(?:[^"\\]|\\[^])*"/y);
    if (string !== undefined) {
      tokens.push({ kind: 'string', text: unescape(string.slice(1, -1)) });
      continue;
    }
    const name = take(/[A-Za-z_]\w*/y);
    if (name !== undefined) {
      const isCall = text.charAt(at) === '(' && !keywords.has(name);
      tokens.push({ kind: isCall ? 'call' : 'name', text: name });
      continue;
    }
    const last = tokens.at(-1);
    const isOperand =
      last !== undefined &&
      (['number', 'string', 'regex'].includes(last.kind) ||
        (last.kind === 'name' && !keywords.has(last.text)) ||
        (last.kind === 'mark' && [')', ']', '$', '++', '--'].includes(last.text)));
    if (text.charAt(at) === '/' && !isOperand) {
      const regex = take(/\/(?:[^/\\\n[]|\\.|\[\^?\]?[^\]\n]*\])*\//y);
      if (regex === undefined) throw new AwkError('Unexpected token');
      tokens.push({ kind: 'regex', text: regex.slice(1, -1).replaceAll('\\/', '/') });
      continue;
    }
    const mark = take(marks);
    if (mark === undefined) throw new AwkError('Unexpected token');
    tokens.push({ kind: 'mark', text: mark });
  }
  return tokens;
}

/** Parses a program. Throws AwkError. */
export function parseAwk(text: string): AwkProgram {
  return new AwkParser(tokenize(text)).program();
}

function expression(kind: Expression['kind'], text = '', ...args: Expression[]): Expression {
  return { kind, text, args };
}

class AwkParser {
  readonly #tokens: readonly Token[];
  #at = 0;
  /** Inside `print a > b` the `>` is a redirection; inside `for (k in a)` the `in` belongs to the loop. */
  #isPlainGreater = true;
  #isPlainIn = true;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  program(): AwkProgram {
    const rules: Rule[] = [];
    const functions = new Map<string, AwkFunction>();
    for (;;) {
      this.#skipEnds();
      const token = this.#peek();
      if (token.kind === 'end') return { rules, functions };
      if (this.#takeName('function') || this.#takeName('func')) {
        const name = this.#next().text;
        this.#expect('(');
        const parameters: string[] = [];
        while (!this.#take(')')) {
          parameters.push(this.#next().text);
          this.#take(',');
        }
        this.#skipNewlines();
        functions.set(name, { parameters, body: this.#block() });
      } else if (this.#takeName('BEGIN')) {
        rules.push({ kind: 'begin', patterns: [], action: this.#block() });
      } else if (this.#takeName('END')) {
        rules.push({ kind: 'end', patterns: [], action: this.#block() });
      } else rules.push(this.#rule());
    }
  }

  #rule(): Rule {
    const patterns: Expression[] = [];
    if (!this.#is('{')) {
      patterns.push(this.#expression());
      if (this.#take(',')) {
        this.#skipNewlines();
        patterns.push(this.#expression());
      }
    }
    const action = this.#is('{') ? this.#block() : undefined;
    return { kind: patterns.length === 2 ? 'range' : 'pattern', patterns, action };
  }

  #peek(offset = 0): Token {
    return this.#tokens[this.#at + offset] ?? { kind: 'end', text: '' };
  }

  #next(): Token {
    const token = this.#peek();
    if (token.kind === 'end') throw new AwkError('Unexpected token');
    this.#at += 1;
    return token;
  }

  #is(mark: string): boolean {
    const token = this.#peek();
    return token.kind === 'mark' && token.text === mark;
  }

  #take(mark: string): boolean {
    if (!this.#is(mark)) return false;
    this.#at += 1;
    return true;
  }

  #isName(name: string): boolean {
    const token = this.#peek();
    return token.kind === 'name' && token.text === name;
  }

  #takeName(name: string): boolean {
    if (!this.#isName(name)) return false;
    this.#at += 1;
    return true;
  }

  #expect(mark: string): void {
    if (!this.#take(mark)) throw new AwkError('Unexpected token');
  }

  #skipNewlines(): void {
    while (this.#peek().kind === 'newline') this.#at += 1;
  }

  #skipEnds(): void {
    while (this.#peek().kind === 'newline' || this.#is(';')) this.#at += 1;
  }

  #block(): Statement {
    this.#expect('{');
    const body: Statement[] = [];
    for (;;) {
      this.#skipEnds();
      if (this.#take('}')) return { kind: 'block', text: '', expressions: [], body };
      body.push(this.#statement());
    }
  }

  #body(): Statement | undefined {
    this.#skipNewlines();
    if (this.#take(';')) return undefined;
    return this.#statement();
  }

  #statement(): Statement {
    if (this.#is('{')) return this.#block();
    if (this.#takeName('if')) return this.#if();
    if (this.#takeName('while')) {
      this.#expect('(');
      const condition = this.#expression();
      this.#expect(')');
      return statement('while', '', [condition], [this.#body()]);
    }
    if (this.#takeName('do')) {
      const body = this.#body();
      this.#skipEnds();
      if (!this.#takeName('while')) throw new AwkError('Unexpected token');
      this.#expect('(');
      const condition = this.#expression();
      this.#expect(')');
      return this.#ended(statement('do', '', [condition], [body]));
    }
    if (this.#takeName('for')) return this.#for();
    return this.#ended(this.#simple());
  }

  /** A simple statement ends at a line end, `;` or `}`. */
  #ended(found: Statement): Statement {
    const token = this.#peek();
    const isEnd =
      token.kind === 'newline' || token.kind === 'end' || this.#is(';') || this.#is('}');
    if (!isEnd) throw new AwkError('Unexpected token');
    if (!this.#is('}')) this.#at += 1;
    return found;
  }

  #if(): Statement {
    this.#expect('(');
    const condition = this.#expression();
    this.#expect(')');
    const then = this.#body();
    const before = this.#at;
    this.#skipEnds();
    if (this.#takeName('else')) return statement('if', '', [condition], [then, this.#body()]);
    this.#at = before;
    return statement('if', '', [condition], [then]);
  }

  #for(): Statement {
    this.#expect('(');
    const [name, word, array] = [this.#peek(), this.#peek(1), this.#peek(2)];
    if (name.kind === 'name' && word.text === 'in' && this.#peek(3).text === ')') {
      this.#at += 4;
      return statement('forIn', `${name.text} ${array.text}`, [], [this.#body()]);
    }
    const start = this.#is(';') ? undefined : this.#simple();
    this.#expect(';');
    const condition = this.#is(';') ? undefined : this.#expression();
    this.#expect(';');
    const step = this.#is(')') ? undefined : this.#simple();
    this.#expect(')');
    return statement('for', '', [condition], [start, step, this.#body()]);
  }

  #simple(): Statement {
    if (this.#takeName('print')) return this.#print('print');
    if (this.#takeName('printf')) return this.#print('printf');
    for (const kind of ['next', 'break', 'continue'] as const) {
      if (this.#takeName(kind)) return statement(kind, '', [], []);
    }
    for (const kind of ['exit', 'return'] as const) {
      if (!this.#takeName(kind)) continue;
      const token = this.#peek();
      const isBare =
        token.kind === 'newline' || token.kind === 'end' || this.#is(';') || this.#is('}');
      return statement(kind, '', isBare ? [] : [this.#expression()], []);
    }
    if (this.#takeName('delete')) {
      const name = this.#next().text;
      const indexes: Expression[] = [];
      if (this.#take('[')) {
        indexes.push(this.#list(']'));
      }
      return statement('delete', name, indexes, []);
    }
    return statement('expression', '', [this.#expression()], []);
  }

  #print(kind: 'print' | 'printf'): Statement {
    const expressions: Expression[] = [];
    this.#isPlainGreater = false;
    const isBare = (): boolean => {
      const token = this.#peek();
      return (
        token.kind === 'newline' ||
        token.kind === 'end' ||
        [';', '}', '>', '>>', '|'].some((mark) => this.#is(mark))
      );
    };
    while (!isBare()) {
      const found = this.#expression();
      // `print (a, b)`: the bracket holds the list.
      if (found.kind === 'group' && expressions.length === 0) expressions.push(...found.args);
      else expressions.push(found);
      if (!this.#take(',')) break;
      this.#skipNewlines();
    }
    let target = '';
    for (const mark of ['>>', '>', '|']) {
      if (target === '' && this.#take(mark)) {
        target = mark;
        expressions.push(this.#concatenation());
      }
    }
    this.#isPlainGreater = true;
    return statement(kind, target, expressions, []);
  }

  /** Expressions up to a closing mark, joined by SUBSEP where there are several. */
  #list(close: string): Expression {
    const items = [this.#expression()];
    while (this.#take(',')) items.push(this.#expression());
    this.#expect(close);
    const [only] = items;
    return items.length === 1 && only !== undefined ? only : expression('group', 'index', ...items);
  }

  #expression(): Expression {
    const left = this.#ternary();
    const token = this.#peek();
    const isTarget = ['variable', 'field', 'index'].includes(left.kind);
    if (isTarget && token.kind === 'mark' && /^(=|\+=|-=|\*=|\/=|%=|\^=|\*\*=)$/.test(token.text)) {
      this.#at += 1;
      this.#skipNewlines();
      return expression(
        'assign',
        token.text.slice(0, -1).replace('**', '^'),
        left,
        this.#expression(),
      );
    }
    return left;
  }

  #ternary(): Expression {
    const condition = this.#or();
    if (!this.#take('?')) return condition;
    this.#skipNewlines();
    const then = this.#expression();
    this.#skipNewlines();
    this.#expect(':');
    this.#skipNewlines();
    return expression('ternary', '', condition, then, this.#expression());
  }

  #or(): Expression {
    let left = this.#and();
    while (this.#take('||')) {
      this.#skipNewlines();
      left = expression('or', '', left, this.#and());
    }
    return left;
  }

  #and(): Expression {
    let left = this.#in();
    while (this.#take('&&')) {
      this.#skipNewlines();
      left = expression('and', '', left, this.#in());
    }
    return left;
  }

  #in(): Expression {
    let left = this.#match();
    while (this.#isPlainIn && this.#takeName('in')) {
      left = expression('in', this.#next().text, left);
    }
    return left;
  }

  #match(): Expression {
    let left = this.#comparison();
    for (;;) {
      const mark = this.#is('~') ? '~' : this.#is('!~') ? '!~' : '';
      if (mark === '') return left;
      this.#at += 1;
      left = expression('match', mark, left, this.#comparison());
    }
  }

  #comparison(): Expression {
    const left = this.#concatenation();
    const marks = this.#isPlainGreater
      ? ['==', '!=', '<=', '>=', '<', '>']
      : ['==', '!=', '<=', '>=', '<'];
    for (const mark of marks) {
      if (this.#take(mark)) return expression('binary', mark, left, this.#concatenation());
    }
    if (this.#isPlainGreater && this.#is('|') && this.#peek(1).text === 'getline') {
      this.#at += 2;
      const token = this.#peek();
      const target = token.kind === 'name' || this.#is('$') ? [this.#unary()] : [];
      return expression('getline', '|', left, ...target);
    }
    return left;
  }

  #concatenation(): Expression {
    let left = this.#sum();
    for (;;) {
      const token = this.#peek();
      const startsOperand =
        ['number', 'string', 'regex', 'call'].includes(token.kind) ||
        (token.kind === 'name' &&
          (!keywords.has(token.text) || token.text === 'getline') &&
          token.text !== 'in') ||
        ['$', '!', '(', '-', '+', '++', '--'].some((mark) => this.#is(mark));
      if (!startsOperand || this.#isName('getline')) return left;
      left = expression('concat', '', left, this.#sum());
    }
  }

  #sum(): Expression {
    let left = this.#product();
    for (;;) {
      const mark = this.#is('+') ? '+' : this.#is('-') ? '-' : '';
      if (mark === '') return left;
      this.#at += 1;
      left = expression('binary', mark, left, this.#product());
    }
  }

  #product(): Expression {
    let left = this.#unary();
    for (;;) {
      const mark = ['*', '/', '%'].find((one) => this.#is(one));
      if (mark === undefined) return left;
      this.#at += 1;
      left = expression('binary', mark, left, this.#unary());
    }
  }

  #unary(): Expression {
    if (this.#take('!')) return expression('not', '', this.#unary());
    if (this.#take('-')) return expression('negate', '', this.#unary());
    if (this.#take('+')) return expression('plus', '', this.#unary());
    const base = this.#postfix();
    if (!this.#take('^') && !this.#take('**')) return base;
    return expression('binary', '^', base, this.#unary());
  }

  #postfix(): Expression {
    for (const mark of ['++', '--']) {
      if (this.#take(mark)) return expression('increment', `${mark}before`, this.#primary());
    }
    const found = this.#primary();
    if (!['variable', 'field', 'index'].includes(found.kind)) return found;
    for (const mark of ['++', '--']) {
      if (this.#take(mark)) return expression('increment', mark, found);
    }
    return found;
  }

  #primary(): Expression {
    const token = this.#next();
    switch (token.kind) {
      case 'number':
      case 'string':
      case 'regex':
        return expression(token.kind, token.text);
      case 'call':
        this.#expect('(');
        return expression('call', token.text, ...this.#arguments());
      case 'name': {
        if (token.text === 'getline') {
          const next = this.#peek();
          const target = next.kind === 'name' ? [this.#primary()] : [];
          return expression('getline', '', ...target);
        }
        if (keywords.has(token.text)) throw new AwkError('Unexpected token');
        if (builtinNames.has(token.text)) {
          return expression('call', token.text, ...(this.#take('(') ? this.#arguments() : []));
        }
        if (!this.#take('[')) return expression('variable', token.text);
        const before = this.#isPlainGreater;
        this.#isPlainGreater = true;
        const index = this.#list(']');
        this.#isPlainGreater = before;
        return expression('index', token.text, index);
      }
      default:
    }
    if (token.text === '$') {
      const isIncrement = this.#is('++') || this.#is('--');
      return expression('field', '', isIncrement ? this.#postfix() : this.#primary());
    }
    if (token.text !== '(') throw new AwkError('Unexpected token');
    const before = this.#isPlainGreater;
    this.#isPlainGreater = true;
    const items = [this.#expression()];
    while (this.#take(',')) items.push(this.#expression());
    this.#expect(')');
    this.#isPlainGreater = before;
    if (items.length > 1 && this.#takeName('in')) {
      return expression('in', this.#next().text, expression('group', 'index', ...items));
    }
    return expression('group', '', ...items);
  }

  #arguments(): Expression[] {
    const before = this.#isPlainGreater;
    this.#isPlainGreater = true;
    const found: Expression[] = [];
    this.#skipNewlines();
    while (!this.#take(')')) {
      found.push(this.#expression());
      this.#skipNewlines();
      if (!this.#is(')')) this.#expect(',');
      this.#skipNewlines();
    }
    this.#isPlainGreater = before;
    return found;
  }
}

function statement(
  kind: Statement['kind'],
  text: string,
  expressions: readonly (Expression | undefined)[],
  body: readonly (Statement | undefined)[],
): Statement {
  return { kind, text, expressions, body };
}
