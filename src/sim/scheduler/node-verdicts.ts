/**
 * What is known already of each node for pods of one signature: the verdicts and raw scores of the plugins that look at
 * a node by itself. A Deployment's pods differ only in their names, and between two of them only one node has changed;
 * so an attempt asks these plugins about the changed nodes alone.
 *
 * - What is kept for a node holds for one generation of it; the next change of the node makes it be asked again.
 * - The answers are those that the plugins would give: nothing else comes out of an attempt.
 *
 * Ours: the pods of a batch as upstream's opportunistic batching knows them, without its change of outcome
 */
import { runFilters } from './attempt.ts';
import type { NodeFilter, NodeScorer, Rejection } from './framework.ts';
import type { NodeInfo } from './node-info.ts';

/** Signatures that are kept at once; the one used longest ago makes room. */
const signaturesMax = 32;

/** The generation of each node at which something was found out, by the node's index. */
class Generations {
  #known = new Int32Array(64);

  /** Whether what is known of the node is of now; if not, the caller finds it out at once. */
  isCurrent({ index, generation }: NodeInfo): boolean {
    if (index >= this.#known.length) {
      const wider = new Int32Array(Math.max(index + 1, 2 * this.#known.length));
      wider.set(this.#known);
      this.#known = wider;
    }
    if (this.#known[index] === generation) return true;
    this.#known[index] = generation;
    return false;
  }
}

class KnownScores {
  readonly version: number;
  readonly generations = new Generations();
  readonly scores: number[] = [];

  constructor(version: number) {
    this.version = version;
  }
}

/** The verdicts about all nodes for one signature. */
export class NodeVerdicts {
  readonly #checked = new Generations();
  readonly #rejections: (Rejection | undefined)[] = [];
  readonly #scores = new Map<string, KnownScores>();

  /** Asks local filters in order about a node that belongs to the cache. */
  check(node: NodeInfo, filters: readonly NodeFilter[]): Rejection | undefined {
    if (!this.#checked.isCurrent(node)) this.#rejections[node.index] = runFilters(node, filters);
    return this.#rejections[node.index];
  }

  /** Writes a plugin's raw scores of nodes into `scores`, those of a local scorer from what is known. */
  score(plugin: string, scorer: NodeScorer, nodes: readonly NodeInfo[], scores: number[]): void {
    const { localVersion } = scorer;
    if (localVersion === undefined) {
      for (let index = 0; index < nodes.length; index += 1) {
        scores[index] = scorer.score(nodes[index] as NodeInfo);
      }
      return;
    }
    let known = this.#scores.get(plugin);
    if (known?.version !== localVersion) {
      known = new KnownScores(localVersion);
      this.#scores.set(plugin, known);
    }
    const { generations, scores: all } = known;
    for (let index = 0; index < nodes.length; index += 1) {
      const node = nodes[index] as NodeInfo;
      if (!generations.isCurrent(node)) all[node.index] = scorer.score(node);
      scores[index] = all[node.index] as number;
    }
  }
}

/** The verdicts for the signatures of late. */
export class VerdictsBySignature {
  readonly #bySignature = new Map<string, NodeVerdicts>();

  /** Returns what is known for a signature. */
  of(signature: string): NodeVerdicts {
    let verdicts = this.#bySignature.get(signature);
    if (verdicts === undefined) {
      verdicts = new NodeVerdicts();
      for (const oldest of this.#bySignature.keys()) {
        if (this.#bySignature.size < signaturesMax) break;
        this.#bySignature.delete(oldest);
      }
    } else {
      this.#bySignature.delete(signature);
    }
    this.#bySignature.set(signature, verdicts);
    return verdicts;
  }
}
