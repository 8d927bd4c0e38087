/**
 * Reads Go templates into nodes.
 *
 * Upstream: text/template/parse
 */
import { goQuote } from '../api/go-format.ts';
import { KubectlError } from './errors.ts';
import { isFunction } from './go-template-functions.ts';

/** A value in a pipeline. `at` is its column in its line, `source` its text. */
export type Term =
  | { readonly form: 'literal'; readonly value: string | number | boolean | undefined }
  | { readonly form: 'function'; readonly name: string; readonly at: number }
  | {
      readonly form: 'field';
      readonly path: readonly string[];
      readonly at: number;
      readonly source: string;
    }
  | {
      readonly form: 'variable';
      readonly name: string;
      readonly path: readonly string[];
      readonly at: number;
      readonly source: string;
    }
  | {
      readonly form: 'pipeline';
      readonly commands: readonly Command[];
      readonly path: readonly string[];
      readonly at: number;
      readonly source: string;
    };

/** One stage of a pipeline: a value, or a function with its arguments. */
export interface Command {
  readonly terms: readonly Term[];
  readonly source: string;
}

/** A piece of a template. */
export type Node =
  | { readonly form: 'text'; readonly text: string }
  | {
      readonly form: 'action';
      readonly commands: readonly Command[];
      readonly assign: string | undefined;
      readonly declares: boolean;
    }
  | {
      readonly form: 'if' | 'with';
      readonly commands: readonly Command[];
      readonly assign: string | undefined;
      readonly body: readonly Node[];
      readonly otherwise: readonly Node[];
    }
  | {
      readonly form: 'range';
      readonly commands: readonly Command[];
      readonly variables: readonly string[];
      readonly body: readonly Node[];
      readonly otherwise: readonly Node[];
      readonly at: number;
      readonly source: string;
    };

interface Piece {
  readonly isAction: boolean;
  readonly text: string;
  /** Offset of the text in the template. */
  readonly at: number;
}

/** Reads a template. Throws KubectlError in Go's words. */
export function parseNodes(source: string): readonly Node[] {
  return new Parser(source).parse();
}

type Fail = (message: string) => never;

