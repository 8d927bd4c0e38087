/**
 * The generic registry: create, read, update and delete of any kind, with the rules that all kinds share.
 *
 * - An object is built, checked and then stored by compare-and-put; when another write came between, it is
 *   built again from the newer state, unless the client had pinned a resourceVersion (409).
 * - A write that changes nothing is answered and not stored: no revision, no watch event.
 * - The order of steps is upstream's, so of several mistakes the same one is told.
 *
 * Upstream: staging/src/k8s.io/apiserver/pkg/registry/generic/registry/store.go Store,
 *   staging/src/k8s.io/apiserver/pkg/registry/rest BeforeCreate, BeforeUpdate, BeforeDelete
 * Simplified: no managedFields and no server-side apply; no admission webhooks.
 */
import { deepEqual } from '../api/deep-equal.ts';
import { deepFreeze, withMetadata } from '../api/freeze.ts';
import type { FieldError } from '../api/field-error.ts';
import type { KindRow } from '../api/kinds.ts';
import { builtInKindTable, qualifiedResource } from '../api/kinds.ts';
import { generateName, randomUid } from '../api/names.ts';
import { objectKey } from '../api/object-key.ts';
import { nameOf } from '../api/object.ts';
import type { KubeObject } from '../api/object.ts';
import {
  newAlreadyExists,
  newBadRequest,
  newBeingDeleted,
  newConflict,
  newGenerateNameConflict,
  newInvalid,
  newNotFound,
} from '../api/status-error.ts';
import type { StatusError } from '../api/status-error.ts';
import { formatTime } from '../api/time.ts';
import type { ResourceQuota } from '../api/types.gen.ts';
import type { Engine } from '../engine/engine.ts';
import { drawMs } from '../engine/latency.ts';
import type { Process } from '../engine/process.ts';
import type { Random } from '../engine/random.ts';
import type { Store, Stored } from '../etcd/store.ts';
import { Seam } from '../part.ts';
import { admitCreate } from './admission.ts';
import { applyDefaults } from './defaults/defaults.ts';
import {
  isSpecChanged,
  keepSystemMetadata,
  withOnlyStatusOf,
  withStatusOf,
} from './kept-fields.ts';
import type { ApiServerLatency } from './latency.ts';
import type { chargedQuota } from './quota.ts';
import type { RequestOptions } from './request.ts';
import { AllocationError } from './service-allocator.ts';
import type { ServiceAllocator } from './service-allocator.ts';
import { strategyOf } from './strategies.ts';
import type { Strategy, StrategyContext } from './strategy.ts';
import { validateCreate, validateUpdate } from './validation/validation.ts';

/** How a quota is charged: see quota.ts. */
export const chargedQuotaSeam = new Seam<typeof chargedQuota>('other-kinds');

/** Who writes, for the trace. */
export interface WriteContext {
  readonly by: string;
  readonly subresource: string;
  readonly options: RequestOptions;
}

/** Builds the wanted object from the stored one; called again after a lost race. */
export type Build = (current: KubeObject) => KubeObject;

/** How often a name is generated before the client is told. Upstream: maxNameGenerationCreateAttempts */
const generateAttemptsMax = 8;

/** The key of an object in the store. */
export function storeKey(row: KindRow, namespace: string, name: string): string {
  const resource = row.group === '' || row.group === 'apps' ? row.plural : qualifiedResource(row);
  return row.namespaced
    ? `/registry/${resource}/${namespace}/${name}`
    : `/registry/${resource}/${name}`;
}

/** The prefix of a resource in the store, of one namespace where one is given. */
export function storePrefix(row: KindRow, namespace: string): string {
  return storeKey(row, namespace, '').replace(/\/\/$/, '/');
}

/** What the registry needs beside the store. */
export interface RegistryOptions {
  readonly engine: Engine;
  readonly store: Store<KubeObject>;
  readonly random: Random;
  readonly allocator: ServiceAllocator;
  readonly latency: ApiServerLatency;
  /** Reads an object of a kind by name, for strategies and admission. */
  readonly lookup: (kind: string, namespace: string, name: string) => KubeObject | undefined;
}

