/**
 * Evictions: deletions of pods that ask the disruption budgets first.
 *
 * - A pod that has not begun or has ended, and one that is being deleted already, is deleted without asking.
 * - A pod that is not ready may go when its budget's other pods are enough, or always, as the budget says.
 * - Else the budget's `disruptionsAllowed` is lowered by one before the pod is deleted; at 0 the answer is 429.
 * - The pod gets the condition DisruptionTarget before it is deleted, so that its end can be told from a failure.
 *
 * Upstream: pkg/registry/core/pod/storage/eviction.go EvictionREST
 * Docs: /docs/concepts/scheduling-eviction/api-eviction/
 */
import { findCondition } from '../api/conditions.ts';
import {
  disruptionAllowedCondition,
  selectsPod,
  withDisruptionCondition,
} from '../api/disruption-budget.ts';
import type { KindRow } from '../api/kinds.ts';
import { isBeingDeleted, nameOf, resourceVersionOf, valueAt } from '../api/object.ts';
import type { KubeObject } from '../api/object.ts';
import { getPodCondition, isPodReady, isPodTerminal } from '../api/pod.ts';
import {
  StatusError,
  isConflict,
  newBadRequest,
  newForbidden,
  newTooManyRequests,
  newUnknownError,
} from '../api/status-error.ts';
import { formatTime } from '../api/time.ts';
import type {
  Pod,
  PodCondition,
  PodDisruptionBudget,
  PodDisruptionBudgetStatus,
} from '../api/types.gen.ts';
import type { Process } from '../engine/process.ts';
import type { Registry, WriteContext } from './registry.ts';
import type { ApiRequest, RequestOptions } from './request.ts';

/** Seconds after which a client may ask again while the budget is not up to date. */
const retryAfterSeconds = 10;
/** Evictions that the controller has not confirmed, at most. Upstream: MaxDisruptedPodSize */
const disruptedPodsMax = 2000;
const refusal = "Cannot evict pod as it would violate the pod's disruption budget.";

/** What an eviction works with. */
export interface EvictionTools {
  readonly registry: Registry;
  readonly pods: KindRow;
  readonly budgets: KindRow;
  /** The budgets of a namespace as they are stored. */
  readonly budgetsIn: (namespace: string) => Iterable<KubeObject>;
  readonly nowMs: () => number;
}

/** Evicts the pod of the request's path. Throws StatusError. */
export function* evict(tools: EvictionTools, request: ApiRequest): Process {
  const { namespace, name } = request;
  if (valueAt(request.body, 'metadata', 'name') !== name) {
    throw newBadRequest('name in URL does not match name in Eviction object');
  }
  const options = deleteOptions(request);
  const isPinned = options.preconditions?.resourceVersion !== undefined;
  for (;;) {
    const pod = tools.registry.mustGet(tools.pods, namespace, name).value as Pod;
    if (!canIgnoreBudgets(pod)) break;
    try {
      const isOver = isPodTerminal(pod) || isBeingDeleted(pod);
      yield* markAndDelete(tools, request, isOver || isPinned ? options : pinned(options, pod));
      return;
    } catch (error) {
      // The pod has become something else meanwhile: look again.
      if (isPinned || !isConflict(error) || isUidPinned(options, pod)) throw error;
    }
  }
  const pod = tools.registry.mustGet(tools.pods, namespace, name).value as Pod;
  const isCounted = yield* askBudget(tools, request, pod, options);
  if (isCounted || isPinned) {
    yield* markAndDelete(tools, request, options);
    return;
  }
  try {
    yield* markAndDelete(tools, request, pinned(options, pod));
  } catch (error) {
    if (!isConflict(error)) throw error;
    throw stillProcessing(nameOf(budgetsOf(tools, pod)[0] ?? pod));
  }
}

/** Pods that break nothing by going: they are not running, or they go already. */
function canIgnoreBudgets(pod: Pod): boolean {
  return isPodTerminal(pod) || pod.status?.phase === 'Pending' || isBeingDeleted(pod);
}

function isUidPinned({ preconditions }: RequestOptions, pod: Pod): boolean {
  return preconditions?.uid !== undefined && preconditions.uid !== pod.metadata.uid;
}

/** Deletes only what the pod is now. */
function pinned(options: RequestOptions, pod: Pod): RequestOptions {
  const preconditions = { ...options.preconditions, resourceVersion: resourceVersionOf(pod) };
  return { ...options, preconditions };
}

function deleteOptions({ body, options }: ApiRequest): RequestOptions {
  const given = valueAt(body, 'deleteOptions');
  const grace = valueAt(given, 'gracePeriodSeconds');
  const uid = valueAt(given, 'preconditions', 'uid');
  const resourceVersion = valueAt(given, 'preconditions', 'resourceVersion');
  const dryRun = valueAt(given, 'dryRun');
  return {
    ...options,
    ...(typeof grace === 'number' ? { gracePeriodSeconds: grace } : {}),
    ...(Array.isArray(dryRun) && dryRun.length > 0 ? { dryRun: true } : {}),
    preconditions: {
      ...(typeof uid === 'string' ? { uid } : {}),
      ...(typeof resourceVersion === 'string' ? { resourceVersion } : {}),
    },
  };
}

function budgetsOf(tools: EvictionTools, pod: Pod): readonly PodDisruptionBudget[] {
  const all = [...tools.budgetsIn(pod.metadata.namespace ?? '')] as PodDisruptionBudget[];
  return all.filter((budget) => selectsPod(budget, pod));
}

