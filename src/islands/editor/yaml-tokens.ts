/**
 * Colours YAML line by line, for the editor and for an edited text outside of it.
 *
 * - The kinds of token and their extents are those of the blocks that the build highlights, so that a block can be
 *   replaced by the editor without a change; a test compares the two.
 * - Any text is coloured; what is no YAML is coloured as well as may be.
 */

/** The classes `c-<kind>` of a token; text without one has no token. */
export type TokenKind = 'key' | 'string' | 'number' | 'keyword' | 'comment' | 'punctuation';

/** A stretch of a line, from `start` to before `end`. */
export interface LineToken {
  readonly start: number;
  readonly end: number;
  readonly kind: TokenKind;
}

/** What the lines before leave open. Equal states are equal in all fields. */
export interface LineState {
  /** Column of the key whose block scalar is being read; -1 outside of one. */
  readonly block: number;
  /** The quote that is open, or ''. */
  readonly quote: string;
  /** How many brackets are open. */
  readonly depth: number;
}

export const startOfText: LineState = { block: -1, quote: '', depth: 0 };

const integer = /^[-+]?(?:0b[01_]+|0[0-7_]*|[1-9][\d_]*(?::[0-5]?\d)*|0x[\da-fA-F_]+)$/;
const float =
  /^[-+]?(?:(?:\d[\d_]*)?\.[\d.]*(?:[eE][-+]\d+)?|\.inf|\.Inf|\.INF)$|^\.(?:nan|NaN|NAN)$/;
const constant =
  /^(?:~|null|Null|NULL|y|Y|yes|Yes|YES|n|N|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF|<<|=)$/;
const date = /^\d{4}-\d\d?-\d\d?(?:[Tt ].*)?$/;

/** Colours one line, given what the lines before it left open. */
export function tokenizeLine(
  line: string,
  state: LineState,
): { readonly tokens: readonly LineToken[]; readonly state: LineState } {
  const tokens: LineToken[] = [];
  if (state.block >= 0) {
    const indent = line.search(/\S/);
    if (indent < 0) return { tokens, state };
    if (indent > state.block) {
      tokens.push({ start: indent, end: line.length, kind: 'string' });
      return { tokens, state };
    }
  }
  const scanner = new Scanner(line, state.block >= 0 ? startOfText : state, tokens);
  return { tokens, state: scanner.scan() };
}

/** Reads one line. */
class Scanner {
  private readonly line: string;
  private readonly tokens: LineToken[];
  private at = 0;
  private quote: string;
  private depth: number;
  private block = -1;
  /** Column of the last key or dash. */
  private column = 0;

  constructor(line: string, state: LineState, tokens: LineToken[]) {
    this.line = line;
    this.tokens = tokens;
    this.quote = state.quote;
    this.depth = state.depth;
  }

  scan(): LineState {
    if (this.quote !== '') {
      this.at = Math.max(0, this.line.search(/\S/));
      this.quoted(this.at);
    } else if (/^(?:---|\.\.\.)(?=\s|$)/.test(this.line)) this.add(0, 3, 'keyword');
    while (this.at < this.line.length) this.next();
    return { block: this.block, quote: this.quote, depth: this.depth };
  }

  private next(): void {
    const start = this.at;
    const char = this.line.charAt(start);
    const after = this.line.charAt(start + 1);
    const isEnd = after === '' || /\s/.test(after);
    if (/\s/.test(char)) this.at += 1;
    else if (char === '#' && (start === 0 || /\s/.test(this.line.charAt(start - 1)))) {
      this.add(start, this.line.length, 'comment');
    } else if (char === '-' && isEnd && this.depth === 0) {
      this.column = start;
      this.add(start, start + 1, 'punctuation');
    } else if (char === '?' && isEnd) this.at += 1;
    else if (char === ':' && (isEnd || this.depth > 0)) this.add(start, start + 1, 'punctuation');
    else if (char === '{' || char === '[') {
      this.depth += 1;
      this.add(start, start + 1, 'punctuation');
    } else if (this.depth > 0 && /[}\],]/.test(char)) {
      if (char !== ',') this.depth -= 1;
      this.add(start, start + 1, 'punctuation');
    } else if (char === '"' || char === "'") {
      this.quote = char;
      this.at += 1;
      this.column = this.keyColumn(start);
      this.quoted(start);
    } else if (char === '&') {
      this.add(start, start + 1, 'keyword');
      this.skipName();
    } else if (char === '*' || char === '!') {
      this.skipName();
      this.add(start, this.at, 'keyword');
    } else if ((char === '|' || char === '>') && this.depth === 0) this.blockScalar(start);
    else this.plain(start);
  }

  /** The column that a block scalar behind a key at `start` is measured from; a value keeps the one of its key. */
  private keyColumn(start: number): number {
    return this.tokens.some(({ kind }) => kind === 'key') ? this.column : start;
  }

  private quoted(start: number): void {
    const quote = this.quote;
    let end = this.at;
    for (; end < this.line.length; end += 1) {
      if (quote === '"' && this.line[end] === '\\') end += 1;
      else if (this.line[end] === quote) {
        if (quote === "'" && this.line[end + 1] === quote) end += 1;
        else break;
      }
    }
    if (end < this.line.length) this.quote = '';
    this.add(start, Math.min(end + 1, this.line.length), 'string');
  }

  private blockScalar(start: number): void {
    const header = /^[|>][-+]?\d?[-+]?(?=\s*(?:#.*)?$)/.exec(this.line.slice(start));
    if (!header) {
      this.plain(start);
      return;
    }
    this.block = this.column;
    this.add(start, start + header[0].length, 'keyword');
  }

  private plain(start: number): void {
    const rest = this.line.slice(start);
    const stop = this.depth > 0 ? /\s#|:(?=[\s,[\]{}]|$)|[,[\]{}]/ : /\s#|:(?=\s|$)/;
    const found = rest.slice(1).search(stop);
    const text = (found < 0 ? rest : rest.slice(0, found + 1)).trimEnd();
    const end = start + text.length;
    const isNumber = constant.test(text) || integer.test(text) || float.test(text);
    const isKey = /^\s*:(?:[\s,[\]{}]|$)/.test(this.line.slice(end));
    if (isKey && this.depth === 0) this.column = start;
    if (isNumber) this.add(start, end, 'number');
    else if (isKey) this.add(start, end, 'key');
    else if (date.test(text)) this.at = end;
    else this.add(start, end, 'string');
  }

  private skipName(): void {
    const rest = this.line.slice(this.at + 1);
    const length = rest.search(/[\s,[\]{}]|$/);
    this.at += 1 + length;
  }

  private add(start: number, end: number, kind: TokenKind): void {
    this.tokens.push({ start, end, kind });
    this.at = end;
  }
}
