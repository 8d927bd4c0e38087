/**
 * Puts the cluster's certificate authority into every namespace: the ConfigMap that each pod's token volume shows.
 *
 * Upstream: pkg/controller/certificates/rootcacertpublisher/publisher.go Publisher
 * Docs: /docs/reference/access-authn-authz/service-accounts-admin/
 * Simplified: the certificate is a fixed text; nobody verifies it here.
 */
import { deepEqual } from '../api/deep-equal.ts';
import { annotationsOf, nameOf, namespaceOf } from '../api/object.ts';
import { isAlreadyExists } from '../api/status-error.ts';
import type { ConfigMap } from '../api/types.gen.ts';
import type { ComponentContext } from '../client/component.ts';
import { Workqueue } from '../client/workqueue.ts';
import type { Process } from '../engine/process.ts';
import { caches, isNamespaceTerminating, isRetryable, startWorkers } from './worker.ts';

/** The ConfigMap's name. Upstream: RootCACertConfigMapName */
const configMapName = 'kube-root-ca.crt';
const descriptionAnnotation = 'kubernetes.io/description';
const description =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the ' +
  'internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';
const certificate = '-----BEGIN CERTIFICATE-----\nc2ltdWxhdGVk\n-----END CERTIFICATE-----\n';

/** Keeps that ConfigMap in each namespace. */
export class RootCACertificatePublisher {
  readonly #context: ComponentContext;
  readonly #queue: Workqueue;

  constructor(context: ComponentContext) {
    this.#context = context;
    this.#queue = new Workqueue(context.engine, context.name);
  }

  start(): void {
    const { informers } = this.#context;
    const namespaces = informers.of('Namespace');
    const configMaps = informers.of('ConfigMap');
    const enqueue = (configMap: ConfigMap): void => {
      if (nameOf(configMap) === configMapName) this.#queue.add(namespaceOf(configMap));
    };
    namespaces.addHandlers({
      onAdd: (namespace) => this.#queue.add(nameOf(namespace)),
      onUpdate: (_, namespace) => this.#queue.add(nameOf(namespace)),
    });
    configMaps.addHandlers({ onUpdate: (_, configMap) => enqueue(configMap), onDelete: enqueue });
    startWorkers(this.#context, {
      queue: this.#queue,
      workerCount: 1,
      informers: caches(namespaces, configMaps),
      sync: (key) => this.syncNamespace(key),
    });
  }

  /** Makes or mends the ConfigMap of one namespace. Throws what should be tried again. */
  *syncNamespace(namespace: string): Process {
    const { informers, client } = this.#context;
    if (informers.of('Namespace').indexer.get(namespace)?.status?.phase !== 'Active') return;
    const data = { 'ca.crt': certificate };
    const present = informers.of('ConfigMap').indexer.get(`${namespace}/${configMapName}`);
    if (present === undefined) {
      yield* this.#create(namespace, data);
      return;
    }
    const annotations = { ...annotationsOf(present), [descriptionAnnotation]: description };
    const isRight = deepEqual(present.data, data) && deepEqual(annotations, annotationsOf(present));
    if (isRight) return;
    const metadata = { ...present.metadata, annotations };
    yield* client.of('ConfigMap').update({ ...present, metadata, data });
  }

  *#create(namespace: string, data: Readonly<Record<string, string>>): Process {
    const metadata = {
      name: configMapName,
      namespace,
      annotations: { [descriptionAnnotation]: description },
    };
    try {
      const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data };
      yield* this.#context.client.of('ConfigMap').create(namespace, body);
    } catch (error) {
      if (!isRetryable(error)) throw error;
      if (!isAlreadyExists(error) && !isNamespaceTerminating(error)) throw error;
    }
  }
}
