/**
 * The ResourceQuota controller: counts what a namespace uses of each quota.
 *
 * - A changed spec is taken into the status at once; until then the quota limits nothing.
 * - Creations are charged by the API server. What comes free is counted here, when it is gone or has ended.
 *
 * Upstream: pkg/controller/resourcequota/resource_quota_controller.go Controller; resource_quota_monitor.go
 * Docs: /docs/concepts/policy/resource-quotas/
 */
import { deepEqual } from '../api/deep-equal.ts';
import { builtInKindTable, qualifiedResource, verbsOf } from '../api/kinds.ts';
import type { KindRow } from '../api/kinds.ts';
import { namespaceOf, namespacedName } from '../api/object.ts';
import type { KubeObject } from '../api/object.ts';
import { keyOf } from '../api/object-key.ts';
import { isPodTerminal } from '../api/pod.ts';
import { formatUsage, matchesScopes, sumUsage, usageOf } from '../api/resource-usage.ts';
import type { Usage } from '../api/resource-usage.ts';
import type { Kinds, Pod, ResourceQuota } from '../api/types.gen.ts';
import type { ComponentContext } from '../client/component.ts';
import type { Informer } from '../client/informer.ts';
import { Workqueue } from '../client/workqueue.ts';
import type { Process } from '../engine/process.ts';
import { caches, startWorkers } from './worker.ts';

/** Quotas counted at one time. Upstream: ConcurrentResourceQuotaSyncs */
const workerCount = 5;
/** Every quota is counted anew so often. Upstream: ResourceQuotaSyncPeriod */
const resyncPeriodMs = 5 * 60_000;

/** Counts what quotas limit. */
export class ResourceQuotaController {
  readonly #context: ComponentContext;
  readonly #queue: Workqueue;
  readonly #quotas: Informer<ResourceQuota>;
  /** Kinds that some quota counts, with their caches: a kind is watched from the first quota that names it. */
  readonly #watched = new Map<KindRow, Informer<KubeObject>>();

  constructor(context: ComponentContext) {
    this.#context = context;
    this.#queue = new Workqueue(context.engine, context.name);
    this.#quotas = context.informers.of('ResourceQuota');
  }

  start(): void {
    this.#quotas.addHandlers({
      onAdd: (quota) => this.#queue.add(namespacedName(quota)),
      onUpdate: (before, after) => {
        if (!deepEqual(before.spec, after.spec)) this.#queue.add(namespacedName(after));
      },
    });
    startWorkers(this.#context, {
      queue: this.#queue,
      workerCount,
      informers: caches(this.#quotas),
      sync: (key) => this.syncResourceQuota(key),
    });
    this.#context.scope.spawn('resync', this.#resync());
  }

  *#resync(): Process {
    for (;;) {
      yield* this.#context.engine.delay(resyncPeriodMs);
      for (const quota of this.#quotas.indexer.list()) this.#queue.add(namespacedName(quota));
    }
  }

  /** Counts one quota anew and writes its status if that is another one. Throws what should be tried again. */
  *syncResourceQuota(key: string): Process {
    const seen = this.#quotas.indexer.get(key);
    if (seen === undefined) return;
    const names = Object.keys(seen.spec?.hard ?? {});
    const usages: Usage[] = [];
    for (const row of countedKinds(names)) {
      const informer = this.#watch(row);
      yield* informer.synced.wait();
      for (const object of informer.indexer.list(namespaceOf(seen))) {
        if (matchesScopes(seen, row, object)) usages.push(usageOf(row, object));
      }
    }
    const quota = this.#quotas.indexer.get(key);
    if (quota === undefined) return;
    const used = formatUsage(sumUsage(usages), names);
    const hard = quota.spec?.hard ?? {};
    if (deepEqual(quota.status?.hard, hard) && deepEqual(quota.status?.used, used)) return;
    const { engine, name, client } = this.#context;
    engine.record(name, 'count-usage', keyOf(quota), { hard, used });
    yield* client.of('ResourceQuota').updateStatus({ ...quota, status: { hard, used } });
  }

  #watch(row: KindRow): Informer<KubeObject> {
    const known = this.#watched.get(row);
    if (known !== undefined) return known;
    const kind = (row.struct ?? row.kind) as keyof Kinds & string;
    const informer = this.#context.informers.of(kind) as unknown as Informer<KubeObject>;
    this.#watched.set(row, informer);
    informer.addHandlers({
      onUpdate: (before, after) => {
        if (row.plural !== 'pods' || row.group !== '') return;
        if (!isPodTerminal(before as Pod) && isPodTerminal(after as Pod)) this.#replenish(after);
      },
      onDelete: (object) => this.#replenish(object),
    });
    return informer;
  }

  /** Something came free: the quotas of its namespace are counted anew. */
  #replenish(object: KubeObject): void {
    for (const quota of this.#quotas.indexer.list(namespaceOf(object))) {
      this.#queue.add(namespacedName(quota));
    }
  }
}

/** Returns the kinds that a quota with those names counts. */
function countedKinds(names: readonly string[]): readonly KindRow[] {
  const isNamed = (row: KindRow): boolean => {
    if (names.includes(`count/${qualifiedResource(row)}`)) return true;
    if (row.group !== '') return false;
    if (names.includes(row.plural)) return true;
    if (row.plural === 'services') return names.some((name) => name.startsWith('services.'));
    const isStorage = (name: string): boolean =>
      name === 'requests.storage' || name.includes('.storageclass.storage.k8s.io/');
    if (row.plural === 'persistentvolumeclaims') return names.some(isStorage);
    if (row.plural !== 'pods') return false;
    return names.some((name) => isCompute(name) && !isStorage(name));
  };
  return builtInKindTable.rows.filter(
    (row) => row.namespaced && verbsOf(row).includes('list') && isNamed(row),
  );
}

function isCompute(name: string): boolean {
  return (
    ['cpu', 'memory', 'ephemeral-storage'].includes(name) ||
    /^(requests\.|limits\.|hugepages-)/.test(name)
  );
}
