/**
 * awk: rules over lines and fields.
 *
 * Upstream: busybox editors/awk.c
 * Docs: POSIX.1-2017, awk
 */
import type { Process } from '../../engine/process.ts';
import { isErrno } from '../errno.ts';
import type { OpenFile } from '../open-file.ts';
import { TextFile } from '../open-file.ts';
import type { OsProcess } from '../os-process.ts';
import { AwkError, parseAwk } from './awk-parser.ts';
import type { AwkProgram, Expression, Rule, Statement } from './awk-parser.ts';
import { formatFloat, formatText } from './output.ts';
import { posixExpression } from './regular-expression.ts';
import { runCommand } from './run-command.ts';
import { complain, fileProblem, linesOf, readInput, readOptions, usage } from './utility.ts';

/** A value: a number, a text, or a text from the input that counts as a number where it looks like one. */
type Value = number | string | InputText;

class InputText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type AwkArray = Map<string, Value>;

class Jump {
  readonly kind: 'next' | 'exit' | 'return' | 'break' | 'continue';
  readonly value: Value;

  constructor(kind: Jump['kind'], value: Value = '') {
    this.kind = kind;
    this.value = value;
  }
}

const STEPS_MAX = 2_000_000;

/** awk [-F SEPARATOR] [-v NAME=VALUE]... [-f FILE | PROGRAM] [FILE]... */
export function* awk(process: OsProcess, args: readonly string[], name: string): Process<number> {
  const options = readOptions(process, args, name, 'F:v:f:', true);
  if (options === undefined) return 1;
  const operands = [...options.operands];
  let text = '';
  for (const path of options.values.get('f') ?? []) {
    const part = yield* readInput(process, path);
    if (isErrno(part)) return complain(process, name, fileProblem(path, part));
    text += part;
  }
  if (!options.flags.has('f')) {
    const script = operands.shift();
    if (script === undefined) return usage(process, 'awk [OPTIONS] [AWK_PROGRAM] [FILE]...');
    text = script;
  }
  let program: AwkProgram;
  try {
    program = parseAwk(text);
  } catch (error) {
    if (!(error instanceof AwkError)) throw error;
    return complain(process, name, `cmd. line:1: ${error.message}`);
  }
  const runner = new Runner(process, program);
  const separator = options.values.get('F')?.at(-1);
  if (separator !== undefined) runner.set('FS', separator === 't' ? '\t' : unquoted(separator));
  for (const assignment of options.values.get('v') ?? []) runner.assign(assignment);
  return yield* runner.run(operands, name);
}

function unquoted(text: string): string {
  return text.replace(/\\t/g, '\t').replace(/\\n/g, '\n');
}

function looksNumeric(text: string): boolean {
  return /^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/.test(text);
}

function toNumber(value: Value | undefined): number {
  if (typeof value === 'number') return value;
  const text = value instanceof InputText ? value.text : (value ?? '');
  return Number(/^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?/.exec(text)?.[0] ?? 0);
}

class Runner {
  readonly #process: OsProcess;
  readonly #program: AwkProgram;
  readonly #globals = new Map<string, Value>();
  readonly #arrays = new Map<string, AwkArray>();
  /** Variables of the functions that run, innermost last. */
  readonly #frames: Map<string, Value | AwkArray>[] = [];
  readonly #openRanges = new Set<Rule>();
  readonly #commandLines = new Map<string, string[]>();
  readonly #files = new Map<string, OpenFile>();
  readonly #pipes = new Map<string, string>();
  #fields: Value[] = [];
  #record = '';
  #output = '';
  #steps = 0;
  #pending: string[] = [];

  constructor(process: OsProcess, program: AwkProgram) {
    this.#process = process;
    this.#program = program;
    const defaults = {
      FS: ' ',
      OFS: ' ',
      ORS: '\n',
      RS: '\n',
      NR: 0,
      NF: 0,
      FNR: 0,
      SUBSEP: '\x1c',
    };
    for (const [key, value] of Object.entries(defaults)) this.#globals.set(key, value);
    const environment: AwkArray = new Map();
    for (const [key, value] of process.env) environment.set(key, new InputText(value));
    this.#arrays.set('ENVIRON', environment);
  }