/** Reads and writes objects of every kind. */
export class Registry {
  readonly #options: RegistryOptions;

  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  get(row: KindRow, namespace: string, name: string): Stored<KubeObject> | undefined {
    return this.#options.store.get(storeKey(row, namespace, name));
  }

  /** Reads an object. Throws NotFound. */
  mustGet(row: KindRow, namespace: string, name: string): Stored<KubeObject> {
    const stored = this.get(row, namespace, name);
    if (stored === undefined) throw newNotFound(row, name);
    return stored;
  }

  /** Stores a new object, given decoded and without defaults. Throws StatusError. */
  *create(
    row: KindRow,
    namespace: string,
    decoded: KubeObject,
    context: WriteContext,
  ): Process<KubeObject> {
    const strategy = strategyOf(row.kind);
    const strategyContext = this.#strategyContext();
    const wiped = this.#wipeSystemMetadata(row, namespace, decoded);
    const admitted = admitCreate(row, applyDefaults(wiped), strategyContext);
    const base = admitted.metadata.generateName ?? '';
    const isGenerated = !admitted.metadata.name && base !== '';
    for (let attempt = 1; ; attempt += 1) {
      const named = isGenerated ? withName(admitted, this.#generate(base)) : admitted;
      const ready = this.#prepareForCreate(row, named, strategy, strategyContext);
      const errors = validateCreate(ready);
      if (errors.length > 0) throw newInvalid(row, nameOf(ready), errors);
      if (row.namespaced) yield* this.#chargeQuotas(row, namespace, ready, context);
      if (context.options.dryRun === true) return this.#dryRunCreate(row, namespace, ready);
      const current = yield* this.#putNew(row, namespace, ready, context);
      if (current.isNew) return current.object;
      strategy.afterDelete?.(ready, strategyContext);
      if (current.object.metadata.deletionTimestamp !== undefined) {
        throw newBeingDeleted(row, nameOf(ready));
      }
      if (!isGenerated) throw newAlreadyExists(row, nameOf(ready));
      if (attempt >= generateAttemptsMax) throw newGenerateNameConflict(row, nameOf(ready), 1);
    }
  }

  /**
   * Changes an object. `isPinned` says that the client named the resourceVersion it had read, so that a lost
   * race is its business; `prepare` keeps what this kind of write may not touch. Throws StatusError.
   */
  *update(
    row: KindRow,
    namespace: string,
    name: string,
    build: Build,
    context: WriteContext,
  ): Process<KubeObject> {
    const { engine, store, random, latency } = this.#options;
    const key = storeKey(row, namespace, name);
    for (;;) {
      const current = this.mustGet(row, namespace, name);
      const built = build(current.value);
      const wanted = built.metadata.resourceVersion ?? '';
      const isPinned = wanted !== '' && wanted !== '0';
      if (isPinned && wanted !== String(current.modRevision)) throw newConflict(row, name);
      const next = this.#prepareForUpdate(row, built, current.value, context.subresource);
      if (isSame(next, current.value)) return current.value;
      if (context.options.dryRun === true) return next;
      yield* engine.delay(drawMs(random, latency.commit));
      if (isFinished(next, strategyOf(row.kind))) {
        const deleted = this.#remove(row, current, next, context);
        if (deleted !== undefined) return deleted;
        continue;
      }
      const written = store.put(key, current.modRevision, (revision) => {
        this.#record('updated', next, revision, context);
        return withRevision(next, revision);
      });
      if (written.ok) return written.stored.value;
      if (isPinned) throw newConflict(row, name);
    }
  }

  /** Deletes an object or begins to: grace period and finalizers keep it. Returns it and whether it is gone. */
  *delete(
    row: KindRow,
    namespace: string,
    name: string,
    context: WriteContext,
  ): Process<{ readonly object: KubeObject; readonly isGone: boolean }> {
    const { engine, store, random, latency } = this.#options;
    const key = storeKey(row, namespace, name);
    const strategy = strategyOf(row.kind);
    let marked: KubeObject | undefined;
    for (;;) {
      const current = this.get(row, namespace, name);
      if (current === undefined && marked !== undefined) return { object: marked, isGone: true };
      if (current === undefined) throw newNotFound(row, name);
      this.#checkPreconditions(row, name, current, optionsFor(marked, context.options));
      // A kind with grace is always marked first, also with no grace at all; then it goes.
      const isMarked = marked !== undefined && isFinished(current.value, strategy);
      const next = isMarked ? undefined : this.#markDeleted(row, current.value, context.options);
      if (next === current.value) return { object: next, isGone: false };
      if (context.options.dryRun === true) {
        return { object: current.value, isGone: next === undefined };
      }
      yield* engine.delay(drawMs(random, latency.commit));
      if (next === undefined) {
        const deleted = this.#remove(row, current, current.value, context);
        if (deleted !== undefined) return { object: deleted, isGone: true };
        continue;
      }
      const written = store.put(key, current.modRevision, (revision) => {
        this.#record('deleting', next, revision, context);
        return withRevision(next, revision);
      });
      if (!written.ok) continue;
      marked = written.stored.value;
      const isOver = strategy.gracePeriodSeconds !== undefined && isFinished(next, strategy);
      if (!isOver) return { object: marked, isGone: false };
    }
  }

  /** Charges a new object to the quotas of its namespace: to all of them or, refused by one, to none. */
  *#chargeQuotas(
    row: KindRow,
    namespace: string,
    object: KubeObject,
    { by, options }: WriteContext,
  ): Process {
    const quotas = builtInKindTable.byResource('', 'resourcequotas');
    if (quotas === undefined) return;
    const charge = (quota: KubeObject): KubeObject | undefined =>
      chargedQuotaSeam.get()(quota as ResourceQuota, row, object);
    const all = [...this.#options.store.range(storePrefix(quotas, namespace))];
    const counting = all.filter(({ value }) => charge(value) !== undefined);
    if (options.dryRun === true) return;
    for (const { value } of counting) {
      const context = { by, subresource: 'status', options: {} };
      const build = (quota: KubeObject): KubeObject =>
        withMetadata(charge(quota) ?? quota, { resourceVersion: undefined });
      yield* this.update(quotas, namespace, nameOf(value), build, context);
    }
  }

  #generate(base: string): string {
    return generateName(base, () => this.#options.random.float());
  }

  #strategyContext(): StrategyContext {
    const { engine, random, allocator, lookup } = this.#options;
    const list = (kind: string): KubeObject[] => this.#listKind(kind);
    return { nowMs: engine.nowMs, random, allocator, get: lookup, list };
  }

