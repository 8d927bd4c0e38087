/**
 * Parses scripts command by command, with busybox's words for mistakes.
 *
 * Upstream: busybox shell/ash.c list, andor, pipeline, parse_command, simplecmd
 */
import type { ShellFlavour } from '../system.ts';
import { Lexer, assignmentOf } from './lexer.ts';
import type { Token } from './lexer.ts';
import { isName, plainText } from './syntax.ts';
import type { CaseClause, Command, Redirection, RedirectionOperator, Word } from './syntax.ts';

const KEYWORDS = new Set(
  '! { } case do done elif else esac fi for function if in then until while'.split(' '),
);

/** Commands inside one another. */
const DEPTH_MAX = 100;

/** Words and operators at which a list of commands ends. */
const LIST_ENDS = new Set([';;', ')', '}', 'do', 'done', 'elif', 'else', 'esac', 'fi', 'then']);

/** Reads one script. */
export class Parser {
  readonly #lexer: Lexer;
  #pushed: Token | undefined;
  #depth = 0;

  /** `line` is the number of the script's first line. */
  constructor(script: string | Lexer, line = 0, flavour: ShellFlavour = 'ash') {
    this.#lexer =
      typeof script === 'string' ? new Lexer(script, line, flavour, parseSubstitution) : script;
  }

  /** Whether the script has ended, as far as it was read: nothing follows what `next` gave last. */
  get isAtEnd(): boolean {
    return this.#pushed?.kind === 'end';
  }

  /**
   * Reads the commands of one line (more where they go on). Undefined at the end; 'empty' for a line without commands.
   * Throws ShellSyntaxError.
   */
  next(): Command | 'empty' | undefined {
    let found: Command | undefined;
    for (;;) {
      const token = this.#peek();
      if (token.kind === 'end') return found;
      if (token.kind === 'newline') {
        this.#read();
        return found ?? 'empty';
      }
      const [command, isDone] = this.#separated();
      found = found === undefined ? command : { kind: 'sequence', left: found, right: command };
      if (isDone) {
        const after = this.#peek();
        if (after.kind !== 'newline' && after.kind !== 'end') this.#unexpected(this.#read());
      }
    }
  }

  /** Reads the commands of a `$(…)` up to its bracket, or all of a backquoted text. */
  substitution(isBracketed: boolean): Command | undefined {
    const body = this.#list();
    const token = this.#read();
    if (!isBracketed) return token.kind === 'end' ? body : this.#unexpected(token);
    return markOf(token) === ')' ? body : this.#unexpected(token, ')');
  }