  set(name: string, value: Value): void {
    const frame = this.#frames.at(-1);
    if (frame?.has(name) === true) frame.set(name, value);
    else this.#globals.set(name, value);
    if (name === 'NF') this.#resize(toNumber(value));
  }

  /** `name=value` of the command line. */
  assign(text: string): void {
    const [name = '', ...value] = text.split('=');
    this.set(name, new InputText(unquoted(value.join('='))));
  }

  *run(operands: readonly string[], name: string): Process<number> {
    let code = 0;
    try {
      code = yield* this.#runRules(operands, name);
    } catch (thrown) {
      if (!(thrown instanceof Jump) || thrown.kind !== 'exit') throw thrown;
      code = toNumber(thrown.value);
    }
    yield* this.#flush();
    for (const [command, text] of this.#pipes) {
      const result = yield* runCommand(
        this.#process,
        ['/bin/sh', '-c', command],
        new TextFile(text),
      );
      yield* this.#process.write(1, result.output);
    }
    return code & 0xff;
  }

  *#runRules(operands: readonly string[], name: string): Process<number> {
    const { rules } = this.#program;
    let code = 0;
    for (const rule of rules) if (rule.kind === 'begin') yield* this.#execute(rule.action);
    const isReading = rules.some((rule) => rule.kind !== 'begin');
    if (!isReading) return code;
    const files = operands.filter((operand) => !/^[A-Za-z_]\w*=/.test(operand));
    for (const operand of operands) if (!files.includes(operand)) this.assign(operand);
    try {
      for (const path of files.length === 0 ? ['-'] : files) {
        const text = yield* readInput(this.#process, path);
        if (isErrno(text)) {
          yield* this.#flush();
          code = complain(this.#process, name, fileProblem(path, text));
          continue;
        }
        this.set('FILENAME', path === '-' ? '' : path);
        this.set('FNR', 0);
        this.#pending = this.#recordsOf(text);
        while (this.#nextRecord()) yield* this.#runRecord();
      }
    } catch (thrown) {
      if (!(thrown instanceof Jump) || thrown.kind !== 'exit') throw thrown;
      code = toNumber(thrown.value);
    }
    for (const rule of rules) if (rule.kind === 'end') yield* this.#execute(rule.action);
    return code;
  }

  #recordsOf(text: string): string[] {
    const separator = this.#text(this.#get('RS'));
    if (separator === '\n') return linesOf(text);
    const trimmed = text.replace(/\n$/, '');
    if (separator === '') return trimmed.replace(/^\n+/, '').split(/\n\n+/);
    return trimmed.split(separator);
  }

  #nextRecord(): boolean {
    const record = this.#pending.shift();
    if (record === undefined) return false;
    this.#setRecord(record);
    this.#globals.set('NR', toNumber(this.#globals.get('NR')) + 1);
    this.#globals.set('FNR', toNumber(this.#globals.get('FNR')) + 1);
    return true;
  }

  *#runRecord(): Process {
    try {
      for (const rule of this.#program.rules) {
        if (yield* this.#applies(rule)) {
          if (rule.action === undefined) this.#output += `${this.#record}\n`;
          else yield* this.#execute(rule.action);
        }
      }
    } catch (thrown) {
      if (!(thrown instanceof Jump) || thrown.kind !== 'next') throw thrown;
    }
    if (this.#output.length > 4096) yield* this.#flush();
  }

