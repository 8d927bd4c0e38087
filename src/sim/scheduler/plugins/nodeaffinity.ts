/**
 * Node selectors and node affinity: on which nodes a pod must run, and on which it would rather.
 *
 * Upstream: pkg/scheduler/framework/plugins/nodeaffinity/node_affinity.go;
 *   staging/src/k8s.io/component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go
 * Docs: /docs/concepts/scheduling-eviction/assign-pod-node/
 */
import { deepEqual } from '../../api/deep-equal.ts';
import { labelsOf, nameOf } from '../../api/object.ts';
import { matchesTerm, readTerm, requiredNodeAffinity } from '../../api/node-affinity.ts';
import type { RequiredNodeAffinity } from '../../api/node-affinity.ts';
import type { Node, Pod } from '../../api/types.gen.ts';
import { defaultNormalizeScore } from '../framework.ts';
import type { FilterPlugin, QueueingHints, Rejection, ScorePlugin } from '../framework.ts';

const name = 'NodeAffinity';

const rejection: Rejection = {
  plugin: name,
  reasons: ["node(s) didn't match Pod's node affinity/selector"],
  isResolvable: false,
};

function matchesNode(required: RequiredNodeAffinity, node: Node): boolean {
  return required.matches({ name: nameOf(node), labels: labelsOf(node) });
}

/**
 * The only nodes worth looking at, when every term asks for a node by name as those of DaemonSets do; undefined when
 * some term does not.
 */
function namedNodes(pod: Pod): readonly string[] | undefined {
  const terms =
    pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
      ?.nodeSelectorTerms;
  if (terms === undefined || terms.length === 0) return undefined;
  const names = new Set<string>();
  for (const term of terms) {
    let ofTerm: ReadonlySet<string> | undefined;
    for (const field of term.matchFields ?? []) {
      if (field.key !== 'metadata.name' || field.operator !== 'In') continue;
      const values = new Set(field.values);
      ofTerm = ofTerm === undefined ? values : new Set([...ofTerm].filter((v) => values.has(v)));
    }
    if (ofTerm === undefined) return undefined;
    for (const value of ofTerm) names.add(value);
  }
  return [...names];
}

/** Rejects nodes that the pod does not select; prefers those that it prefers. */
export const nodeAffinity: FilterPlugin & ScorePlugin & QueueingHints = {
  name,
  weight: 2,
  preFilter(pod) {
    const required = requiredNodeAffinity(pod.pod);
    if (required === undefined) return undefined;
    const nodeNames = namedNodes(pod.pod);
    if (nodeNames?.length === 0) {
      return {
        rejection: {
          plugin: name,
          reasons: ['pod affinity terms conflict'],
          isResolvable: false,
        },
      };
    }
    return {
      filter: {
        isLocal: true,
        check: (node) => (required.matches(node) ? undefined : rejection),
      },
      nodeNames,
    };
  },
  preScore(pod) {
    const preferred =
      pod.pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    const terms = preferred
      .filter(({ weight }) => weight !== 0)
      .map(({ weight, preference }) => ({ weight, term: readTerm(preference) }));
    if (terms.length === 0) return undefined;
    return {
      localVersion: 0,
      score: (node) =>
        terms.reduce((sum, { weight, term }) => sum + (matchesTerm(term, node) ? weight : 0), 0),
      normalize: (scores) => defaultNormalizeScore(scores, false),
    };
  },
  isWorthTrying(pod, event) {
    const required = requiredNodeAffinity(pod.pod);
    if (event.type === 'target-pod-updated') {
      return !deepEqual(event.before.spec.nodeSelector, event.pod.spec.nodeSelector);
    }
    if (event.type !== 'node-added' && event.type !== 'node-updated') return false;
    if (required === undefined) return true;
    if (!matchesNode(required, event.node)) return false;
    return event.type === 'node-added' || !matchesNode(required, event.before);
  },
};
