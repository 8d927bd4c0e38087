/** The values and texts of a lab over a run that a reader has changed: what cannot be computed any more is left out. */
import { ExpressionError, Expressions } from '#sim/lab/expressions.ts';
import type { History } from '#sim/lab/history.ts';

const known = new WeakMap<History, Expressions>();

/** Evaluates an expression at the end of a run; undefined where the run has not what it speaks of. */
export function evaluate(history: History, expression: string): unknown {
  let expressions = known.get(history);
  if (expressions === undefined) {
    expressions = new Expressions(history);
    known.set(history, expressions);
  }
  try {
    return expressions.evaluate(expression);
  } catch (error) {
    if (error instanceof ExpressionError) return undefined;
    throw error;
  }
}