  #wipeSystemMetadata(row: KindRow, namespace: string, object: KubeObject): KubeObject {
    const {
      uid: _uid,
      creationTimestamp: _created,
      deletionTimestamp: _deleted,
      deletionGracePeriodSeconds: _grace,
      selfLink: _selfLink,
      managedFields: _managedFields,
      namespace: ownNamespace,
      ...kept
    } = object.metadata;
    if (row.namespaced && ownNamespace && ownNamespace !== namespace) {
      throw newBadRequest(
        'the namespace of the provided object does not match the namespace sent on the request',
      );
    }
    return { ...object, metadata: row.namespaced ? { ...kept, namespace } : kept };
  }

  #listKind(kind: string): KubeObject[] {
    const row = builtInKindTable.firstOfKind(kind);
    if (row === undefined) return [];
    const stored = this.#options.store.range(storePrefix(row, ''));
    return Array.from(stored, ({ value }) => value);
  }

  #prepareForCreate(
    row: KindRow,
    object: KubeObject,
    strategy: Strategy,
    context: StrategyContext,
  ): KubeObject {
    const { engine, random } = this.#options;
    const { resourceVersion: _ignored, ...kept } = object.metadata;
    const metadata = {
      ...kept,
      uid: randomUid(() => random.float()),
      creationTimestamp: formatTime(engine.nowMs),
      ...(row.hasGeneration ? { generation: 1 } : {}),
    };
    let ready: KubeObject = { ...object, metadata };
    if (strategy.initialStatus !== undefined) {
      ready = { ...ready, status: strategy.initialStatus(ready) } as KubeObject;
    } else if (row.subresources.includes('status')) {
      ready = { ...ready, status: {} } as KubeObject;
    }
    try {
      return strategy.prepareForCreate?.(ready, context) ?? ready;
    } catch (error) {
      throw allocationRefused(row, ready, error);
    }
  }

  #dryRunCreate(row: KindRow, namespace: string, object: KubeObject): KubeObject {
    if (this.get(row, namespace, nameOf(object)) !== undefined) {
      throw newAlreadyExists(row, nameOf(object));
    }
    strategyOf(row.kind).afterDelete?.(object, this.#strategyContext());
    return deepFreeze(object);
  }

  *#putNew(
    row: KindRow,
    namespace: string,
    object: KubeObject,
    context: WriteContext,
  ): Process<{ isNew: boolean; object: KubeObject }> {
    const { engine, store, random, latency } = this.#options;
    yield* engine.delay(drawMs(random, latency.commit));
    const written = store.put(storeKey(row, namespace, nameOf(object)), 0, (revision) => {
      this.#record('created', object, revision, context);
      return withRevision(object, revision);
    });
    if (written.ok) return { isNew: true, object: written.stored.value };
    return { isNew: false, object: (written.current as Stored<KubeObject>).value };
  }

  #prepareForUpdate(
    row: KindRow,
    built: KubeObject,
    old: KubeObject,
    subresource: string,
  ): KubeObject {
    const strategy = strategyOf(row.kind);
    const kept = keepSystemMetadata(built, old);
    if (strategy.writesWhole?.includes(subresource) === true) return kept;
    let next: KubeObject;
    if (subresource === 'status') {
      next = withOnlyStatusOf(kept, old);
      next = strategy.prepareForStatusUpdate?.(next, old) ?? next;
    } else {
      next = row.subresources.includes('status') ? withStatusOf(kept, old) : kept;
      next = strategy.prepareForUpdate?.(next, old, this.#strategyContext()) ?? next;
      next = this.#bumpGeneration(row, strategy, next, old);
    }
    const errors: readonly FieldError[] = validateUpdate(next, old, subresource);
    if (errors.length > 0) throw newInvalid(row, nameOf(old), errors);
    return next;
  }

  #bumpGeneration(row: KindRow, strategy: Strategy, next: KubeObject, old: KubeObject): KubeObject {
    if (!row.hasGeneration) return next;
    const isChanged = strategy.changesGeneration?.(next, old) ?? isSpecChanged(next, old);
    const generation = (old.metadata.generation ?? 0) + (isChanged ? 1 : 0);
    if (next.metadata.generation === generation) return next;
    return { ...next, metadata: { ...next.metadata, generation } };
  }

  #checkPreconditions(
    row: KindRow,
    name: string,
    current: Stored<KubeObject>,
    { preconditions }: RequestOptions,
  ): void {
    const uid = current.value.metadata.uid ?? '';
    const conflict = (what: string, wanted: string, found: string, became: string): StatusError =>
      newConflict(
        { group: row.group, plural: row.kind },
        name,
        `the ${what} in the precondition (${wanted}) does not match the ${what} in record (${found}). ` +
          `The object might have been ${became}`,
      );
    if (preconditions?.uid !== undefined && preconditions.uid !== uid) {
      throw conflict('UID', preconditions.uid, uid, 'deleted and then recreated');
    }
    const version = preconditions?.resourceVersion;
    if (version !== undefined && version !== String(current.modRevision)) {
      throw conflict('ResourceVersion', version, String(current.modRevision), 'modified');
    }
  }

  /** Returns the object as a deletion leaves it: marked, unchanged, or undefined when it goes at once. */
  #markDeleted(row: KindRow, object: KubeObject, options: RequestOptions): KubeObject | undefined {
    const strategy = strategyOf(row.kind);
    const nowMs = this.#options.engine.nowMs;
    const { metadata } = object;
    const grace = strategy.gracePeriodSeconds?.(object, options) ?? 0;
    const finalizers = finalizersAfter(
      object,
      options.propagationPolicy ?? strategy.defaultPropagation,
    );
    if (metadata.deletionTimestamp !== undefined) {
      const left = metadata.deletionGracePeriodSeconds ?? 0;
      if (grace >= left && deepEqual(finalizers, metadata.finalizers ?? [])) return object;
      const shorter = Math.min(grace, left);
      return withDeletion(object, nowMs, shorter, finalizers, metadata.generation);
    }
    const isGraceful = strategy.gracePeriodSeconds !== undefined;
    if (!isGraceful && finalizers.length === 0 && strategy.isHeld?.(object) !== true) {
      return undefined;
    }
    const generation = metadata.generation === undefined ? undefined : metadata.generation + 1;
    const marked = withDeletion(object, nowMs, grace, finalizers, generation);
    return strategy.prepareForDelete?.(marked) ?? marked;
  }

  #remove(
    row: KindRow,
    current: Stored<KubeObject>,
    last: KubeObject,
    context: WriteContext,
  ): KubeObject | undefined {
    const { store } = this.#options;
    const written = store.delete(current.key, current.modRevision, (revision) => {
      this.#record('deleted', last, revision, context);
      return withRevision(last, revision);
    });
    if (!written.ok) return undefined;
    strategyOf(row.kind).afterDelete?.(last, this.#strategyContext());
    return written.stored.value;
  }

  #record(verb: string, object: KubeObject, revision: number, context: WriteContext): void {
    const key = objectKey(object.kind, object.metadata.namespace, nameOf(object));
    const { by, subresource } = context;
    const detail = subresource === '' ? { by } : { by, subresource };
    this.#options.engine.record('kube-apiserver', verb, key, detail, revision);
  }
}

