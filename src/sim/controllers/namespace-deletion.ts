/**
 * One pass over a namespace that is being deleted: what is deleted, what remains, and the conditions that tell of it.
 *
 * - Pods go first; nothing else is touched while one remains.
 * - The five conditions are written after each pass that changes them.
 *
 * Upstream: pkg/controller/namespace/deletion/namespaced_resources_deleter.go; status_condition_utils.go
 * Docs: /docs/concepts/overview/working-with-objects/namespaces/
 */
import { withCondition } from '../api/conditions.ts';
import { builtInKindTable, apiVersionOf, verbsOf } from '../api/kinds.ts';
import type { KindRow } from '../api/kinds.ts';
import { nameOf } from '../api/object.ts';
import type { KubeObject } from '../api/object.ts';
import { isPodTerminal } from '../api/pod.ts';
import { isNotFound } from '../api/status-error.ts';
import { formatTime, parseTime } from '../api/time.ts';
import type { Namespace, NamespaceCondition, Pod } from '../api/types.gen.ts';
import type { ComponentContext } from '../client/component.ts';
import type { Process } from '../engine/process.ts';
import { SyncError, retryable } from './worker.ts';

/** How long finalizers are given, in seconds. Upstream: finalizerEstimateSeconds */
const finalizerEstimateSeconds = 15;

/** What remains of one kind after its deletion was asked for. */
export interface Remaining {
  readonly count: number;
  /** Seconds that the rest may take; 0 when nothing tells. */
  readonly estimateSeconds: number;
  readonly finalizers: ReadonlyMap<string, number>;
  /** Why the pass failed for this kind. */
  readonly error: string | undefined;
}

/** What one pass has found. */
export interface PassResult {
  readonly estimateSeconds: number;
  readonly errors: readonly string[];
  /** Objects that remain by `resource.group`. */
  readonly remaining: ReadonlyMap<string, number>;
  readonly finalizers: ReadonlyMap<string, number>;
}

/** Returns the kinds that live in namespaces and can be deleted; Events among them. */
export function deletableKinds(): readonly KindRow[] {
  return builtInKindTable.rows.filter((row) => {
    const verbs = verbsOf(row);
    const isView = row.group === 'events.k8s.io';
    return row.namespaced && verbs.includes('delete') && verbs.includes('list') && !isView;
  });
}

/** Deletes what the namespace contains: pods, then everything else. */
export function* deleteAllContent(
  context: ComponentContext,
  namespace: Namespace,
): Process<PassResult> {
  const rows = deletableKinds();
  const isPods = (row: KindRow): boolean => row.group === '' && row.plural === 'pods';
  const pods = yield* deleteKinds(context, namespace, rows.filter(isPods));
  if (pods.errors.length > 0 || pods.remaining.size > 0) return pods;
  return yield* deleteKinds(
    context,
    namespace,
    rows.filter((row) => !isPods(row)),
  );
}

function* deleteKinds(
  context: ComponentContext,
  namespace: Namespace,
  rows: readonly KindRow[],
): Process<PassResult> {
  const errors: string[] = [];
  const remaining = new Map<string, number>();
  const finalizers = new Map<string, number>();
  let estimateSeconds = 0;
  for (const row of rows) {
    const result = yield* deleteKind(context, namespace, row);
    estimateSeconds = Math.max(estimateSeconds, result.estimateSeconds);
    if (result.error !== undefined) {
      errors.push(result.error);
      continue;
    }
    if (result.count > 0) remaining.set(`${row.plural}.${row.group}`, result.count);
    for (const [finalizer, count] of result.finalizers) {
      finalizers.set(finalizer, (finalizers.get(finalizer) ?? 0) + count);
    }
  }
  return { estimateSeconds, errors, remaining, finalizers };
}

function* deleteKind(
  context: ComponentContext,
  namespace: Namespace,
  row: KindRow,
): Process<Remaining> {
  const client = context.client.resource(row);
  const name = nameOf(namespace);
  const options = { propagationPolicy: 'Background' } as const;
  try {
    const before = row.plural === 'pods' ? (yield* client.list(name)).items : [];
    const estimateSeconds = podsEstimateSeconds(
      before as readonly KubeObject[] as readonly Pod[],
      namespace,
      context.engine.nowMs,
    );
    if (verbsOf(row).includes('deletecollection')) {
      yield* client.deleteCollection(name, options);
    } else {
      for (const object of (yield* client.list(name)).items) {
        yield* deleteOne(client, name, nameOf(object), options);
      }
    }
    return remainingOf(row, name, (yield* client.list(name)).items, estimateSeconds);
  } catch (thrown) {
    const error = retryable(thrown).message;
    return { count: 0, estimateSeconds: 0, finalizers: new Map(), error };
  }
}

