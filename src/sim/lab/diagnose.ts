/** What is wrong with a manifest in the editor, with its place: a line, a column, one sentence. */

/** One remark about a text. Lines and columns count from 1; the end is exclusive. */
export interface Diagnostic {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** `hint` is for what is accepted and has no effect here. */
  readonly severity: 'error' | 'warning' | 'hint';
  readonly message: string;
}
