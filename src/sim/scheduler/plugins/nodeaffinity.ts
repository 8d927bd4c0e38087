/**
 * Node selectors and node affinity: on which nodes a pod must run, and on which it would rather.
 *
 * Upstream: pkg/scheduler/framework/plugins/nodeaffinity/node_affinity.go;
 *   staging/src/k8s.io/component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go
 * Docs: /docs/concepts/scheduling-eviction/assign-pod-node/
 */
import { deepEqual } from '../../api/deep-equal.ts';
import { labelsOf, nameOf } from '../../api/object.ts';
import { matchesLabels, selectorFromSet } from '../../api/selector.ts';
import type { Selector, SelectorOperator } from '../../api/selector.ts';
import type { Node, NodeSelectorTerm, Pod } from '../../api/types.gen.ts';
import { defaultNormalizeScore } from '../framework.ts';
import type { FilterPlugin, QueueingHints, Rejection, ScorePlugin } from '../framework.ts';

const name = 'NodeAffinity';

const rejection: Rejection = {
  plugin: name,
  reasons: ["node(s) didn't match Pod's node affinity/selector"],
  isResolvable: false,
};

const operators: Readonly<Record<string, SelectorOperator>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
  Gt: 'gt',
  Lt: 'lt',
};

interface NodeLike {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

interface Term {
  readonly labels: Selector;
  readonly fields: Selector;
  readonly isEmpty: boolean;
}

function readRequirements(requirements: NodeSelectorTerm['matchExpressions']): Selector {
  return {
    nothing: (requirements ?? []).some(({ operator }) => operators[operator] === undefined),
    requirements: (requirements ?? []).map(({ key, operator, values }) => ({
      key,
      operator: operators[operator] ?? 'in',
      values: values ?? [],
    })),
  };
}

function readTerm(term: NodeSelectorTerm): Term {
  return {
    labels: readRequirements(term.matchExpressions),
    fields: readRequirements(term.matchFields),
    isEmpty: (term.matchExpressions ?? []).length === 0 && (term.matchFields ?? []).length === 0,
  };
}

function matchesTerm(term: Term, node: NodeLike): boolean {
  if (term.isEmpty) return false;
  if (!matchesLabels(term.labels, node.labels)) return false;
  return matchesLabels(term.fields, { 'metadata.name': node.name });
}

/** What a pod requires of the node's labels and name; undefined when it requires nothing. */
export interface RequiredNodeAffinity {
  matches(node: NodeLike): boolean;
}

const known = new WeakMap<Pod['spec'], { readonly required: RequiredNodeAffinity | undefined }>();

/** Reads nodeSelector and required node affinity of a pod. */
export function requiredNodeAffinity(pod: Pod): RequiredNodeAffinity | undefined {
  let entry = known.get(pod.spec);
  if (entry === undefined) {
    entry = { required: readRequired(pod) };
    known.set(pod.spec, entry);
  }
  return entry.required;
}

function readRequired(pod: Pod): RequiredNodeAffinity | undefined {
  const { nodeSelector, affinity } = pod.spec;
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const hasSelector = nodeSelector !== undefined && Object.keys(nodeSelector).length > 0;
  if (!hasSelector && required === undefined) return undefined;
  const selector = selectorFromSet(nodeSelector);
  const terms = required?.nodeSelectorTerms.map(readTerm);
  return {
    matches: (node) =>
      matchesLabels(selector, node.labels) &&
      (terms === undefined || terms.some((term) => matchesTerm(term, node))),
  };
}

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
