/**
 * What the scheduler believes of the cluster: nodes, the pods on them, and pods that it has only assumed to be there.
 *
 * - A pod is assumed on its node in the moment it is placed, long before its binding has come back as a watch event.
 * - Sums per node change with each pod; nothing is counted anew for an attempt.
 * - Nodes stand in an order that takes one of each zone in turn.
 *
 * Upstream: pkg/scheduler/backend/cache/cache.go, node_tree.go, snapshot.go
 * Simplified: attempts read the cache itself, since nothing changes it during one; there is no separate snapshot.
 */
import { nameOf, uidOf } from '../api/object.ts';
import type { ContainerImage, Node, Pod } from '../api/types.gen.ts';
import { NodeInfo } from './node-info.ts';
import { PodCounter } from './pod-counter.ts';
import { PodInfo, isSameToScheduler } from './pod-info.ts';
import type { NamespaceLabels } from './pod-info.ts';
import type { Selector } from '../api/selector.ts';
import type { VolumeBinder } from './volume-binder.ts';

/** Counters kept at once; the one used longest ago makes room. */
const countersMax = 256;

const regionLabel = 'topology.kubernetes.io/region';

interface KnownPod {
  info: PodInfo;
  node: NodeInfo;
  isAssumed: boolean;
}

/** An image that some nodes have. */
export interface ImageState {
  readonly sizeBytes: number;
  readonly nodes: Set<NodeInfo>;
}

/** What plugins look up beside nodes and pods. */
export interface Lookups {
  /** Namespaces by their labels, for affinity terms that choose them so. */
  readonly namespaceLabels: NamespaceLabels;
  /** Changes whenever the labels of some namespace may have changed. */
  readonly namespacesVersion: () => string;
  /** The pods that belong together with this one by their Services and controllers; undefined when none do. */
  readonly defaultSelector: (pod: Pod) => Selector | undefined;
  /** Claims and volumes; without it pods are placed as if they had none. */
  readonly volumes?: VolumeBinder | undefined;
}

/** The scheduler's picture of the cluster. */
export class Cache {
  readonly lookups: Lookups;
  /** Nodes that have pods with affinity or anti-affinity of any sort. */
  readonly nodesWithAffinity = new Set<NodeInfo>();
  /** Nodes that have pods with required anti-affinity. */
  readonly nodesWithRequiredAntiAffinity = new Set<NodeInfo>();
  readonly images = new Map<string, ImageState>();
  /** Changes whenever `images` or the number of nodes may have changed. */
  imagesVersion = 0;
  readonly #nodes = new Map<string, NodeInfo>();
  readonly #pods = new Map<string, KnownPod>();
  readonly #counters = new Map<string, PodCounter>();
  #list: readonly NodeInfo[] | undefined;
  #softTainted = 0;
  #nodeIndex = 0;

  constructor(lookups: Lookups) {
    this.lookups = lookups;
  }

  /** All nodes, zones in turn. */
  get nodes(): readonly NodeInfo[] {
    this.#list ??= interleaveZones([...this.#nodes.values()].filter(isPresent));
    return this.#list;
  }

  /** Returns a node that exists. */
  node(name: string): NodeInfo | undefined {
    const info = this.#nodes.get(name);
    return info?.node === undefined ? undefined : info;
  }

  /** Whether any node has a PreferNoSchedule taint. */
  get hasSoftTaints(): boolean {
    return this.#softTainted > 0;
  }

  /** Whether the pod is counted on a node, assumed or for good. */
  hasPod(uid: string): boolean {
    return this.#pods.has(uid);
  }

  isAssumed(uid: string): boolean {
    return this.#pods.get(uid)?.isAssumed === true;
  }

  /** Takes over a new or changed node. */
  setNode(node: Node): void {
    const info = this.#nodeInfo(nameOf(node));
    const before = info.node;
    const zoneBefore = before === undefined ? undefined : zoneOf(info);
    const labelsBefore = info.labels;
    const softBefore = before !== undefined && info.softTaints.length > 0;
    info.setNode(node);
    this.#softTainted += Number(info.softTaints.length > 0) - Number(softBefore);
    if (zoneBefore !== zoneOf(info)) {
      this.#list = undefined;
      this.imagesVersion += 1;
    }
    if (before === undefined || labelsBefore !== info.labels) this.#forgetDomains();
    if (before?.status?.images !== node.status?.images) {
      this.#setImages(info, before?.status?.images, node.status?.images);
    }
  }

  /** Takes a node away; its pods stay known until they go themselves. */
  deleteNode(node: Node): void {
    const info = this.#nodes.get(nameOf(node));
    if (info?.node === undefined) return;
    if (info.softTaints.length > 0) this.#softTainted -= 1;
    this.#setImages(info, info.node.status?.images, undefined);
    info.setNode(undefined);
    this.#list = undefined;
    this.imagesVersion += 1;
    this.#forgetDomains();
    if (info.pods.size === 0) this.#nodes.delete(info.name);
  }

