/**
 * A pod with what the scheduler reads out of it once, so that nothing is parsed again for each node.
 *
 * Upstream: pkg/scheduler/framework/types.go PodInfo, AffinityTerm
 */
import { deepEqual } from '../api/deep-equal.ts';
import { labelsOf, namespaceOf, uidOf } from '../api/object.ts';
import {
  formatSelector,
  isEverything,
  matchesLabels,
  newRequirement,
  selectorFromLabelSelector,
} from '../api/selector.ts';
import type { Requirement, Selector } from '../api/selector.ts';
import type { ContainerPort, Pod, PodAffinityTerm, Toleration } from '../api/types.gen.ts';
import { hasStatusRequests, podRequests } from './resources.ts';
import type { PodRequests } from './resources.ts';

/** Returns the labels of a namespace, or undefined where it is not known. */
export type NamespaceLabels = (namespace: string) => Readonly<Record<string, string>> | undefined;

/** A pod affinity term, read. */
export interface AffinityTerm {
  readonly topologyKey: string;
  readonly selector: Selector;
  readonly namespaces: ReadonlySet<string>;
  /** Chooses further namespaces by their labels; selects nothing where the term has none. */
  readonly namespaceSelector: Selector;
  /** 0 for required terms. */
  readonly weight: number;
  /** The same for terms that match the same pods, whatever their topology. */
  readonly key: string;
}

const noTerms: readonly AffinityTerm[] = [];

/** One pod as the scheduler sees it. What was read out of it never changes. */
export class PodInfo {
  /** The newest version known; versions that differ in what was read get a new PodInfo. */
  pod: Pod;
  readonly uid: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly priority: number;
  readonly isDeleting: boolean;
  readonly requests: PodRequests;
  readonly hostPorts: readonly ContainerPort[];
  readonly tolerations: readonly Toleration[];
  readonly requiredAffinity: readonly AffinityTerm[];
  readonly requiredAntiAffinity: readonly AffinityTerm[];
  readonly preferredAffinity: readonly AffinityTerm[];
  readonly preferredAntiAffinity: readonly AffinityTerm[];
  #signature: string | undefined;

  constructor(pod: Pod) {
    this.pod = pod;
    this.uid = uidOf(pod);
    this.namespace = namespaceOf(pod);
    this.labels = labelsOf(pod);
    this.priority = pod.spec.priority ?? 0;
    this.isDeleting = pod.metadata.deletionTimestamp !== undefined;
    this.requests = podRequests(pod);
    this.hostPorts = readHostPorts(pod);
    this.tolerations = pod.spec.tolerations ?? [];
    const affinity = pod.spec.affinity;
    const required = 'requiredDuringSchedulingIgnoredDuringExecution';
    const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';
    const read = (terms: readonly PodAffinityTerm[] | undefined): readonly AffinityTerm[] =>
      terms === undefined ? noTerms : terms.map((term) => readTerm(pod, term, 0));
    this.requiredAffinity = read(affinity?.podAffinity?.[required]);
    this.requiredAntiAffinity = read(affinity?.podAntiAffinity?.[required]);
    this.preferredAffinity = (affinity?.podAffinity?.[preferred] ?? noTermsWeighted).map((term) =>
      readTerm(pod, term.podAffinityTerm, term.weight),
    );
    this.preferredAntiAffinity = (affinity?.podAntiAffinity?.[preferred] ?? noTermsWeighted).map(
      (term) => readTerm(pod, term.podAffinityTerm, term.weight),
    );
  }

  /** The same for pods that are the same to every plugin which looks at a node by itself: all pods of a template. */
  get signature(): string {
    this.#signature ??= signatureOf(this);
    return this.#signature;
  }

  /** Whether the pod has any affinity or anti-affinity towards pods. */
  get hasPodAffinity(): boolean {
    return (
      this.requiredAffinity.length > 0 ||
      this.requiredAntiAffinity.length > 0 ||
      this.preferredAffinity.length > 0 ||
      this.preferredAntiAffinity.length > 0
    );
  }
}

/** Whether two versions of a pod are the same to the scheduler, so that what was read need not be read again. */
export function isSameToScheduler(before: Pod, after: Pod): boolean {
  const specs =
    before.spec === after.spec ||
    (before.spec.containers === after.spec.containers &&
      before.spec.initContainers === after.spec.initContainers &&
      before.spec.nodeName === after.spec.nodeName &&
      before.spec.priority === after.spec.priority &&
      before.spec.affinity === after.spec.affinity &&
      before.spec.tolerations === after.spec.tolerations &&
      before.spec.resources === after.spec.resources &&
      before.spec.overhead === after.spec.overhead);
  return (
    specs &&
    before.metadata.uid === after.metadata.uid &&
    before.metadata.deletionTimestamp === after.metadata.deletionTimestamp &&
    deepEqual(before.metadata.labels, after.metadata.labels) &&
    (!(hasStatusRequests(before) || hasStatusRequests(after)) ||
      deepEqual(statusRequests(before), statusRequests(after)))
  );
}

