/**
 * How a DaemonSet's pods are created and deleted: creations in growing batches, deletions at once.
 *
 * Upstream: pkg/controller/daemon/daemon_controller.go syncNodes
 */
import { nameOf, namespaceOf, namespacedName } from '../api/object.ts';
import { keyOf } from '../api/object-key.ts';
import { newControllerRef } from '../api/owner-references.ts';
import { isNotFound } from '../api/status-error.ts';
import type { DaemonSet, Pod } from '../api/types.gen.ts';
import type { ComponentContext } from '../client/component.ts';
import type { Expectations } from '../client/expectations.ts';
import type { Process } from '../engine/process.ts';
import type { ConsistencyStore } from './consistency.ts';
import { templateForNode } from './daemonset-nodes.ts';
import { createPod, deletePod } from './pod-control.ts';
import { isNamespaceTerminating, retryable, runAll, slowStartBatch } from './worker.ts';
import type { RetryableError } from './worker.ts';

/** Pods created, and pods deleted, at one time at most. Upstream: BurstReplicas */
const burstReplicas = 250;
/** The size of the first batch of creations. Upstream: SlowStartInitialBatchSize */
const firstBatchSize = 1;

/** One set and what its sync works with. */
export interface SyncNodesAccess {
  readonly context: ComponentContext;
  readonly expectations: Expectations;
  readonly consistency: ConsistencyStore;
  readonly key: string;
  readonly set: DaemonSet;
  readonly hash: string;
}

/** What to do, and why. */
export interface NodeActs {
  readonly toDelete: readonly Pod[];
  readonly nodesNeedingPods: readonly string[];
  readonly because: 'nodes' | 'rollout';
  readonly facts?: Readonly<Record<string, number>>;
}

/** Creates and deletes pods. Throws the first error after all was tried. */
export function* syncNodes(access: SyncNodesAccess, acts: NodeActs): Process {
  const { context, expectations, key, set } = access;
  const nodes = acts.nodesNeedingPods.slice(0, burstReplicas);
  const pods = acts.toDelete.slice(0, burstReplicas);
  expectations.expect(key, nodes.length, pods.map(namespacedName));
  if (nodes.length === 0 && pods.length === 0) return;
  const { engine, name } = context;
  const { cause } = engine;
  const { because, facts } = acts;
  const details = { because, ...(facts === undefined ? {} : { facts }) };
  let firstError: RetryableError | undefined;
  if (nodes.length > 0) {
    engine.record(name, 'create-on-nodes', keyOf(set), { nodes, ...details });
    firstError = yield* createAll(access, nodes);
  }
  if (pods.length > 0) {
    engine.cause = cause;
    const where = pods.map((pod) => pod.spec.nodeName ?? '');
    engine.record(name, 'delete-on-nodes', keyOf(set), {
      pods: pods.map(nameOf),
      nodes: where,
      ...details,
    });
    const errors = yield* runAll(context, 'delete', pods.length, (index) =>
      deleteOne(access, pods[index]),
    );
    firstError ??= errors[0];
  }
  if (firstError !== undefined) throw firstError;
}

function* createAll(
  access: SyncNodesAccess,
  nodes: readonly string[],
): Process<RetryableError | undefined> {
  const { context, expectations, key } = access;
  let begun = 0;
  const { error } = yield* slowStartBatch(
    context,
    'create',
    nodes.length,
    firstBatchSize,
    (index) => {
      begun += 1;
      return createOne(access, nodes[index] ?? '');
    },
  );
  for (let skipped = nodes.length - begun; skipped > 0; skipped -= 1) {
    expectations.creationObserved(key);
  }
  return error;
}

function* createOne(
  { context, expectations, consistency, key, set, hash }: SyncNodesAccess,
  node: string,
): Process<RetryableError | undefined> {
  try {
    const template = templateForNode(set, hash, node);
    const reference = newControllerRef(set);
    const pod = yield* createPod(context, namespaceOf(set), template, set, reference);
    consistency.wroteAt(key, pod);
    return undefined;
  } catch (thrown) {
    const error = retryable(thrown);
    // In a namespace that goes away every creation fails; there is no use in trying again.
    if (isNamespaceTerminating(error)) return undefined;
    expectations.creationObserved(key);
    return error;
  }
}

function* deleteOne(
  { context, expectations, key, set }: SyncNodesAccess,
  pod: Pod | undefined,
): Process<RetryableError | undefined> {
  if (pod === undefined) return undefined;
  try {
    yield* deletePod(context, namespaceOf(set), nameOf(pod), set);
    return undefined;
  } catch (thrown) {
    const error = retryable(thrown);
    expectations.deletionObserved(key, namespacedName(pod));
    return isNotFound(error) ? undefined : error;
  }
}
