/**
 * Adoption and release: how a controller keeps exactly the objects that match its selector.
 *
 * - An object of another controller is never touched, whatever its labels.
 * - An orphan that matches is adopted, unless it or the controller is being deleted.
 * - An object of ours that no longer matches is released, unless we are being deleted.
 * - Before the first adoption in a sync the controller itself is read anew, so that a stale cache does not make
 *   a deleted controller adopt.
 *
 * Upstream: pkg/controller/controller_ref_manager.go BaseControllerRefManager, PodControllerRefManager, ReplicaSetControllerRefManager
 * Docs: /docs/concepts/workloads/controllers/replicaset/#non-template-pod-acquisitions
 */
import { isBeingDeleted, nameOf, namespaceOf, uidOf } from '../api/object.ts';
import { keyOf } from '../api/object-key.ts';
import type { KubeObject } from '../api/object.ts';
import { controllerOf } from '../api/owner-references.ts';
import { matchesLabels } from '../api/selector.ts';
import type { Selector } from '../api/selector.ts';
import { isInvalid, isNotFound } from '../api/status-error.ts';
import type { OwnerReference } from '../api/types.gen.ts';
import type { ComponentContext } from '../client/component.ts';
import type { ResourceClient } from '../client/client.ts';
import type { Process } from '../engine/process.ts';
import { SyncError, retryable } from './worker.ts';
import type { RetryableError } from './worker.ts';

/** What a claim may do to one object. */
export type ClaimDecision = 'keep' | 'ignore' | 'release' | 'adopt';

/** Decides about one candidate: pure, by the table of upstream's ClaimObject. */
export function decideClaim(
  controller: KubeObject,
  selector: Selector,
  candidate: KubeObject,
): ClaimDecision {
  const reference = controllerOf(candidate);
  const isMatch = matchesLabels(selector, candidate.metadata.labels);
  if (reference !== undefined) {
    if (reference.uid !== uidOf(controller)) return 'ignore';
    if (isMatch) return 'keep';
    return isBeingDeleted(controller) ? 'ignore' : 'release';
  }
  if (!isMatch || isBeingDeleted(controller) || isBeingDeleted(candidate)) return 'ignore';
  return namespaceOf(controller) === namespaceOf(candidate) ? 'adopt' : 'ignore';
}

/** Returns the strategic merge patch that makes `reference` the object's controller, and adds finalizers. */
export function adoptionPatch(
  reference: OwnerReference,
  child: KubeObject,
  finalizers: readonly string[] = [],
): unknown {
  const added = finalizers.length === 0 ? {} : { finalizers };
  return { metadata: { ownerReferences: [reference], uid: uidOf(child), ...added } };
}

/** Returns the strategic merge patch that takes a controller's reference and its finalizers away. */
export function releasePatch(
  controllerUid: string,
  child: KubeObject,
  finalizers: readonly string[] = [],
): unknown {
  const removed =
    finalizers.length === 0 ? {} : { '$deleteFromPrimitiveList/finalizers': finalizers };
  return {
    metadata: {
      ownerReferences: [{ $patch: 'delete', uid: controllerUid }],
      uid: uidOf(child),
      ...removed,
    },
  };
}

/** What a claim needs: who claims, by which selector, and how its kinds are reached. */
export interface ClaimOptions<T extends KubeObject> {
  readonly controller: KubeObject;
  readonly reference: OwnerReference;
  readonly selector: Selector;
  readonly controllers: ResourceClient<KubeObject>;
  readonly children: ResourceClient<T>;
  /** Finalizers that the controller keeps on what it owns. */
  readonly finalizers?: readonly string[] | undefined;
}

/**
 * Claims among the candidates and returns those that are the controller's, in their order. Throws the first error
 * when some claim failed, after all were tried.
 */
export function* claimObjects<T extends KubeObject>(
  context: ComponentContext,
  options: ClaimOptions<T>,
  candidates: readonly T[],
): Process<T[]> {
  const claimed: T[] = [];
  const errors: RetryableError[] = [];
  let canAdopt: Checked | undefined;
  for (const candidate of candidates) {
    const decision = decideClaim(options.controller, options.selector, candidate);
    if (decision === 'keep') claimed.push(candidate);
    if (decision === 'ignore' || decision === 'keep') continue;
    try {
      if (decision === 'release') {
        yield* release(context, options, candidate);
        continue;
      }
      canAdopt ??= yield* recheckDeletionTimestamp(options);
      if (yield* adopt(context, options, candidate, canAdopt)) claimed.push(candidate);
    } catch (error) {
      errors.push(retryable(error));
    }
  }
  const first = errors[0];
  if (first !== undefined) throw first;
  return claimed;
}

/** Whether adoption is allowed; undefined text means that it is. */
interface Checked {
  readonly refusal: string | undefined;
}

function* recheckDeletionTimestamp<T extends KubeObject>({
  controller,
  controllers,
}: ClaimOptions<T>): Process<Checked> {
  const [namespace, name] = [namespaceOf(controller), nameOf(controller)];
  try {
    const fresh = yield* controllers.get(namespace, name);
    if (uidOf(fresh) !== uidOf(controller)) {
      const kind = controller.kind;
      const was = `original ${kind} ${namespace}/${name} is gone`;
      return { refusal: `${was}: got uid ${uidOf(fresh)}, wanted ${uidOf(controller)}` };
    }
    if (!isBeingDeleted(fresh)) return { refusal: undefined };
    const when = fresh.metadata.deletionTimestamp ?? '';
    return { refusal: `${namespace}/${name} has just been deleted at ${when}` };
  } catch (error) {
    return { refusal: retryable(error).message };
  }
}

function* adopt<T extends KubeObject>(
  context: ComponentContext,
  options: ClaimOptions<T>,
  child: T,
  check: Checked,
): Process<boolean> {
  const { children, controller, reference, finalizers } = options;
  if (check.refusal !== undefined) {
    const what = `${child.kind} ${namespaceOf(child)}/${nameOf(child)} (${uidOf(child)})`;
    throw new SyncError(`can't adopt ${what}: ${check.refusal}`);
  }
  context.engine.record(context.name, 'adopt', keyOf(child), { by: keyOf(controller) });
  try {
    const body = adoptionPatch(reference, child, finalizers);
    yield* children.patch(namespaceOf(child), nameOf(child), 'strategic', body);
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

function* release<T extends KubeObject>(
  context: ComponentContext,
  { children, controller, finalizers }: ClaimOptions<T>,
  child: T,
): Process {
  context.engine.record(context.name, 'release', keyOf(child), { by: keyOf(controller) });
  try {
    const body = releasePatch(uidOf(controller), child, finalizers);
    yield* children.patch(namespaceOf(child), nameOf(child), 'strategic', body);
  } catch (error) {
    // Gone, or no longer the object we knew: either way it is not ours.
    if (!isNotFound(error) && !isInvalid(error)) throw error;
  }
}
