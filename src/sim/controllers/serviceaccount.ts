/**
 * The ServiceAccount controller: every active namespace has the account `default`, which pods get that name none.
 *
 * Upstream: pkg/controller/serviceaccount/serviceaccounts_controller.go ServiceAccountsController
 * Docs: /docs/reference/access-authn-authz/service-accounts-admin/#serviceaccount-controller
 */
import { nameOf, namespaceOf } from '../api/object.ts';
import { isAlreadyExists } from '../api/status-error.ts';
import type { ComponentContext } from '../client/component.ts';
import { Workqueue } from '../client/workqueue.ts';
import type { Process } from '../engine/process.ts';
import { caches, isNamespaceTerminating, isRetryable, startWorkers } from './worker.ts';

const accountName = 'default';

/** Makes the default account of each namespace, again when it was deleted. */
export class ServiceAccountsController {
  readonly #context: ComponentContext;
  readonly #queue: Workqueue;

  constructor(context: ComponentContext) {
    this.#context = context;
    this.#queue = new Workqueue(context.engine, context.name);
  }

  start(): void {
    const { informers } = this.#context;
    const namespaces = informers.of('Namespace');
    const accounts = informers.of('ServiceAccount');
    namespaces.addHandlers({
      onAdd: (namespace) => this.#queue.add(nameOf(namespace)),
      onUpdate: (_, namespace) => this.#queue.add(nameOf(namespace)),
    });
    accounts.addHandlers({ onDelete: (account) => this.#queue.add(namespaceOf(account)) });
    startWorkers(this.#context, {
      queue: this.#queue,
      workerCount: 1,
      informers: caches(namespaces, accounts),
      sync: (key) => this.syncNamespace(key),
    });
  }

  /** Makes the account of one namespace if it is missing. Throws what should be tried again. */
  *syncNamespace(namespace: string): Process {
    const { informers, client } = this.#context;
    const phase = informers.of('Namespace').indexer.get(namespace)?.status?.phase;
    if (phase !== 'Active') return;
    if (informers.of('ServiceAccount').indexer.get(`${namespace}/${accountName}`)) return;
    try {
      yield* client.of('ServiceAccount').create(namespace, {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: accountName, namespace },
      });
    } catch (error) {
      if (!isRetryable(error)) throw error;
      if (!isAlreadyExists(error) && !isNamespaceTerminating(error)) throw error;
    }
  }
}
