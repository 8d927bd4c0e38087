/**
 * A scheduling decision as data for the decision table of the page: what each plugin said of each node.
 *
 * It goes into the detail of the trace entries `scheduled` and `unschedulable`. At most 50 nodes have a row, the best
 * and then the rejected ones in order; after so many rows in a run that memory would suffer, entries have none.
 *
 * Ours: the decision table of the page
 */
import type { Attempt } from './attempt.ts';

/** Rows of one decision. */
const rowsMax = 50;
/** Rows of all decisions of a run. */
const rowsOfRunMax = 20_000;

/** What was said of one node: who rejected it, or what it scored (weighted, by plugin). */
export interface DecisionRow {
  readonly node: string;
  readonly rejectedBy?: string;
  readonly reasons?: readonly string[];
  readonly scores?: Readonly<Record<string, number>>;
  readonly total?: number;
}

/** One attempt. */
export interface Decision {
  readonly attempt: number;
  readonly nodesTotal: number;
  readonly evaluated: number;
  readonly feasible: number;
  readonly rows: readonly DecisionRow[];
}

/** Writes decisions down within the run's limit. */
export class DecisionLog {
  #rows = 0;

  /** Returns an attempt as data. */
  describe(number: number, attempt: Attempt): Decision {
    const { nodesTotal, feasible, rejections } = attempt;
    const rows = this.#rows >= rowsOfRunMax ? [] : describeRows(attempt);
    this.#rows += rows.length;
    return {
      attempt: number,
      nodesTotal,
      evaluated: feasible.length + rejections.size,
      feasible: feasible.length,
      rows,
    };
  }
}

function describeRows({ feasible, rejections, scores, totals }: Attempt): readonly DecisionRow[] {
  const best = feasible.map((_node, index) => index);
  if (feasible.length > rowsMax) {
    best.sort((a, b) => (totals[b] ?? 0) - (totals[a] ?? 0) || a - b);
    best.length = rowsMax;
  }
  const rows: DecisionRow[] = best.map((index) => {
    const node = feasible[index]?.name ?? '';
    if (scores.length === 0) return { node };
    const own: Record<string, number> = {};
    for (const { plugin, scores: values } of scores) own[plugin] = values[index] ?? 0;
    return { node, scores: own, total: totals[index] ?? 0 };
  });
  for (const [node, { plugin, reasons }] of rejections) {
    if (rows.length >= rowsMax) break;
    rows.push({ node: node.name, rejectedBy: plugin, reasons });
  }
  return rows;
}
