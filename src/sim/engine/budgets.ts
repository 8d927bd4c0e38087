/**
 * Budgets: what bounds a run, so that no input hangs a page.
 * A spent budget ends the run with a sentence; everything recorded up to there stays readable.
 */

/** Limits of a run. Each is a count but `timeMs`, which is virtual milliseconds. */
export interface Budgets {
  readonly timeMs: number;
  readonly steps: number;
  readonly entries: number;
  /** Objects alive at once in the cluster's store; checked by the store, stated here with the rest. */
  readonly objects: number;
}

/** Limits that no lab of the course comes near, small enough that no input hangs a page. */
export const DEFAULT_BUDGETS: Budgets = {
  timeMs: 24 * 3600_000,
  steps: 20_000_000,
  entries: 4_000_000,
  objects: 100_000,
};

/** The one exception with which a run ends early: names the budget and the moment. */
export class BudgetError extends Error {
  override readonly name = 'BudgetError';
  readonly budget: keyof Budgets;
  readonly limit: number;

  constructor(budget: keyof Budgets, limit: number, message: string) {
    super(message);
    this.budget = budget;
    this.limit = limit;
  }
}
