/** One place where a history breaks a law. */
export interface BrokenLaw {
  readonly law: string;
  readonly timeMs: number;
  /** The object's key, as `Pod/default/web-0`. */
  readonly object: string;
  /** The two facts that do not go together. */
  readonly message: string;
}
