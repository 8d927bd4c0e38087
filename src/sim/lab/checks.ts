/** The claims and the numbers of a lab, judged by a history. */
import { Expressions, ExpressionError } from './expressions.ts';
import type { History } from './history.ts';
import { inLocale } from './lab-format.ts';
import type { Lab } from './lab-format.ts';

/** A claim and whether the run bears it out. */
export interface ClaimResult {
  readonly claim: string;
  readonly expr: string;
  readonly holds: boolean;
  /** What the expression gave; the message of a mistake in it. */
  readonly value: unknown;
}

/** Judges every claim of a lab. A mistake in an expression is a claim that does not hold. */
export function checkClaims(lab: Lab, history: History, locale = 'en'): ClaimResult[] {
  const expressions = new Expressions(history);
  return lab.checks.map(({ claim, expr }) => {
    const value = evaluate(expressions, expr);
    return { claim: inLocale(claim, locale), expr, holds: value === true, value };
  });
}

/** Computes the named numbers of a lab, in their order. Throws ExpressionError. */
export function numbersOf(lab: Lab, history: History): Record<string, number | string> {
  const expressions = new Expressions(history);
  const numbers: Record<string, number | string> = {};
  for (const [name, { expr }] of Object.entries(lab.values ?? {})) {
    const value = expressions.evaluate(expr);
    if (typeof value !== 'number' && typeof value !== 'string') {
      throw new ExpressionError(`the value "${name}" is neither a number nor a text: ${expr}`);
    }
    numbers[name] = value;
  }
  return numbers;
}

function evaluate(expressions: Expressions, expr: string): unknown {
  try {
    return expressions.evaluate(expr);
  } catch (error) {
    if (error instanceof ExpressionError) return error.message;
    throw error;
  }
}
