/**
 * The syntax tree of shell scripts: words made of parts, and commands.
 *
 * Docs: POSIX.1-2017, Shell Command Language
 */

/** How a `${…}` changes the value. */
export type ParameterOperator =
  '' | '-' | '=' | '?' | '+' | '%' | '%%' | '#' | '##' | '/' | '//' | 'length' | 'slice';

/** A piece of a word. `quoted` pieces are not split and match literally. */
export type WordPart =
  | { readonly kind: 'text'; readonly text: string; readonly quoted: boolean }
  | {
      readonly kind: 'parameter';
      readonly name: string;
      readonly operator: ParameterOperator;
      /** With `:` before `-`, `=`, `?`, `+`: an empty value counts as unset. */
      readonly orEmpty: boolean;
      /** The operand; for `/` the pattern, for a slice the offset. */
      readonly word: Word | undefined;
      /** For `/` the replacement, for a slice the length. */
      readonly second: Word | undefined;
      readonly quoted: boolean;
    }
  | { readonly kind: 'substitution'; readonly body: Command | undefined; readonly quoted: boolean }
  | { readonly kind: 'arithmetic'; readonly word: Word; readonly quoted: boolean };

/** A word before expansion. */
export type Word = readonly WordPart[];

/** What a redirection does. */
export type RedirectionOperator =
  '<' | '>' | '>>' | '>|' | '<>' | '<&' | '>&' | '&>' | '<<' | '<<<';

/** One redirection. */
export interface Redirection {
  readonly operator: RedirectionOperator;
  readonly descriptor: number;
  /** The file, the descriptor, or the text of a here-document (filled in when its lines were read). */
  word: Word;
}

/** A command. `line` is where it begins. */
export type Command =
  | SimpleCommand
  | {
      readonly kind: 'pipeline';
      readonly commands: readonly Command[];
      readonly isNegated: boolean;
    }
  | { readonly kind: 'and' | 'or' | 'sequence'; readonly left: Command; readonly right: Command }
  | { readonly kind: 'background'; readonly body: Command }
  | {
      readonly kind: 'subshell' | 'group';
      readonly body: Command | undefined;
      readonly redirections: readonly Redirection[];
    }
  | {
      readonly kind: 'if';
      readonly condition: Command | undefined;
      readonly then: Command | undefined;
      readonly otherwise: Command | undefined;
      readonly redirections: readonly Redirection[];
    }
  | {
      readonly kind: 'while' | 'until';
      readonly condition: Command | undefined;
      readonly body: Command | undefined;
      readonly redirections: readonly Redirection[];
    }
  | {
      readonly kind: 'for';
      readonly name: string;
      /** Undefined means the positional parameters. */
      readonly words: readonly Word[] | undefined;
      readonly body: Command | undefined;
      readonly redirections: readonly Redirection[];
      readonly line: number;
    }
  | {
      readonly kind: 'case';
      readonly word: Word;
      readonly clauses: readonly CaseClause[];
      readonly redirections: readonly Redirection[];
      readonly line: number;
    }
  | { readonly kind: 'function'; readonly name: string; readonly body: Command };

/** Assignments, words and redirections. */
export interface SimpleCommand {
  readonly kind: 'simple';
  readonly assignments: readonly { readonly name: string; readonly word: Word }[];
  readonly words: readonly Word[];
  readonly redirections: readonly Redirection[];
  readonly line: number;
}

/** One clause of a `case`. */
export interface CaseClause {
  readonly patterns: readonly Word[];
  readonly body: Command | undefined;
}

/** A mistake in a script: the words after `syntax error: `. */
export class ShellSyntaxError extends Error {
  override readonly name = 'ShellSyntaxError';
  readonly line: number;

  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

/** Whether a word is a name that a variable can have. */
export function isName(text: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(text);
}

/** The text of a word that is a single unquoted piece of text; undefined for any other. */
export function plainText(word: Word): string | undefined {
  const [part] = word;
  return word.length === 1 && part?.kind === 'text' && !part.quoted ? part.text : undefined;
}
