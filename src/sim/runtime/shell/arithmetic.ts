/**
 * Arithmetic of `$((…))`: integers, C's operators and precedence, variables by name, assignment.
 *
 * Upstream: busybox shell/math.c
 * Simplified: numbers are exact up to 2^53; shifts and bits are those of 32-bit numbers.
 */

/** A mistake in an expression. */
export class ArithmeticError extends Error {
  override readonly name = 'ArithmeticError';
}

/** The variables of an expression. */
export interface ArithmeticVariables {
  get(name: string): string;
  set(name: string, value: string): void;
}

const binary: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<=', '>=', '<', '>'],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
  ['**'],
];

const assignments = ['<<=', '>>=', '+=', '-=', '*=', '/=', '%=', '&=', '|=', '^=', '='];

/** Returns the value of an expression; 0 for an empty one. Throws ArithmeticError. */
export function evaluateArithmetic(text: string, variables: ArithmeticVariables): number {
  return new Evaluator(text, variables, 0).all();
}

const token =
  /\s*(0[xX][0-9a-fA-F]+|\d+|[A-Za-z_]\w*|<<=|>>=|\*\*|\+\+|--|&&|\|\||<<|>>|[<>=!+\-*/%&|^]=|[-+*/%<>=!~^&|?:(),])|\s+$/y;

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  let end = 0;
  while (end < text.length) {
    token.lastIndex = end;
    const match = token.exec(text);
    if (match === null) throw new ArithmeticError('arithmetic syntax error');
    end = token.lastIndex;
    if (match[1] !== undefined) tokens.push(match[1]);
  }
  return tokens;
}

class Evaluator {
  readonly #tokens: string[];
  readonly #variables: ArithmeticVariables;
  readonly #depth: number;
  #at = 0;
  /** False in the branch of `&&`, `||` and `?:` that is not taken: nothing is assigned, nothing fails. */
  #isLive = true;

  constructor(text: string, variables: ArithmeticVariables, depth: number) {
    if (depth > 100) throw new ArithmeticError('expression recursion loop detected');
    this.#variables = variables;
    this.#depth = depth;
    this.#tokens = tokensOf(text);
  }

  all(): number {
    if (this.#tokens.length === 0) return 0;
    const value = this.#comma();
    if (this.#at < this.#tokens.length) throw new ArithmeticError('arithmetic syntax error');
    return value;
  }

  #peek(): string {
    return this.#tokens[this.#at] ?? '';
  }

  #take(token: string): boolean {
    if (this.#peek() !== token) return false;
    this.#at += 1;
    return true;
  }

  #comma(): number {
    let value = this.#ternary();
    while (this.#take(',')) value = this.#ternary();
    return value;
  }

  #ternary(): number {
    const next = this.#tokens[this.#at + 1] ?? '';
    if (/^[A-Za-z_]/.test(this.#peek()) && assignments.includes(next)) return this.#assign();
    const condition = this.#binary(0);
    if (!this.#take('?')) return condition;
    const then = this.#branch(condition !== 0, () => this.#comma());
    if (!this.#take(':')) throw new ArithmeticError('arithmetic syntax error');
    const otherwise = this.#branch(condition === 0, () => this.#ternary());
    return condition !== 0 ? then : otherwise;
  }

  #assign(): number {
    const name = this.#peek();
    const operator = this.#tokens[this.#at + 1] ?? '';
    this.#at += 2;
    const right = this.#ternary();
    const value =
      operator === '=' ? right : this.#apply(operator.slice(0, -1), this.#variable(name), right);
    if (this.#isLive) this.#variables.set(name, String(value));
    return value;
  }

  #branch(isTaken: boolean, read: () => number): number {
    const before = this.#isLive;
    this.#isLive = before && isTaken;
    try {
      return read();
    } finally {
      this.#isLive = before;
    }
  }

  #binary(level: number): number {
    const operators = binary[level];
    if (operators === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    for (;;) {
      const operator = this.#peek();
      if (!operators.includes(operator)) return left;
      this.#at += 1;
      if (operator === '&&' || operator === '||') {
        const isDecided = (operator === '&&') === (left === 0);
        const right = this.#branch(!isDecided, () => this.#binary(level + 1));
        left = (operator === '&&' ? left !== 0 && right !== 0 : left !== 0 || right !== 0) ? 1 : 0;
      } else if (operator === '**') left = this.#apply('**', left, this.#binary(level));
      else left = this.#apply(operator, left, this.#binary(level + 1));
    }
  }

  #apply(operator: string, left: number, right: number): number {
    switch (operator) {
      case '+':
        return left + right;
      case '-':
        return left - right;
      case '*':
        return left * right;
      case '/':
      case '%': {
        if (right === 0) {
          if (!this.#isLive) return 0;
          throw new ArithmeticError('divide by zero');
        }
        const result = operator === '/' ? Math.trunc(left / right) : left % right;
        return result === 0 ? 0 : result;
      }
      case '**':
        return left ** right;
      case '<<':
        return left * 2 ** right;
      case '>>':
        return Math.floor(left / 2 ** right);
      case '&':
        return left & right;
      case '|':
        return left | right;
      case '^':
        return left ^ right;
      case '==':
        return left === right ? 1 : 0;
      case '!=':
        return left !== right ? 1 : 0;
      case '<':
        return left < right ? 1 : 0;
      case '>':
        return left > right ? 1 : 0;
      case '<=':
        return left <= right ? 1 : 0;
      default:
        return left >= right ? 1 : 0;
    }
  }

  #unary(): number {
    if (this.#take('!')) return this.#unary() === 0 ? 1 : 0;
    if (this.#take('~')) return ~this.#unary();
    if (this.#take('-')) return 0 - this.#unary();
    if (this.#take('+')) return this.#unary();
    for (const [token, step] of [
      ['++', 1],
      ['--', -1],
    ] as const) {
      if (!this.#take(token)) continue;
      const name = this.#name();
      const value = this.#variable(name) + step;
      if (this.#isLive) this.#variables.set(name, String(value));
      return value;
    }
    return this.#primary();
  }

  #name(): string {
    const name = this.#peek();
    if (!/^[A-Za-z_]/.test(name)) throw new ArithmeticError('arithmetic syntax error');
    this.#at += 1;
    return name;
  }

  #primary(): number {
    if (this.#take('(')) {
      const value = this.#comma();
      if (!this.#take(')')) throw new ArithmeticError('arithmetic syntax error');
      return value;
    }
    const token = this.#peek();
    if (/^\d/.test(token)) {
      this.#at += 1;
      return numberOf(token);
    }
    const name = this.#name();
    const value = this.#variable(name);
    const step = this.#take('++') ? 1 : this.#take('--') ? -1 : 0;
    if (step !== 0 && this.#isLive) this.#variables.set(name, String(value + step));
    return value;
  }

  #variable(name: string): number {
    const text = this.#variables.get(name);
    if (/^[-+]?\d+$/.test(text)) return numberOf(text);
    return new Evaluator(text, this.#variables, this.#depth + 1).all();
  }
}

function numberOf(text: string): number {
  if (/^0[0-7]+$/.test(text)) return parseInt(text, 8);
  return Number(text);
}
