/**
 * Node selectors and required node affinity: on which nodes a pod must run, judged by their labels and names.
 *
 * Upstream: staging/src/k8s.io/component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go
 * Docs: /docs/concepts/scheduling-eviction/assign-pod-node/
 */
import { matchesLabels, selectorFromSet } from './selector.ts';
import type { Selector, SelectorOperator } from './selector.ts';
import type { NodeSelector, NodeSelectorTerm, Pod } from './types.gen.ts';

const operators: Readonly<Record<string, SelectorOperator>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
  Gt: 'gt',
  Lt: 'lt',
};

/** What of a node is judged. */
export interface NodeLike {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** One term, read once. */
export interface Term {
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

/** Reads a term of a node selector. */
export function readTerm(term: NodeSelectorTerm): Term {
  return {
    labels: readRequirements(term.matchExpressions),
    fields: readRequirements(term.matchFields),
    isEmpty: (term.matchExpressions ?? []).length === 0 && (term.matchFields ?? []).length === 0,
  };
}

/** Whether a node fits a term; a term without conditions fits none. */
export function matchesTerm(term: Term, node: NodeLike): boolean {
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
export function requiredNodeAffinity(pod: Pick<Pod, 'spec'>): RequiredNodeAffinity | undefined {
  let entry = known.get(pod.spec);
  if (entry === undefined) {
    entry = { required: readRequired(pod) };
    known.set(pod.spec, entry);
  }
  return entry.required;
}

function readRequired(pod: Pick<Pod, 'spec'>): RequiredNodeAffinity | undefined {
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

/** Whether a node fits one of the selector's terms. */
export function matchesNodeSelector(selector: NodeSelector, node: NodeLike): boolean {
  return selector.nodeSelectorTerms.some((term) => matchesTerm(readTerm(term), node));
}