/** Asks the pod's budget. Returns whether the pod may go whatever it becomes meanwhile; throws the refusal. */
function* askBudget(
  tools: EvictionTools,
  request: ApiRequest,
  pod: Pod,
  options: RequestOptions,
): Process<boolean> {
  const budgets = budgetsOf(tools, pod);
  if (budgets.length > 1) throw moreThanOne();
  const [budget] = budgets;
  if (budget === undefined) return true;
  if (!isPodReady(pod) && mayGoUnready(budget)) return false;
  const nowMs = tools.nowMs();
  const lower = (stored: KubeObject): KubeObject => {
    const status = lowered(stored as PodDisruptionBudget, nameOf(pod), nowMs);
    return { ...stored, status } as KubeObject;
  };
  // A dry run asks and changes nothing.
  const { dryRun } = options;
  const context: WriteContext = {
    by: 'kube-apiserver',
    subresource: 'status',
    options: dryRun === true ? { dryRun } : {},
  };
  const build = (stored: KubeObject): KubeObject => unpinned(lower(stored));
  yield* tools.registry.update(tools.budgets, request.namespace, nameOf(budget), build, context);
  return true;
}

function mayGoUnready({ spec, status = {} }: PodDisruptionBudget): boolean {
  if (spec.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  const desired = status.desiredHealthy ?? 0;
  return desired > 0 && (status.currentHealthy ?? 0) >= desired;
}

/** Returns the status with one disruption less. Throws 429 where there is none left. */
function lowered(
  budget: PodDisruptionBudget,
  podName: string,
  nowMs: number,
): PodDisruptionBudgetStatus {
  const { metadata, status = {} } = budget;
  const name = nameOf(budget);
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0)) throw stillProcessing(name);
  const disruptedPods = status.disruptedPods ?? {};
  if (Object.keys(disruptedPods).length > disruptedPodsMax) {
    throw newForbidden(
      { group: 'policy', plural: 'poddisruptionbudget' },
      name,
      'DisruptedPods map too big - too many evictions not confirmed by PDB controller',
    );
  }
  const allowed = status.disruptionsAllowed ?? 0;
  if (allowed === 0) throw newTooManyRequests(refusal, 0, [causeOf(whyNone(budget))]);
  const next = {
    ...status,
    disruptionsAllowed: allowed - 1,
    disruptedPods: { ...disruptedPods, [podName]: formatTime(nowMs) },
  };
  return allowed > 1 ? next : withDisruptionCondition(next, nowMs);
}

function whyNone(budget: PodDisruptionBudget): string {
  const { status = {} } = budget;
  const name = nameOf(budget);
  const { desiredHealthy = 0, currentHealthy = 0 } = status;
  const condition = findCondition(status.conditions, disruptionAllowedCondition);
  if (condition?.status === 'False' && condition.reason === 'SyncFailed' && condition.message) {
    return `The disruption budget ${name} does not allow evicting pods currently because it failed sync: ${condition.message}`;
  }
  if (currentHealthy <= desiredHealthy) {
    return `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`;
  }
  return `The disruption budget ${name} does not allow evicting pods currently`;
}

function causeOf(message: string): { readonly reason: string; readonly message: string } {
  return { reason: 'DisruptionBudget', message };
}

function stillProcessing(name: string): StatusError {
  const text = `The disruption budget ${name} is still being processed by the server.`;
  return newTooManyRequests(refusal, retryAfterSeconds, [causeOf(text)]);
}

function moreThanOne(): StatusError {
  const message =
    'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';
  return newUnknownError(message);
}

function unpinned(object: KubeObject): KubeObject {
  const { resourceVersion: _version, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** Writes the condition that tells of the eviction, then deletes the pod. */
function* markAndDelete(
  tools: EvictionTools,
  request: ApiRequest,
  options: RequestOptions,
): Process {
  const { namespace, name, userAgent: by } = request;
  const { registry, pods } = tools;
  let { preconditions } = options;
  if (options.dryRun !== true) {
    const wanted = preconditions?.resourceVersion;
    const mark = (pod: KubeObject): KubeObject => {
      // The deletion tells that it is another pod than the one meant.
      if (isUidPinned(options, pod as Pod)) return pod;
      const marked = withDisruptionTarget(pod as Pod, tools.nowMs());
      if (wanted === undefined) return unpinned(marked);
      return { ...marked, metadata: { ...marked.metadata, resourceVersion: wanted } };
    };
    const context: WriteContext = { by, subresource: 'status', options: {} };
    const marked = yield* registry.update(pods, namespace, name, mark, context);
    if (wanted !== undefined) {
      preconditions = { ...preconditions, resourceVersion: resourceVersionOf(marked) };
    }
  }
  const context = { by, subresource: 'eviction', options: { ...options, preconditions } };
  yield* registry.delete(pods, namespace, name, context);
}

function withDisruptionTarget(pod: Pod, nowMs: number): Pod {
  const conditions = pod.status?.conditions ?? [];
  const old = getPodCondition(pod.status, 'DisruptionTarget');
  const isMoved = old?.status !== 'True';
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: isMoved ? formatTime(nowMs) : old.lastTransitionTime,
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
  } as unknown as PodCondition;
  const others = conditions.map((each) => (each === old ? condition : each));
  const next = old === undefined ? [...conditions, condition] : others;
  return { ...pod, status: { ...pod.status, conditions: next } };
}
