/**
 * The ReplicationController controller: the ReplicaSet's code over objects of the older shape.
 *
 * Upstream: pkg/controller/replication/conversion.go
 * Docs: /docs/concepts/workloads/controllers/replicationcontroller/
 */
import type { KubeObject } from '../api/object.ts';
import type { ReplicaSet, ReplicationController } from '../api/types.gen.ts';
import type { ComponentContext } from '../client/component.ts';
import { ReplicaSetController } from './replicaset.ts';
import type { ReplicaSetKind } from './replicaset.ts';

/** Views of frozen objects, so that one object has one view and its selector is compiled once. */
const views = new WeakMap<KubeObject, ReplicaSet>();

/** Sees a ReplicationController as a ReplicaSet; kind and apiVersion stay its own. */
export function viewOfReplicationController(object: KubeObject): ReplicaSet {
  let view = views.get(object);
  if (view === undefined) {
    const rc = object as ReplicationController;
    view = {
      ...rc,
      spec: {
        replicas: rc.spec?.replicas,
        minReadySeconds: rc.spec?.minReadySeconds,
        selector: { matchLabels: rc.spec?.selector },
        template: rc.spec?.template ?? {},
      },
    } as ReplicaSet;
    views.set(object, view);
  }
  return view;
}

/** ReplicationControllers in the eyes of the ReplicaSet controller. */
const replicationControllerKind: ReplicaSetKind = {
  kind: 'ReplicationController',
  view: viewOfReplicationController,
  reportsTerminating: false,
};

/** Keeps the pods of ReplicationControllers. */
export class ReplicationManager {
  readonly #controller: ReplicaSetController;

  constructor(context: ComponentContext) {
    this.#controller = new ReplicaSetController(context, replicationControllerKind);
  }

  start(): void {
    this.#controller.start();
  }
}