function* deleteOne(
  client: ReturnType<ComponentContext['client']['resource']>,
  namespace: string,
  name: string,
  options: { readonly propagationPolicy: 'Background' },
): Process {
  try {
    yield* client.delete(namespace, name, options);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/** Returns how long the pods may still take: the longest grace period, less the time since the deletion. */
export function podsEstimateSeconds(
  pods: readonly Pod[],
  namespace: Namespace,
  nowMs: number,
): number {
  const graces = pods
    .filter((pod) => !isPodTerminal(pod))
    .map((pod) => pod.spec?.terminationGracePeriodSeconds ?? 0);
  const longest = graces.reduce((a, b) => Math.max(a, b), 0);
  const { deletionTimestamp } = namespace.metadata;
  const sinceMs = deletionTimestamp === undefined ? 0 : nowMs - parseTime(deletionTimestamp);
  return longest - Math.floor(sinceMs / 1000) > 0 ? longest : 0;
}

/** Judges what remains of a kind: expected for a while, held by finalizers, or a failure. */
export function remainingOf(
  row: KindRow,
  namespace: string,
  items: readonly KubeObject[],
  estimateSeconds: number,
): Remaining {
  const finalizers = new Map<string, number>();
  for (const item of items) {
    for (const finalizer of item.metadata.finalizers ?? []) {
      finalizers.set(finalizer, (finalizers.get(finalizer) ?? 0) + 1);
    }
  }
  const count = items.length;
  if (count === 0) return { count, estimateSeconds: 0, finalizers, error: undefined };
  if (estimateSeconds > 0) return { count, estimateSeconds, finalizers, error: undefined };
  if (finalizers.size > 0) {
    return { count, estimateSeconds: finalizerEstimateSeconds, finalizers, error: undefined };
  }
  const gvr = `${row.group}/${row.version}, Resource=${row.plural}`;
  const error = `unexpected items still remain in namespace: ${namespace} for gvr: ${gvr}`;
  return { count, estimateSeconds: 0, finalizers, error };
}

/** Returns the five conditions after a pass. */
export function conditionsAfter(result: PassResult, nowMs: number): readonly NamespaceCondition[] {
  const now = formatTime(nowMs);
  const condition = (
    type: string,
    bad: readonly [reason: string, message: string] | undefined,
    good: readonly [reason: string, message: string],
  ): NamespaceCondition => ({
    type,
    status: bad === undefined ? 'False' : 'True',
    lastTransitionTime: now,
    reason: (bad ?? good)[0],
    message: (bad ?? good)[1],
  });
  return [
    condition('NamespaceDeletionDiscoveryFailure', undefined, [
      'ResourcesDiscovered',
      'All resources successfully discovered',
    ]),
    condition('NamespaceDeletionGroupVersionParsingFailure', undefined, [
      'ParsedGroupVersions',
      'All legacy kube types successfully parsed',
    ]),
    condition('NamespaceDeletionContentFailure', failureOf(result), [
      'ContentDeleted',
      'All content successfully deleted, may be waiting on finalization',
    ]),
    condition('NamespaceContentRemaining', contentOf(result), [
      'ContentRemoved',
      'All content successfully removed',
    ]),
    condition('NamespaceFinalizersRemaining', finalizersOf(result), [
      'ContentHasNoFinalizers',
      'All content-preserving finalizers finished',
    ]),
  ];
}

function failureOf({ errors }: PassResult): readonly [string, string] | undefined {
  if (errors.length === 0) return undefined;
  const text = [...errors].sort().join(', ');
  const message = `Failed to delete all resource types, ${errors.length} remaining: ${text}`;
  return ['ContentDeletionFailed', message];
}

function contentOf({ remaining }: PassResult): readonly [string, string] | undefined {
  if (remaining.size === 0) return undefined;
  const texts = [...remaining].map(([name, count]) => `${name} has ${count} resource instances`);
  const message = `Some resources are remaining: ${texts.sort().join(', ')}`;
  return ['SomeResourcesRemain', message];
}

function finalizersOf({ finalizers }: PassResult): readonly [string, string] | undefined {
  if (finalizers.size === 0) return undefined;
  const texts = [...finalizers].map(([name, count]) => `${name} in ${count} resource instances`);
  const message = `Some content in the namespace has finalizers remaining: ${texts.sort().join(', ')}`;
  return ['SomeFinalizersRemain', message];
}

/** Takes the conditions into a namespace; the same object when they say nothing new. */
export function withConditions(
  namespace: Namespace,
  conditions: readonly NamespaceCondition[],
): Namespace {
  let list = namespace.status?.conditions ?? [];
  const before = list;
  for (const condition of conditions) list = withCondition(list, condition);
  return list === before
    ? namespace
    : { ...namespace, status: { ...namespace.status, conditions: list } };
}

/** Throws when a pass has failed: it is tried again with back-off. */
export function throwFirst({ errors }: PassResult): void {
  const [first] = errors;
  if (first !== undefined) throw new SyncError(first);
}

/** Returns the body of a request to `finalize`: the namespace without this controller's finalizer. */
export function finalized(namespace: Namespace): Namespace {
  const finalizers = (namespace.spec?.finalizers ?? []).filter((name) => name !== 'kubernetes');
  return {
    ...namespace,
    apiVersion: apiVersionOf({ group: '', version: 'v1' }),
    spec: { ...namespace.spec, finalizers },
  };
}