function cutPieces(source: string, fail: Fail): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  let trimsNext = false;
  while (at < source.length) {
    const open = source.indexOf('{{', at);
    let text = open < 0 ? source.slice(at) : source.slice(at, open);
    if (trimsNext) text = text.trimStart();
    const trims = open >= 0 && /^\{\{- /.test(source.slice(open));
    if (trims) text = text.trimEnd();
    if (text !== '') pieces.push({ isAction: false, text, at });
    if (open < 0) break;
    const close = endOfAction(source, open + 2);
    if (close < 0) return fail('unclosed action');
    let start = open + 2;
    let end = close;
    if (trims) start += 1;
    trimsNext = source.slice(0, end).endsWith(' -');
    if (trimsNext) end -= 1;
    const inside = source.slice(start, end);
    if (!/^\s*\/\*/.test(inside)) pieces.push({ isAction: true, text: inside, at: start });
    at = close + 2;
  }
  return pieces;
}

function endOfAction(source: string, start: number): number {
  let quote = '';
  for (let at = start; at < source.length; at += 1) {
    const character = source.charAt(at);
    if (quote !== '') {
      if (character === '\\' && quote === '"') at += 1;
      else if (character === quote) quote = '';
    } else if (character === '"' || character === '`') quote = character;
    else if (source.startsWith('}}', at)) return at;
  }
  return -1;
}

type Ending = 'end' | 'else' | undefined;

class Parser {
  private readonly source: string;
  private readonly pieces: readonly Piece[];
  private index = 0;

  constructor(source: string) {
    this.source = source;
    this.pieces = cutPieces(source, this.fail);
  }

  private readonly fail: Fail = (message) => {
    throw new KubectlError(`error parsing template ${this.source}, template: output:1: ${message}`);
  };

  parse(): readonly Node[] {
    const { nodes, ending } = this.nodes();
    if (ending !== undefined) this.fail(`unexpected {{${ending}}}`);
    return nodes;
  }

  /** Reads nodes up to `end`, `else` or the end of the text; leaves the index behind that. */
  private nodes(): { nodes: Node[]; ending: Ending; rest: Piece | undefined } {
    const nodes: Node[] = [];
    for (;;) {
      const piece = this.pieces[this.index];
      if (piece === undefined) return { nodes, ending: undefined, rest: undefined };
      this.index += 1;
      if (!piece.isAction) {
        nodes.push({ form: 'text', text: piece.text });
        continue;
      }
      const word = /^\s*([a-z]+)?/.exec(piece.text)?.[1] ?? '';
      if (word === 'end') return { nodes, ending: 'end', rest: undefined };
      if (word === 'else') return { nodes, ending: 'else', rest: piece };
      if (word === 'if' || word === 'with' || word === 'range') nodes.push(this.block(word, piece));
      else nodes.push(this.action(piece));
    }
  }

  private block(word: 'if' | 'with' | 'range', piece: Piece): Node {
    const offset = piece.text.indexOf(word) + word.length;
    const tokens = new Tokens(piece.text.slice(offset), piece.at + offset, this.fail);
    const { variables } = tokens.declaration();
    const at = tokens.column();
    const source = piece.text.slice(offset).trim();
    const commands = tokens.pipeline();
    const { body, otherwise } = this.branches(word);
    if (word === 'range')
      return { form: 'range', commands, variables, body, otherwise, at, source };
    return { form: word, commands, assign: variables[0], body, otherwise };
  }

  private branches(word: string): { body: Node[]; otherwise: Node[] } {
    const { nodes: body, ending, rest } = this.nodes();
    if (ending === undefined) return this.fail('unexpected EOF');
    if (ending === 'end') return { body, otherwise: [] };
    const chained = /^\s*else\s+(if|with)\b/.exec(rest?.text ?? '');
    if (chained && rest) {
      const offset = (rest.text.indexOf('else') ?? 0) + 4;
      const next = { ...rest, text: rest.text.slice(offset), at: rest.at + offset };
      return { body, otherwise: [this.block(chained[1] as 'if' | 'with', next)] };
    }
    const other = this.nodes();
    if (other.ending === undefined) return this.fail('unexpected EOF');
    if (other.ending === 'else') return this.fail(`expected end; found {{else}} in ${word}`);
    return { body, otherwise: other.nodes };
  }

  private action(piece: Piece): Node {
    const tokens = new Tokens(piece.text, piece.at, this.fail);
    const { variables, declares } = tokens.declaration();
    const commands = tokens.pipeline();
    return { form: 'action', commands, assign: variables[0], declares };
  }
}

/** Reads the inside of one action. */
class Tokens {
  private readonly text: string;
  private readonly offset: number;
  private readonly fail: Fail;
  private at = 0;

  constructor(text: string, offset: number, fail: Fail) {
    this.text = text;
    this.offset = offset;
    this.fail = fail;
  }

  /** The column of what comes next. */
  column(): number {
    this.skip();
    return this.offset + this.at;
  }

  /** Reads `$a :=`, `$i, $v :=` or `$a =`. */
  declaration(): { variables: string[]; declares: boolean } {
    const match = /^\s*(\$\w*)(?:\s*,\s*(\$\w*))?\s*(:?=)\s*/.exec(this.text);
    if (!match) return { variables: [], declares: false };
    this.at = match[0].length;
    const variables = [match[1], match[2]].filter((name): name is string => name !== undefined);
    return { variables, declares: match[3] === ':=' };
  }

  pipeline(): Command[] {
    const commands: Command[] = [];
    for (;;) {
      const start = this.column() - this.offset;
      const terms: Term[] = [];
      for (;;) {
        this.skip();
        const next = this.text.charAt(this.at);
        if (next === '' || next === '|' || next === ')') break;
        terms.push(this.term());
      }
      if (terms.length === 0) return this.fail('missing value for command');
      commands.push({ terms, source: this.text.slice(start, this.at).trim() });
      if (this.text.charAt(this.at) !== '|') return commands;
      this.at += 1;
    }
  }

  private skip(): void {
    while (/\s/.test(this.text.charAt(this.at))) this.at += 1;
  }

  private take(pattern: RegExp): string | undefined {
    const match = pattern.exec(this.text.slice(this.at));
    if (match === null) return undefined;
    this.at += match[0].length;
    return match[0];
  }

  private path(): string[] {
    const taken = this.take(/^(\.[\p{L}_][\p{L}\p{N}_]*)+/u) ?? '';
    return taken.split('.').slice(1);
  }

  private term(): Term {
    const at = this.offset + this.at;
    const start = this.at;
    const done = (): { at: number; source: string } => ({
      at,
      source: this.text.slice(start, this.at),
    });
    const text = this.take(/^"(?:[^"\\]|\\.)*"/);
    if (text !== undefined) return { form: 'literal', value: JSON.parse(text) as string };
    const raw = this.take(/^`[^`]*`/);
    if (raw !== undefined) return { form: 'literal', value: raw.slice(1, -1) };
    const number = this.take(/^[-+]?\d+(\.\d+)?/);
    if (number !== undefined) return { form: 'literal', value: Number(number) };
    if (this.text.charAt(this.at) === '(') {
      this.at += 1;
      const commands = this.pipeline();
      if (this.text.charAt(this.at) !== ')') return this.fail('unclosed left paren');
      this.at += 1;
      return { form: 'pipeline', commands, path: this.path(), ...done() };
    }
    const variable = this.take(/^\$\w*/);
    if (variable !== undefined) {
      return { form: 'variable', name: variable, path: this.path(), ...done() };
    }
    if (this.text.charAt(this.at) === '.') {
      const path = this.path();
      if (path.length === 0) this.at += 1;
      return { form: 'field', path, ...done() };
    }
    const word = this.take(/^[\p{L}_][\p{L}\p{N}_]*/u);
    if (word === 'true' || word === 'false') return { form: 'literal', value: word === 'true' };
    if (word === 'nil') return { form: 'literal', value: undefined };
    if (word === undefined) {
      return this.fail(`unexpected ${goQuote(this.text.charAt(this.at))} in command`);
    }
    if (!isFunction(word)) return this.fail(`function ${goQuote(word)} not defined`);
    return { form: 'function', name: word, at };
  }
}