/** A deletion that has marked the object goes on with what it wrote, not with what the client named. */
function optionsFor(marked: KubeObject | undefined, options: RequestOptions): RequestOptions {
  if (marked === undefined || options.preconditions?.resourceVersion === undefined) return options;
  const { resourceVersion } = marked.metadata;
  return { ...options, preconditions: { ...options.preconditions, resourceVersion } };
}

function withName(object: KubeObject, name: string): KubeObject {
  return { ...object, metadata: { ...object.metadata, name } };
}

function withRevision(object: KubeObject, revision: number): KubeObject {
  const metadata = { ...object.metadata, resourceVersion: String(revision) };
  return deepFreeze({ ...object, metadata });
}

/** Whether the two are what etcd would hold in the same bytes. */
function isSame(next: KubeObject, old: KubeObject): boolean {
  return deepEqual(next, old);
}

/** Whether an update has taken the last finalizer of an object that only waited for it. */
function isFinished(object: KubeObject, strategy: Strategy): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers } = object.metadata;
  if (deletionTimestamp === undefined || (finalizers?.length ?? 0) > 0) return false;
  if (strategy.isHeld?.(object) === true) return false;
  return (deletionGracePeriodSeconds ?? 0) === 0;
}

function finalizersAfter(object: KubeObject, policy: string | undefined): readonly string[] {
  const others = (object.metadata.finalizers ?? []).filter(
    (finalizer) =>
      policy === undefined || (finalizer !== 'orphan' && finalizer !== 'foregroundDeletion'),
  );
  if (policy === 'Orphan') return [...others, 'orphan'];
  if (policy === 'Foreground') return [...others, 'foregroundDeletion'];
  return others;
}

function withDeletion(
  object: KubeObject,
  nowMs: number,
  graceSeconds: number,
  finalizers: readonly string[],
  generation: number | undefined,
): KubeObject {
  const { finalizers: _old, ...kept } = object.metadata;
  return {
    ...object,
    metadata: {
      ...kept,
      ...(generation === undefined ? {} : { generation }),
      ...(finalizers.length === 0 ? {} : { finalizers }),
      deletionTimestamp: formatTime(nowMs + graceSeconds * 1000),
      deletionGracePeriodSeconds: graceSeconds,
    },
  };
}

/** Turns the allocator's refusal into the answer that the client gets; rethrows anything else. */
function allocationRefused(row: KindRow, object: KubeObject, error: unknown): unknown {
  if (!(error instanceof AllocationError)) return error;
  return newInvalid(row, nameOf(object), [error.fieldError]);
}
