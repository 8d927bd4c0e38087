/**
 * Faults: what a lab or a reader breaks. Each is recorded, so that a chain of causes can end here.
 */
import type { Cluster } from '../cluster.ts';
import type { LatencyRange } from '../engine/latency.ts';
import type { FaultDeclaration } from './lab-format.ts';

/** Applies a fault now. A target that does not exist is recorded as a fault without effect. */
export function applyFault(
  cluster: Cluster,
  fault: FaultDeclaration,
  origin: 'lab' | 'reader',
): void {
  const { engine } = cluster;
  const processes = cluster.processesOf(fault.target);
  const detail = { ...fault, origin, isKnown: processes.length > 0 };
  engine.record(origin, 'fault', `Component/${fault.target}`, detail);
  cutOrJoinNode(cluster, fault);
  for (const process of processes) {
    switch (fault.fault) {
      case 'stop':
      case 'crash':
        process.stop();
        break;
      case 'start':
        process.start();
        break;
      case 'cut':
        process.link.cut();
        break;
      case 'join':
        process.link.join();
        break;
      case 'slow':
        process.link.slow(rangeOf(fault.latencyMs ?? 0));
        break;
      case 'disconnect':
        process.disconnect();
        break;
      case 'drop-watch':
        process.link.dropEvents(fault.kind ?? '', fault.count ?? 1);
        break;
    }
  }
}

/** Takes a whole node off the network, or brings it back: its pods are cut off with it. */
function cutOrJoinNode({ network }: Cluster, { fault, target }: FaultDeclaration): void {
  const node = network.node(target);
  if (node !== undefined && (fault === 'cut' || fault === 'join')) node.isCut = fault === 'cut';
}

/** Reads a latency as a lab gives it: one number of ms, or a range. */
export function rangeOf(latency: number | readonly [number, number]): LatencyRange {
  return typeof latency === 'number'
    ? { lowMs: latency, highMs: latency }
    : { lowMs: latency[0], highMs: latency[1] };
}