  *#applies(rule: Rule): Process<boolean> {
    const [first, last] = rule.patterns;
    if (rule.kind === 'begin' || rule.kind === 'end') return false;
    if (first === undefined) return true;
    if (rule.kind === 'pattern' || last === undefined) return yield* this.#isTrue(first);
    if (!this.#openRanges.has(rule)) {
      if (!(yield* this.#isTrue(first))) return false;
      this.#openRanges.add(rule);
    }
    if (yield* this.#isTrue(last)) this.#openRanges.delete(rule);
    return true;
  }

  *#flush(): Process {
    const text = this.#output;
    this.#output = '';
    if (text !== '') yield* this.#process.write(1, text);
  }

  #setRecord(record: string): void {
    this.#record = record;
    this.#fields = splitFields(record, this.#text(this.#get('FS'))).map(
      (field) => new InputText(field),
    );
    this.#globals.set('NF', this.#fields.length);
  }

  #resize(count: number): void {
    while (this.#fields.length < count) this.#fields.push('');
    this.#fields.length = count;
    this.#join();
  }

  #join(): void {
    const separator = this.#text(this.#get('OFS'));
    this.#record = this.#fields.map((field) => this.#text(field)).join(separator);
  }

  #get(name: string): Value {
    const frame = this.#frames.at(-1);
    const own = frame?.get(name);
    if (own !== undefined) return own instanceof Map ? '' : own;
    return frame?.has(name) === true ? '' : (this.#globals.get(name) ?? '');
  }

  #array(name: string): AwkArray {
    const frame = this.#frames.at(-1);
    const own = frame?.get(name);
    if (own instanceof Map) return own;
    if (frame?.has(name) === true) {
      const made: AwkArray = new Map();
      frame.set(name, made);
      return made;
    }
    let found = this.#arrays.get(name);
    if (found === undefined) {
      found = new Map();
      this.#arrays.set(name, found);
    }
    return found;
  }

  #text(value: Value): string {
    if (typeof value === 'string') return value;
    if (value instanceof InputText) return value.text;
    return Number.isInteger(value) ? String(value) : formatFloat('g', value, 6);
  }

  *#isTrue(expression: Expression): Process<boolean> {
    const value = yield* this.#value(expression);
    if (typeof value === 'number') return value !== 0;
    if (typeof value === 'string') return value !== '';
    return looksNumeric(value.text) ? Number(value.text) !== 0 : value.text !== '';
  }

  *#execute(statement: Statement | undefined): Process {
    if (statement === undefined) return;
    this.#steps += 1;
    if (this.#steps > STEPS_MAX) throw new Jump('exit', 2);
    const { expressions, body } = statement;
    const [first] = expressions;
    switch (statement.kind) {
      case 'block':
        for (const inner of body) yield* this.#execute(inner);
        return;
      case 'expression':
        if (first !== undefined) yield* this.#value(first);
        return;
      case 'print':
      case 'printf':
        return yield* this.#print(statement);
      case 'if':
        if (first !== undefined && (yield* this.#isTrue(first)))
          return yield* this.#execute(body[0]);
        return yield* this.#execute(body[1]);
      case 'while':
      case 'do':
      case 'for':
        return yield* this.#loop(statement);
      case 'forIn': {
        const [name = '', array = ''] = statement.text.split(' ');
        for (const key of [...this.#array(array).keys()]) {
          this.set(name, new InputText(key));
          if (yield* this.#leaves(body[0])) return;
        }
        return;
      }
      case 'delete':
        if (first === undefined) this.#array(statement.text).clear();
        else this.#array(statement.text).delete(yield* this.#key(first));
        return;
      case 'exit':
      case 'return':
        throw new Jump(statement.kind, first === undefined ? '' : yield* this.#value(first));
      default:
        throw new Jump(statement.kind);
    }
  }

  *#loop(statement: Statement): Process {
    const [condition] = statement.expressions;
    const isFor = statement.kind === 'for';
    const body = isFor ? statement.body[2] : statement.body[0];
    if (isFor) yield* this.#execute(statement.body[0]);
    let isFirst = statement.kind === 'do';
    while (isFirst || condition === undefined || (yield* this.#isTrue(condition))) {
      isFirst = false;
      if (yield* this.#leaves(body)) return;
      if (isFor) yield* this.#execute(statement.body[1]);
      this.#steps += 1;
      if (this.#steps > STEPS_MAX) throw new Jump('exit', 2);
    }
  }

  /** Runs the body of a loop; true when it was left by `break`. */
  *#leaves(body: Statement | undefined): Process<boolean> {
    try {
      yield* this.#execute(body);
    } catch (thrown) {
      if (!(thrown instanceof Jump)) throw thrown;
      if (thrown.kind === 'break') return true;
      if (thrown.kind !== 'continue') throw thrown;
    }
    return false;
  }

  *#print(statement: Statement): Process {
    const values: string[] = [];
    const expressions = statement.expressions.filter((one) => one !== undefined);
    const target = statement.text === '' ? undefined : expressions.pop();
    for (const expression of expressions) values.push(this.#text(yield* this.#value(expression)));
    let text: string;
    if (statement.kind === 'printf') text = formatText(values[0] ?? '', values.slice(1));
    else {
      const line = values.length === 0 ? this.#record : values.join(this.#text(this.#get('OFS')));
      text = line + this.#text(this.#get('ORS'));
    }
    if (target === undefined) {
      this.#output += text;
      return;
    }
    const path = this.#text(yield* this.#value(target));
    if (statement.text === '|') {
      this.#pipes.set(path, (this.#pipes.get(path) ?? '') + text);
      return;
    }
    let file = this.#files.get(path);
    if (file === undefined) {
      const mode = statement.text === '>' ? { truncate: true } : { append: true };
      const opened = this.#process.system.files.open(this.#process, path, {
        write: true,
        create: true,
        ...mode,
      });
      if (isErrno(opened)) throw new Jump('exit', 2);
      file = opened;
      this.#files.set(path, file);
    }
    yield* this.#flush();
    file.write(text);
  }

  *#key(expression: Expression): Process<string> {
    if (expression.kind !== 'group') return this.#text(yield* this.#value(expression));
    const parts: string[] = [];
    for (const part of expression.args) parts.push(this.#text(yield* this.#value(part)));
    return parts.join(this.#text(this.#get('SUBSEP')));
  }

  *#store(target: Expression, value: Value): Process {
    if (target.kind === 'variable') this.set(target.text, value);
    else if (target.kind === 'index') {
      this.#array(target.text).set(yield* this.#key(target.args[0] as Expression), value);
    } else {
      const index = toNumber(yield* this.#value(target.args[0] as Expression));
      if (index === 0) return this.#setRecord(this.#text(value));
      while (this.#fields.length < index) this.#fields.push('');
      this.#fields[index - 1] = value;
      this.#globals.set('NF', this.#fields.length);
      this.#join();
    }
  }

  *#value(expression: Expression): Process<Value> {
    const [first, second, third] = expression.args as [Expression, Expression, Expression];
    switch (expression.kind) {
      case 'number':
        return Number(expression.text);
      case 'string':
        return expression.text;
      case 'regex':
        return compile(expression.text).test(this.#record) ? 1 : 0;
      case 'variable':
        return this.#get(expression.text);
      case 'group':
        return yield* this.#value(first);
      case 'field': {
        const index = toNumber(yield* this.#value(first));
        return index === 0
          ? new InputText(this.#record)
          : (this.#fields[index - 1] ?? new InputText(''));
      }
      case 'index': {
        const array = this.#array(expression.text);
        const key = yield* this.#key(first);
        if (!array.has(key)) array.set(key, new InputText(''));
        return array.get(key) ?? '';
      }
      case 'in':
        return this.#array(expression.text).has(yield* this.#key(first)) ? 1 : 0;
      case 'assign': {
        const right = yield* this.#value(second);
        const value =
          expression.text === ''
            ? right
            : calculate(expression.text, toNumber(yield* this.#value(first)), toNumber(right));
        yield* this.#store(first, value);
        return value;
      }
      case 'ternary':
        return yield* this.#value((yield* this.#isTrue(first)) ? second : third);
      case 'and':
        return (yield* this.#isTrue(first)) && (yield* this.#isTrue(second)) ? 1 : 0;
      case 'or':
        return (yield* this.#isTrue(first)) || (yield* this.#isTrue(second)) ? 1 : 0;
      case 'not':
        return (yield* this.#isTrue(first)) ? 0 : 1;
      case 'negate':
        return 0 - toNumber(yield* this.#value(first));
      case 'plus':
        return toNumber(yield* this.#value(first));
      case 'match': {
        const text = this.#text(yield* this.#value(first));
        const pattern = yield* this.#pattern(second);
        return pattern.test(text) === (expression.text === '~') ? 1 : 0;
      }
      case 'concat':
        return this.#text(yield* this.#value(first)) + this.#text(yield* this.#value(second));
      case 'increment': {
        const before = toNumber(yield* this.#value(first));
        const after = before + (expression.text.startsWith('++') ? 1 : -1);
        yield* this.#store(first, after);
        return expression.text.endsWith('before') ? after : before;
      }
      case 'binary': {
        const left = yield* this.#value(first);
        const right = yield* this.#value(second);
        return /^[=!<>]/.test(expression.text)
          ? this.#compare(expression.text, left, right)
          : calculate(expression.text, toNumber(left), toNumber(right));
      }
      case 'getline':
        return yield* this.#getline(expression);
      default:
        return yield* this.#call(expression);
    }
  }

  #compare(operator: string, left: Value, right: Value): number {
    const isNumeric = (value: Value): boolean =>
      typeof value === 'number' || (value instanceof InputText && looksNumeric(value.text));
    const [first, second] =
      isNumeric(left) && isNumeric(right)
        ? [toNumber(left), toNumber(right)]
        : [this.#text(left), this.#text(right)];
    const results: Record<string, boolean> = {
      '==': first === second,
      '!=': first !== second,
      '<': first < second,
      '<=': first <= second,
      '>': first > second,
      '>=': first >= second,
    };
    return results[operator] === true ? 1 : 0;
  }

  *#pattern(expression: Expression): Process<RegExp> {
    if (expression.kind === 'regex') return compile(expression.text);
    return compile(this.#text(yield* this.#value(expression)));
  }

  *#getline(expression: Expression): Process<Value> {
    const isCommand = expression.text === '|';
    const [source, target] = isCommand ? expression.args : [undefined, expression.args[0]];
    let line: string | undefined;
    if (source === undefined) line = this.#pending.shift();
    else {
      const command = this.#text(yield* this.#value(source));
      let lines = this.#commandLines.get(command);
      if (lines === undefined) {
        yield* this.#flush();
        const result = yield* runCommand(this.#process, ['/bin/sh', '-c', command]);
        lines = linesOf(result.output);
        this.#commandLines.set(command, lines);
      }
      line = lines.shift();
    }
    if (line === undefined) return 0;
    if (!isCommand) this.#globals.set('NR', toNumber(this.#globals.get('NR')) + 1);
    if (target === undefined) this.#setRecord(line);
    else yield* this.#store(target, new InputText(line));
    return 1;
  }

  *#call(expression: Expression): Process<Value> {
    const own = this.#program.functions.get(expression.text);
    if (own !== undefined) {
      const frame = new Map<string, Value | AwkArray>();
      for (const [index, name] of own.parameters.entries()) {
        const given = expression.args[index];
        const isArray = given?.kind === 'variable' && this.#isArray(given.text);
        if (isArray) frame.set(name, this.#array(given.text));
        else frame.set(name, given === undefined ? '' : yield* this.#value(given));
      }
      this.#frames.push(frame);
      if (this.#frames.length > 500) throw new Jump('exit', 2);
      try {
        yield* this.#execute(own.body);
      } catch (thrown) {
        if (!(thrown instanceof Jump) || thrown.kind !== 'return') throw thrown;
        return thrown.value;
      } finally {
        this.#frames.pop();
      }
      return '';
    }
    return yield* this.#builtin(expression.text, expression.args);
  }

  #isArray(name: string): boolean {
    return this.#frames.at(-1)?.get(name) instanceof Map || this.#arrays.has(name);
  }

  *#builtin(name: string, args: readonly Expression[]): Process<Value> {
    const [first, second, third] = args;
    if (name === 'length') {
      if (first === undefined) return this.#record.length;
      if (first.kind === 'variable' && this.#isArray(first.text))
        return this.#array(first.text).size;
      return this.#text(yield* this.#value(first)).length;
    }
    if (name === 'split' && first !== undefined && second !== undefined) {
      const text = this.#text(yield* this.#value(first));
      const separator =
        third === undefined
          ? this.#text(this.#get('FS'))
          : third.kind === 'regex'
            ? third.text
            : this.#text(yield* this.#value(third));
      const array = this.#array(second.text);
      array.clear();
      const parts = splitFields(text, separator);
      for (const [index, part] of parts.entries())
        array.set(String(index + 1), new InputText(part));
      return parts.length;
    }
    if (name === 'sub' || name === 'gsub') return yield* this.#substitute(name === 'gsub', args);
    if (name === 'match' && first !== undefined && second !== undefined) {
      const match = (yield* this.#pattern(second)).exec(this.#text(yield* this.#value(first)));
      this.set('RSTART', match === null ? 0 : match.index + 1);
      this.set('RLENGTH', match === null ? -1 : match[0].length);
      return match === null ? 0 : match.index + 1;
    }
    const values: Value[] = [];
    for (const argument of args) values.push(yield* this.#value(argument));
    const text = this.#text(values[0] ?? '');
    const number = toNumber(values[0]);
    switch (name) {
      case 'substr': {
        const from = Math.round(toNumber(values[1])) - 1;
        const end = values[2] === undefined ? Infinity : from + Math.round(toNumber(values[2]));
        return text.slice(Math.max(from, 0), Math.max(end, 0));
      }
      case 'index':
        return text.indexOf(this.#text(values[1] ?? '')) + 1;
      case 'toupper':
        return text.toUpperCase();
      case 'tolower':
        return text.toLowerCase();
      case 'sprintf':
        return formatText(
          text,
          values.slice(1).map((value) => this.#text(value)),
        );
      case 'int':
        return Math.trunc(number);
      case 'sqrt':
        return Math.sqrt(number);
      case 'exp':
        return Math.exp(number);
      case 'log':
        return Math.log(number);
      case 'sin':
        return Math.sin(number);
      case 'cos':
        return Math.cos(number);
      case 'rand':
        return this.#process.system.random.float();
      case 'system': {
        yield* this.#flush();
        const result = yield* runCommand(this.#process, ['/bin/sh', '-c', text]);
        yield* this.#process.write(1, result.output);
        return result.code;
      }
      case 'close':
        this.#files.delete(text);
        this.#commandLines.delete(text);
        return 0;
      default:
        return 0;
    }
  }

  *#substitute(isGlobal: boolean, args: readonly Expression[]): Process<Value> {
    const [
      pattern,
      replacement,
      target = {
        kind: 'field',
        text: '',
        args: [{ kind: 'number', text: '0', args: [] }],
      } as Expression,
    ] = args;
    if (pattern === undefined || replacement === undefined) return 0;
    const expression = yield* this.#pattern(pattern);
    const text = this.#text(yield* this.#value(replacement));
    let count = 0;
    const result = this.#text(yield* this.#value(target)).replace(
      new RegExp(expression.source, isGlobal ? 'g' : ''),
      (match) => {
        count += 1;
        return text.replace(/\\&|&/g, (one) => (one === '&' ? match : '&'));
      },
    );
    if (count > 0) yield* this.#store(target, result);
    return count;
  }
}

function calculate(operator: string, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
    default:
      return left ** right;
  }
}

function compile(source: string): RegExp {
  return posixExpression(source, true, '') ?? /(?!)/;
}

function splitFields(text: string, separator: string): string[] {
  if (text === '') return [];
  if (separator === ' ')
    return text
      .trim()
      .split(/\s+/)
      .filter((field) => field !== '');
  if (separator.length === 1) return text.split(separator);
  return text.split(compile(separator));
}