function statusRequests(pod: Pod): unknown {
  return [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])]
    .filter(
      ({ resources, allocatedResources }) =>
        resources?.requests !== undefined || allocatedResources !== undefined,
    )
    .map((status) => [status.name, status.resources?.requests, status.allocatedResources]);
}

/** Writes down all that verdicts about single nodes depend on. */
function signatureOf({ pod, requests, hostPorts, tolerations }: PodInfo): string {
  const { nodeName, nodeSelector, affinity, containers, initContainers, volumes } = pod.spec;
  const { scalars, ...whole } = requests.requests;
  return JSON.stringify([
    whole,
    scalars === undefined ? null : [...scalars],
    requests.nonZeroMilliCpu,
    requests.nonZeroMemory,
    hostPorts,
    tolerations,
    nodeName,
    nodeSelector,
    affinity?.nodeAffinity,
    containers.map(({ image }) => image),
    initContainers?.map(({ image }) => image),
    volumes?.map(({ image }) => image?.reference),
  ]);
}

const noTermsWeighted: readonly { podAffinityTerm: PodAffinityTerm; weight: number }[] = [];

/** Host ports of containers and sidecars. Upstream: schedutil.GetHostPorts */
function readHostPorts(pod: Pod): readonly ContainerPort[] {
  const ports: ContainerPort[] = [];
  const sidecars = (pod.spec.initContainers ?? []).filter(
    (container) => container.restartPolicy === 'Always',
  );
  for (const container of sidecars.length === 0
    ? pod.spec.containers
    : [...pod.spec.containers, ...sidecars]) {
    for (const port of container.ports ?? []) {
      if ((port.hostPort ?? 0) > 0) ports.push(port);
    }
  }
  return ports;
}

function readTerm(pod: Pod, term: PodAffinityTerm, weight: number): AffinityTerm {
  const own = namespaceOf(pod);
  const isOwnOnly = (term.namespaces ?? []).length === 0 && term.namespaceSelector === undefined;
  const namespaces = new Set(isOwnOnly ? [own] : (term.namespaces ?? []));
  const selector = withLabelKeys(
    selectorFromLabelSelector(term.labelSelector),
    pod,
    term.matchLabelKeys,
    term.mismatchLabelKeys,
  );
  const namespaceSelector = selectorFromLabelSelector(term.namespaceSelector);
  const key = [
    [...namespaces].sort().join(','),
    namespaceSelector.nothing ? '-' : formatSelector(namespaceSelector),
    selector.nothing ? '-' : formatSelector(selector),
  ].join('|');
  return { topologyKey: term.topologyKey, selector, namespaces, namespaceSelector, weight, key };
}

/**
 * Adds to a selector that the pod's own values of some labels must be the same, or must differ. The API server has
 * merged them into pod affinity terms already; then adding them again changes nothing.
 */
export function withLabelKeys(
  selector: Selector,
  pod: Pod,
  matchLabelKeys: readonly string[] | undefined,
  mismatchLabelKeys?: readonly string[] | undefined,
): Selector {
  if (selector.nothing) return selector;
  const more: Requirement[] = [];
  const labels = labelsOf(pod);
  for (const key of matchLabelKeys ?? []) {
    const value = labels[key];
    if (value !== undefined) more.push(newRequirement(key, 'in', [value]));
  }
  for (const key of mismatchLabelKeys ?? []) {
    const value = labels[key];
    if (value !== undefined) more.push(newRequirement(key, 'notin', [value]));
  }
  if (more.length === 0) return selector;
  return { requirements: [...selector.requirements, ...more], nothing: false };
}

/** Whether the term is about a pod with these labels in that namespace. */
export function termMatches(
  term: AffinityTerm,
  pod: { readonly namespace: string; readonly labels: Readonly<Record<string, string>> },
  namespaceLabels: NamespaceLabels,
): boolean {
  if (!termCoversNamespace(term, pod.namespace, namespaceLabels)) return false;
  return matchesLabels(term.selector, pod.labels);
}

function termCoversNamespace(
  term: AffinityTerm,
  namespace: string,
  namespaceLabels: NamespaceLabels,
): boolean {
  if (term.namespaces.has(namespace)) return true;
  if (term.namespaceSelector.nothing) return false;
  if (isEverything(term.namespaceSelector)) return true;
  return matchesLabels(term.namespaceSelector, namespaceLabels(namespace));
}
