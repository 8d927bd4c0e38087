/**
 * test, [ and busybox's [[.
 *
 * Upstream: busybox coreutils/test.c
 */
import { isErrno } from '../errno.ts';
import type { FileNode } from '../files/node.ts';
import type { OsProcess } from '../os-process.ts';
import { matchesPattern } from '../shell/pattern.ts';
import { posixExpression } from './regular-expression.ts';
import { complain } from './utility.ts';

class TestError extends Error {}

const binary = new Set('= == != < > -eq -ne -lt -le -gt -ge -nt -ot -ef =~'.split(' '));
const unary = new Set('bcdefghkLnprsStuwxzGO'.split('').map((letter) => `-${letter}`));

/** test EXPRESSION; as `[` and `[[` the last word is the bracket that closes. */
export function test(
  process: OsProcess,
  args: readonly string[],
  name: string,
  as: string,
): number {
  let words = args;
  if (as === '[' || as === '[[') {
    const close = as === '[' ? ']' : ']]';
    if (words.at(-1) !== close) return complain(process, name, `missing ${close}`, 2);
    words = words.slice(0, -1);
  }
  try {
    return new Test(process, words, as === '[[').run();
  } catch (error) {
    if (!(error instanceof TestError)) throw error;
    return complain(process, name, error.message, 2);
  }
}

class Test {
  readonly #process: OsProcess;
  readonly #words: readonly string[];
  readonly #isDouble: boolean;
  #at = 0;

  constructor(process: OsProcess, words: readonly string[], isDouble: boolean) {
    this.#process = process;
    this.#words = words;
    this.#isDouble = isDouble;
  }

  run(): number {
    const [first, second, third] = this.#words;
    const count = this.#words.length;
    if (count === 0) return 1;
    if (count === 1) return first === '' ? 1 : 0;
    if (count === 2 && first === '!') return second === '' ? 0 : 1;
    if (count === 3 && binary.has(second ?? '')) {
      return this.#compare(first ?? '', second ?? '', third ?? '') ? 0 : 1;
    }
    const result = this.#or();
    const extra = this.#words[this.#at];
    if (extra !== undefined) throw new TestError(`${extra}: unknown operand`);
    return result ? 0 : 1;
  }

  #or(): boolean {
    let result = this.#and();
    while (this.#words[this.#at] === '-o') {
      this.#at += 1;
      const right = this.#and();
      result ||= right;
    }
    return result;
  }

  #and(): boolean {
    let result = this.#not();
    while (this.#words[this.#at] === '-a') {
      this.#at += 1;
      const right = this.#not();
      result &&= right;
    }
    return result;
  }

  #not(): boolean {
    if (this.#words[this.#at] !== '!') return this.#primary();
    this.#at += 1;
    return !this.#not();
  }

  #primary(): boolean {
    const word = this.#words[this.#at];
    if (word === undefined) throw new TestError('argument expected');
    if (word === '(') {
      this.#at += 1;
      const result = this.#or();
      if (this.#words[this.#at] !== ')') throw new TestError('closing paren expected');
      this.#at += 1;
      return result;
    }
    const operator = this.#words[this.#at + 1];
    if (operator !== undefined && binary.has(operator)) {
      const right = this.#words[this.#at + 2];
      if (right === undefined) throw new TestError(`${operator}: argument expected`);
      this.#at += 3;
      return this.#compare(word, operator, right);
    }
    if (unary.has(word)) {
      if (operator === undefined) {
        if (this.#words.length === 1) return true;
        throw new TestError(`${word}: argument expected`);
      }
      this.#at += 2;
      return this.#unary(word, operator);
    }
    this.#at += 1;
    return word !== '';
  }

  #compare(left: string, operator: string, right: string): boolean {
    switch (operator) {
      case '=':
      case '==':
        return this.#isDouble ? matchesPattern(right, left) : left === right;
      case '!=':
        return this.#isDouble ? !matchesPattern(right, left) : left !== right;
      case '<':
        return left < right;
      case '>':
        return left > right;
      case '=~': {
        const expression = posixExpression(right, true, '');
        return expression !== undefined && expression.test(left);
      }
      case '-nt':
      case '-ot':
      case '-ef': {
        const [first, second] = [this.#time(left), this.#time(right)];
        if (operator === '-ef') return left === right && first !== undefined;
        if (operator === '-nt') return first !== undefined && first > (second ?? -Infinity);
        return second !== undefined && second > (first ?? -Infinity);
      }
      default:
        return compareNumbers(numberOf(left), operator, numberOf(right));
    }
  }

  #time(path: string): number | undefined {
    const node = this.#process.system.files.stat(this.#process, path);
    return isErrno(node) ? undefined : node.mtimeMs;
  }

  #unary(operator: string, operand: string): boolean {
    if (operator === '-n') return operand !== '';
    if (operator === '-z') return operand === '';
    if (operator === '-t') {
      numberOf(operand);
      return false;
    }
    const { files } = this.#process.system;
    const isLink = operator === '-L' || operator === '-h';
    const place = files.walk(this.#process, operand, !isLink);
    if (isErrno(place) || place.node === undefined) return false;
    const node: FileNode = place.node;
    switch (operator) {
      case '-f':
        return node.kind === 'file';
      case '-d':
        return node.kind === 'directory';
      case '-L':
      case '-h':
        return node.kind === 'link';
      case '-c':
        return node.kind === 'device';
      case '-s':
        return node.kind === 'directory' || (node.kind === 'file' && node.content !== '');
      case '-r':
        return files.mayAccess(this.#process, node, 4);
      case '-w':
        return files.mayWrite(this.#process, place);
      case '-x':
        return files.mayAccess(this.#process, node, 1);
      case '-O':
        return node.uid === this.#process.uid;
      case '-G':
        return node.gid === this.#process.gid;
      case '-e':
        return true;
      case '-k':
        return (node.mode & 0o1000) !== 0;
      case '-g':
        return (node.mode & 0o2000) !== 0;
      case '-u':
        return (node.mode & 0o4000) !== 0;
      default:
        return false;
    }
  }
}

function numberOf(text: string): number {
  if (/^\s*[-+]?\d+\s*$/.test(text)) return Number(text);
  throw new TestError(text === '' ? 'bad number' : `${text}: bad number`);
}

function compareNumbers(left: number, operator: string, right: number): boolean {
  switch (operator) {
    case '-eq':
      return left === right;
    case '-ne':
      return left !== right;
    case '-lt':
      return left < right;
    case '-le':
      return left <= right;
    case '-gt':
      return left > right;
    default:
      return left >= right;
  }
}
