/**
 * The namespace controller: empties a namespace that was deleted, and lets it go when it is empty.
 *
 * - It waits five seconds after each change of the namespace, so that everybody has heard of the deletion.
 * - What may take a while is waited for half of that time; what failed is tried again with back-off.
 *
 * Upstream: pkg/controller/namespace/namespace_controller.go NamespaceController
 * Docs: /docs/concepts/overview/working-with-objects/namespaces/
 */
import { nameOf } from '../api/object.ts';
import { keyOf } from '../api/object-key.ts';
import { isNotFound } from '../api/status-error.ts';
import type { Namespace } from '../api/types.gen.ts';
import type { ComponentContext } from '../client/component.ts';
import { Workqueue } from '../client/workqueue.ts';
import type { Process } from '../engine/process.ts';
import { Seam } from '../part.ts';
import type * as Deletion from './namespace-deletion.ts';
import { caches, startWorkers } from './worker.ts';

/** Namespaces emptied at one time. Upstream: ConcurrentNamespaceSyncs */
const workerCount = 10;
/** How a namespace is emptied: see namespace-deletion.ts. */
export const namespaceDeletionSeam = new Seam<typeof Deletion>('other-kinds');

/** How long a deletion is left to spread before it is acted on. Upstream: namespaceDeletionGracePeriod */
const deletionDelayMs = 5000;

/** Empties deleted namespaces. */
export class NamespaceController {
  readonly #context: ComponentContext;
  readonly #queue: Workqueue;

  constructor(context: ComponentContext) {
    this.#context = context;
    this.#queue = new Workqueue(context.engine, context.name);
  }

  start(): void {
    const namespaces = this.#context.informers.of('Namespace');
    const enqueue = (namespace: Namespace): void => {
      const isHeld = (namespace.spec?.finalizers ?? []).length > 0;
      if (namespace.metadata.deletionTimestamp === undefined || !isHeld) return;
      this.#queue.addAfter(nameOf(namespace), deletionDelayMs);
    };
    namespaces.addHandlers({ onAdd: enqueue, onUpdate: (_, namespace) => enqueue(namespace) });
    startWorkers(this.#context, {
      queue: this.#queue,
      workerCount,
      informers: caches(namespaces),
      sync: (key) => this.syncNamespace(key),
    });
  }

  /** Makes one pass over a namespace. Throws what should be tried again. */
  *syncNamespace(name: string): Process {
    const cached = this.#context.informers.of('Namespace').indexer.get(name);
    if (cached?.metadata.deletionTimestamp === undefined) return;
    const client = this.#context.client.of('Namespace');
    try {
      let namespace = yield* client.get('', name);
      const isHeld = (namespace.spec?.finalizers ?? []).length > 0;
      if (namespace.metadata.deletionTimestamp === undefined || !isHeld) return;
      const { engine } = this.#context;
      const { conditionsAfter, deleteAllContent, finalized, throwFirst, withConditions } =
        namespaceDeletionSeam.get();
      engine.record(this.#context.name, 'delete-content', keyOf(namespace), {});
      const result = yield* deleteAllContent(this.#context, namespace);
      const next = withConditions(namespace, conditionsAfter(result, engine.nowMs));
      if (next !== namespace) namespace = yield* client.updateStatus(next);
      throwFirst(result);
      if (result.estimateSeconds > 0 || result.remaining.size > 0) {
        const seconds = Math.floor(result.estimateSeconds / 2) + 1;
        this.#queue.addAfter(name, seconds * 1000);
        return;
      }
      yield* client.subresource('update', '', name, 'finalize', finalized(namespace));
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}
