/**
 * Laws: what no history of a cluster may break, whatever the manifests say. A broken law is a bug of the simulation, or the
 * price of an act that Kubernetes itself warns of (a forced deletion), which `because` then names.
 *
 * - Each law reads the store's changes and the trace once, in order; cost grows with their number.
 * - Tests run all of them over every lab and over random runs; a law never looks at a lab.
 *
 * Docs: /docs/concepts/workloads/pods/pod-lifecycle/, /docs/tasks/run-application/force-delete-stateful-set-pod/
 */
import type { BrokenLaw } from './broken-law.ts';
import type { History } from './history.ts';
import { objectLaws } from './laws-of-objects.ts';
import { nodeLaws } from './laws-of-nodes.ts';

/** Returns every place where a history breaks a law, in order of time; empty for a sound one. */
export function brokenLaws(history: History): BrokenLaw[] {
  const broken = [...objectLaws(history), ...nodeLaws(history)];
  return broken.sort((one, other) => one.timeMs - other.timeMs);
}
