/**
 * A node with the sums over its pods, kept up to date with each pod that comes and goes.
 *
 * Upstream: pkg/scheduler/framework/types.go NodeInfo, HostPortInfo
 */
import { deepEqual } from '../api/deep-equal.ts';
import { quantityValue } from '../api/quantity.ts';
import { labelsOf, nameOf } from '../api/object.ts';
import type { ContainerPort, Node, Taint } from '../api/types.gen.ts';
import type { PodInfo } from './pod-info.ts';
import { addResources, noResources, readResources } from './resources.ts';
import type { Resources } from './resources.ts';

/** The label of the zone that a node is in. */
export const zoneLabel = 'topology.kubernetes.io/zone';
/** The label of a node's own name. */
export const hostnameLabel = 'kubernetes.io/hostname';

const anyAddress = '0.0.0.0';

/** One node in the scheduler's cache. */
export class NodeInfo {
  readonly name: string;
  /** Numbers the nodes of a cache, so that arrays can hold something for each. */
  readonly index: number;
  /** Undefined while the node object is gone but pods of it are still known. */
  node: Node | undefined;
  /** Changes with everything that is said here, so that what was found out about this node can be kept until then. */
  generation = 1;
  labels: Readonly<Record<string, string>> = {};
  zone: string | undefined;
  hasHostname = false;
  isUnschedulable = false;
  /** Taints that keep pods away. */
  hardTaints: readonly Taint[] = [];
  /** Taints that only make a node less welcome. */
  softTaints: readonly Taint[] = [];
  allocatable: Resources = noResources();
  podsMax = 0;
  /** Pods on the node by UID, assumed ones among them. */
  readonly pods = new Map<string, PodInfo>();
  readonly requested: Resources = noResources();
  nonZeroMilliCpu = 0;
  nonZeroMemory = 0;
  /** How many pods have affinity or anti-affinity terms of any sort. */
  podsWithAffinity = 0;
  /** How many pods keep others away by required anti-affinity. */
  podsWithRequiredAntiAffinity = 0;
  /** A set, as upstream: of two pods with one port, the first that goes frees it. */
  readonly #usedPorts = new Set<string>();

  constructor(name: string, index = -1) {
    this.name = name;
    this.index = index;
  }

  /** Takes over a new version of the node object; undefined when it is gone. */
  setNode(node: Node | undefined): void {
    this.node = node;
    this.generation += 1;
    if (node === undefined) return;
    this.labels = labelsOf(node);
    this.zone = this.labels[zoneLabel];
    this.hasHostname = this.labels[hostnameLabel] !== undefined;
    this.isUnschedulable = node.spec.unschedulable === true;
    const taints = node.spec.taints ?? [];
    this.hardTaints = taints.filter((taint) => taint.effect !== 'PreferNoSchedule');
    this.softTaints = taints.filter((taint) => taint.effect === 'PreferNoSchedule');
    const allocatable = node.status?.allocatable;
    this.allocatable = readResources(allocatable);
    this.podsMax = quantityValue(allocatable?.['pods'] ?? 0);
  }

  addPod(pod: PodInfo): void {
    this.pods.set(pod.uid, pod);
    this.#count(pod, 1);
  }

  removePod(pod: PodInfo): void {
    if (this.pods.delete(pod.uid)) this.#count(pod, -1);
  }

  /** Whether a port of the host is taken, on that address or on all. */
  isPortUsed(port: ContainerPort): boolean {
    if (this.#usedPorts.size === 0) return false;
    const suffix = portSuffix(port);
    const address = port.hostIP || anyAddress;
    if (address !== anyAddress) {
      return this.#usedPorts.has(anyAddress + suffix) || this.#usedPorts.has(address + suffix);
    }
    for (const used of this.#usedPorts) if (used.endsWith(suffix)) return true;
    return false;
  }

  /** Returns a copy whose pods can be taken away without changing this one. */
  clone(): NodeInfo {
    const copy = new NodeInfo(this.name);
    copy.setNode(this.node);
    for (const pod of this.pods.values()) copy.addPod(pod);
    return copy;
  }

  #count(pod: PodInfo, factor: 1 | -1): void {
    this.generation += 1;
    addResources(this.requested, pod.requests.requests, factor);
    this.nonZeroMilliCpu += factor * pod.requests.nonZeroMilliCpu;
    this.nonZeroMemory += factor * pod.requests.nonZeroMemory;
    if (pod.hasPodAffinity) this.podsWithAffinity += factor;
    if (pod.requiredAntiAffinity.length > 0) this.podsWithRequiredAntiAffinity += factor;
    for (const port of pod.hostPorts) {
      const key = (port.hostIP || anyAddress) + portSuffix(port);
      if (factor === 1) this.#usedPorts.add(key);
      else this.#usedPorts.delete(key);
    }
  }
}

function portSuffix(port: ContainerPort): string {
  return `/${port.protocol || 'TCP'}/${port.hostPort ?? 0}`;
}

/** Whether two host ports cannot be on one node. */
export function portsConflict(one: ContainerPort, other: ContainerPort): boolean {
  if (portSuffix(one) !== portSuffix(other)) return false;
  const [a, b] = [one.hostIP || anyAddress, other.hostIP || anyAddress];
  return a === b || a === anyAddress || b === anyAddress;
}

/** Reads a node object by itself, without pods. */
export function nodeInfoOf(node: Node): NodeInfo {
  const info = new NodeInfo(nameOf(node));
  info.setNode(node);
  return info;
}

/** Whether a node changed in a way that may make room or lift a ban. Upstream: NodeSchedulingPropertiesChange */
export function isNodeChangeRelevant(before: Node, after: Node): boolean {
  return !(
    before.spec.unschedulable === after.spec.unschedulable &&
    deepEqual(before.spec.taints, after.spec.taints) &&
    deepEqual(before.metadata.labels, after.metadata.labels) &&
    deepEqual(before.status?.allocatable, after.status?.allocatable)
  );
}
