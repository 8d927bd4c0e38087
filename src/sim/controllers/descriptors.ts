/**
 * The controllers of kube-controller-manager: name and constructor. Read by `cluster.ts` only.
 *
 * Each is given a client of its own with the limits below, as upstream's client builder makes one per controller:
 * their requests and their Events share that limit, and one busy controller does not slow down another.
 *
 * Upstream: cmd/kube-controller-manager/names/controller_names.go; app/controller_descriptor.go
 * Docs: /docs/reference/command-line-tools-reference/kube-controller-manager/
 */
import type { ComponentContext } from '../client/component.ts';
import type { RateLimit } from '../client/rate-limiter.ts';
import { DeploymentController } from './deployment.ts';
import { NodeLifecycleController } from './nodelifecycle.ts';
import { ReplicaSetController } from './replicaset.ts';
import { ReplicationManager } from './replication.ts';

/** One controller. */
export interface ControllerDescriptor {
  /** Its name as `--controllers` has it. */
  readonly name: string;
  /** The component that its Events name as their source. */
  readonly eventSource: string;
  readonly create: (context: ComponentContext) => { start(): void };
}

/** Requests per second of each controller's client. Upstream: --kube-api-qps, --kube-api-burst */
export const controllerRateLimit: RateLimit = { qps: 20, burst: 30 };

/** Every controller, in the order in which they start. */
export const controllers: readonly ControllerDescriptor[] = [
  {
    name: 'replicationcontroller-controller',
    eventSource: 'replication-controller',
    create: (context) => new ReplicationManager(context),
  },
  {
    name: 'deployment-controller',
    eventSource: 'deployment-controller',
    create: (context) => new DeploymentController(context),
  },
  {
    name: 'replicaset-controller',
    eventSource: 'replicaset-controller',
    create: (context) => new ReplicaSetController(context),
  },
  {
    name: 'node-lifecycle-controller',
    eventSource: 'node-controller',
    create: (context) => new NodeLifecycleController(context),
  },
];