  /** Counts a pod on a node before its binding is known to have worked. */
  assume(info: PodInfo, node: NodeInfo): void {
    this.#add(info, node, true);
  }

  /** Takes an assumed pod back. */
  forget(uid: string): void {
    if (this.isAssumed(uid)) this.deletePod(uid);
  }

  /** Takes over a pod that has a node, new or changed. */
  setPod(pod: Pod): void {
    const nodeName = pod.spec.nodeName ?? '';
    const known = this.#pods.get(uidOf(pod));
    if (known === undefined) {
      this.#add(new PodInfo(pod), this.#nodeInfo(nodeName), false);
      return;
    }
    const isSamePlace = known.node.name === nodeName;
    known.isAssumed = false;
    if (isSamePlace && isSameToScheduler(known.info.pod, pod)) {
      known.info.pod = pod;
      return;
    }
    this.#count(known.info, known.node, -1);
    known.info = new PodInfo(pod);
    known.node = this.#nodeInfo(nodeName);
    this.#count(known.info, known.node, 1);
  }

  /** Takes a pod away from its node; does nothing when it is not known. */
  deletePod(uid: string): void {
    const known = this.#pods.get(uid);
    if (known === undefined) return;
    this.#pods.delete(uid);
    this.#count(known.info, known.node, -1);
    if (known.node.node === undefined && known.node.pods.size === 0) {
      this.#nodes.delete(known.node.name);
    }
  }

  /**
   * Returns the counter of the pods that match; `key` must say all that `matches` depends on. It counts what is there
   * when first asked for and goes on from there.
   */
  counter(key: string, matches: (pod: PodInfo) => boolean): PodCounter {
    let counter = this.#counters.get(key);
    if (counter === undefined) {
      counter = new PodCounter(matches);
      for (const { info, node } of this.#pods.values()) counter.note(info, node, 1);
      for (const oldest of this.#counters.keys()) {
        if (this.#counters.size < countersMax) break;
        this.#counters.delete(oldest);
      }
    } else {
      this.#counters.delete(key);
    }
    this.#counters.set(key, counter);
    return counter;
  }

  #nodeInfo(name: string): NodeInfo {
    let info = this.#nodes.get(name);
    if (info === undefined) {
      info = new NodeInfo(name, this.#nodeIndex);
      this.#nodeIndex += 1;
      this.#nodes.set(name, info);
    }
    return info;
  }

  #add(info: PodInfo, node: NodeInfo, isAssumed: boolean): void {
    this.#pods.set(info.uid, { info, node, isAssumed });
    this.#count(info, node, 1);
  }

  #count(info: PodInfo, node: NodeInfo, change: 1 | -1): void {
    if (change === 1) node.addPod(info);
    else node.removePod(info);
    if (info.hasPodAffinity) {
      keep(this.nodesWithAffinity, node, node.podsWithAffinity > 0);
      keep(this.nodesWithRequiredAntiAffinity, node, node.podsWithRequiredAntiAffinity > 0);
    }
    for (const counter of this.#counters.values()) counter.note(info, node, change);
  }

  #forgetDomains(): void {
    for (const counter of this.#counters.values()) counter.forgetDomains();
  }

  #setImages(
    info: NodeInfo,
    before: readonly ContainerImage[] | undefined,
    after: readonly ContainerImage[] | undefined,
  ): void {
    this.imagesVersion += 1;
    for (const image of before ?? []) {
      for (const name of image.names ?? []) {
        const state = this.images.get(name);
        state?.nodes.delete(info);
        if (state?.nodes.size === 0) this.images.delete(name);
      }
    }
    for (const image of after ?? []) {
      for (const name of image.names ?? []) {
        const known = this.images.get(name);
        if (known !== undefined) known.nodes.add(info);
        else this.images.set(name, { sizeBytes: image.sizeBytes ?? 0, nodes: new Set([info]) });
      }
    }
  }
}

function keep(set: Set<NodeInfo>, node: NodeInfo, isIn: boolean): void {
  if (isIn) set.add(node);
  else set.delete(node);
}

function isPresent(info: NodeInfo): boolean {
  return info.node !== undefined;
}

function zoneOf(info: NodeInfo): string {
  return `${info.labels[regionLabel] ?? ''}\0${info.zone ?? ''}`;
}

/** Takes one node of each zone in turn, zones and nodes in the order in which they came. */
function interleaveZones(nodes: readonly NodeInfo[]): readonly NodeInfo[] {
  const zones = new Map<string, NodeInfo[]>();
  for (const node of nodes) {
    const zone = zones.get(zoneOf(node));
    if (zone === undefined) zones.set(zoneOf(node), [node]);
    else zone.push(node);
  }
  if (zones.size <= 1) return nodes;
  const list: NodeInfo[] = [];
  for (let round = 0; list.length < nodes.length; round += 1) {
    for (const zone of zones.values()) {
      const node = zone[round];
      if (node !== undefined) list.push(node);
    }
  }
  return list;
}