  #peek(): Token {
    this.#pushed ??= this.#lexer.next();
    return this.#pushed;
  }

  #read(): Token {
    const token = this.#peek();
    this.#pushed = undefined;
    return token;
  }

  #skipNewlines(): void {
    while (this.#peek().kind === 'newline') this.#read();
  }

  #unexpected(token: Token, expected?: string): never {
    const tail = expected === undefined ? '' : ` (expecting "${expected}")`;
    return this.#lexer.fail(`unexpected ${nameOf(token)}${tail}`);
  }

  /** Reads a keyword or an operator that must come. */
  #expect(expected: string): void {
    this.#skipNewlines();
    const token = this.#read();
    if (markOf(token) !== expected) this.#unexpected(token, expected);
  }

  /** Commands up to a word that ends a list; undefined when there are none. */
  #list(): Command | undefined {
    let found: Command | undefined;
    for (;;) {
      this.#skipNewlines();
      const token = this.#peek();
      if (token.kind === 'end' || LIST_ENDS.has(markOf(token))) return found;
      const [command, isDone] = this.#separated();
      found = found === undefined ? command : { kind: 'sequence', left: found, right: command };
      if (isDone && this.#peek().kind !== 'newline') return found;
    }
  }

  /** A list of `&&` and `||`, with the separator behind it. True when there was none. */
  #separated(): [Command, boolean] {
    const command = this.#andOr();
    const token = this.#peek();
    if (token.kind === 'operator' && token.text === '&') {
      this.#read();
      return [{ kind: 'background', body: command }, false];
    }
    if (token.kind === 'operator' && token.text === ';') {
      this.#read();
      return [command, false];
    }
    return [command, true];
  }

  #andOr(): Command {
    let left = this.#pipeline();
    for (;;) {
      const token = this.#peek();
      const mark = token.kind === 'operator' ? token.text : '';
      if (mark !== '&&' && mark !== '||') return left;
      this.#read();
      this.#skipNewlines();
      left = { kind: mark === '&&' ? 'and' : 'or', left, right: this.#pipeline() };
    }
  }

  #pipeline(): Command {
    let isNegated = false;
    while (markOf(this.#peek()) === '!') {
      this.#read();
      isNegated = !isNegated;
    }
    const commands = [this.#command()];
    for (;;) {
      const token = this.#peek();
      if (token.kind !== 'operator' || token.text !== '|') break;
      this.#read();
      this.#skipNewlines();
      commands.push(this.#command());
    }
    const [only] = commands;
    if (commands.length === 1 && only !== undefined && !isNegated) return only;
    return { kind: 'pipeline', commands, isNegated };
  }

  #command(): Command {
    this.#depth += 1;
    if (this.#depth > DEPTH_MAX) this.#lexer.fail('commands are nested too deeply');
    const command = this.#oneCommand();
    this.#depth -= 1;
    return command;
  }

  #oneCommand(): Command {
    const token = this.#peek();
    switch (markOf(token)) {
      case 'if':
        return this.#if();
      case 'while':
      case 'until':
        return this.#loop();
      case 'for':
        return this.#for();
      case 'case':
        return this.#case();
      case 'function':
        return this.#functionKeyword();
      case '(':
      case '{':
        return this.#block();
      default:
    }
    if (token.kind === 'redirection') return this.#simple();
    if (token.kind === 'word' && !isKeyword(token)) return this.#simple();
    return this.#unexpected(this.#read());
  }

  #block(): Command {
    const isGroup = markOf(this.#read()) === '{';
    const body = this.#list();
    this.#expect(isGroup ? '}' : ')');
    return { kind: isGroup ? 'group' : 'subshell', body, redirections: this.#redirections() };
  }

  #if(): Command {
    this.#read();
    const condition = this.#list();
    this.#expect('then');
    const then = this.#list();
    this.#skipNewlines();
    const mark = markOf(this.#peek());
    if (mark === 'elif') {
      const otherwise = this.#if();
      return { kind: 'if', condition, then, otherwise, redirections: [] };
    }
    let otherwise: Command | undefined;
    if (mark === 'else') {
      this.#read();
      otherwise = this.#list();
    }
    this.#expect('fi');
    return { kind: 'if', condition, then, otherwise, redirections: this.#redirections() };
  }

  #loop(): Command {
    const kind = markOf(this.#read()) === 'while' ? 'while' : 'until';
    const condition = this.#list();
    this.#expect('do');
    const body = this.#list();
    this.#expect('done');
    return { kind, condition, body, redirections: this.#redirections() };
  }

  #for(): Command {
    const { line } = this.#read();
    const token = this.#read();
    const name = token.kind === 'word' ? plainText(token.word) : undefined;
    if (name === undefined || !isName(name)) this.#lexer.fail('bad for loop variable');
    this.#skipNewlines();
    let words: Word[] | undefined;
    if (markOf(this.#peek()) === 'in') {
      this.#read();
      words = [];
      for (;;) {
        const next = this.#read();
        if (next.kind === 'word') words.push(next.word);
        else if (next.kind === 'newline' || markOf(next) === ';') break;
        else this.#unexpected(next);
      }
    } else if (markOf(this.#peek()) === ';') this.#read();
    this.#expect('do');
    const body = this.#list();
    this.#expect('done');
    return { kind: 'for', name, words, body, redirections: this.#redirections(), line };
  }

  #case(): Command {
    const { line } = this.#read();
    const token = this.#read();
    if (token.kind !== 'word') this.#unexpected(token);
    this.#expect('in');
    const clauses: CaseClause[] = [];
    for (;;) {
      this.#skipNewlines();
      let first = this.#read();
      if (markOf(first) === 'esac') break;
      if (markOf(first) === '(') first = this.#read();
      const patterns = [this.#pattern(first)];
      while (markOf(this.#peek()) === '|') {
        this.#read();
        patterns.push(this.#pattern(this.#read()));
      }
      const close = this.#read();
      if (markOf(close) !== ')') this.#unexpected(close, ')');
      clauses.push({ patterns, body: this.#list() });
      this.#skipNewlines();
      const end = this.#read();
      if (markOf(end) === 'esac') break;
      if (markOf(end) !== ';;') this.#unexpected(end, ';;');
    }
    return {
      kind: 'case',
      word: token.word,
      clauses,
      redirections: this.#redirections(),
      line,
    };
  }

  #pattern(token: Token): Word {
    return token.kind === 'word' ? token.word : this.#unexpected(token, ')');
  }

  #functionKeyword(): Command {
    this.#read();
    const token = this.#read();
    const name = token.kind === 'word' ? plainText(token.word) : undefined;
    if (name === undefined) this.#unexpected(token);
    if (markOf(this.#peek()) === '(') {
      this.#read();
      this.#expect(')');
    }
    this.#skipNewlines();
    return { kind: 'function', name, body: this.#command() };
  }

  #simple(): Command {
    const { line } = this.#peek();
    const assignments: { name: string; word: Word }[] = [];
    const words: Word[] = [];
    const redirections: Redirection[] = [];
    let isTest = false;
    for (;;) {
      const token = this.#peek();
      if (token.kind === 'redirection') {
        this.#read();
        redirections.push(this.#redirection(token));
        continue;
      }
      const mark = token.kind === 'operator' ? token.text : '';
      if (isTest && (mark === '&&' || mark === '||')) {
        this.#read();
        words.push([{ kind: 'text', text: mark === '&&' ? '-a' : '-o', quoted: false }]);
        continue;
      }
      if (mark === '(' && words.length === 1 && assignments.length + redirections.length === 0) {
        return this.#functionBody(words[0] ?? []);
      }
      if (token.kind !== 'word') break;
      this.#read();
      const assignment = words.length === 0 ? assignmentOf(token.word) : undefined;
      if (assignment !== undefined) assignments.push(assignment);
      else words.push(token.word);
      const text = plainText(token.word);
      if (words.length === 1 && text === '[[') isTest = true;
      else if (text === ']]') isTest = false;
    }
    return { kind: 'simple', assignments, words, redirections, line };
  }

  #functionBody(word: Word): Command {
    this.#read();
    const close = this.#read();
    if (markOf(close) !== ')') {
      // Keywords are plain words here.
      if (close.kind === 'word') this.#lexer.fail('unexpected word (expecting ")")');
      this.#unexpected(close, ')');
    }
    const name = plainText(word);
    if (name === undefined || (this.#lexer.flavour === 'ash' && !isName(name))) {
      this.#lexer.fail('bad function name');
    }
    this.#skipNewlines();
    return { kind: 'function', name, body: this.#command() };
  }

  #redirections(): Redirection[] {
    const found: Redirection[] = [];
    for (;;) {
      const token = this.#peek();
      if (token.kind !== 'redirection') return found;
      this.#read();
      found.push(this.#redirection(token));
    }
  }

  #redirection(token: Token & { kind: 'redirection' }): Redirection {
    const target = this.#read();
    if (target.kind !== 'word') return this.#unexpected(target);
    const isDocument = token.text === '<<' || token.text === '<<-';
    const operator = (isDocument ? '<<' : token.text) as RedirectionOperator;
    const redirection: Redirection = {
      operator,
      descriptor: token.descriptor ?? (operator.startsWith('<') ? 0 : 1),
      word: isDocument ? [] : target.word,
    };
    if (isDocument) this.#lexer.expectDocument(redirection, target.word, token.text === '<<-');
    return redirection;
  }
}

function parseSubstitution(lexer: Lexer, isBracketed: boolean): Command | undefined {
  return new Parser(lexer).substitution(isBracketed);
}

function isKeyword(token: Token): boolean {
  return token.kind === 'word' && KEYWORDS.has(plainText(token.word) ?? '');
}

/** The operator, or the text of a word that may be a keyword. */
function markOf(token: Token): string {
  if (token.kind === 'operator') return token.text;
  return token.kind === 'word' ? (plainText(token.word) ?? '') : '';
}

function nameOf(token: Token): string {
  if (token.kind === 'end') return 'end of file';
  if (token.kind === 'operator') return `"${token.text}"`;
  if (token.kind === 'word') return isKeyword(token) ? `"${markOf(token)}"` : 'word';
  return token.kind;
}
