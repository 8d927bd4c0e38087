/**
 * Workload kinds: what counts as a change of the wanted state, and the status of a new object.
 *
 * Upstream: pkg/registry/apps/deployment/strategy.go, pkg/registry/apps/replicaset/strategy.go,
 *   pkg/registry/batch/job/strategy.go, pkg/registry/core/replicationcontroller/strategy.go
 */
import { deepEqual } from '../../api/deep-equal.ts';
import type {
  ControllerRevision,
  Deployment,
  Job,
  ReplicaSet,
  ReplicationController,
} from '../../api/types.gen.ts';
import { generateJobSelector } from '../defaults/job-selector.ts';
import type { Strategy } from '../strategy.ts';

/** Deployments also count a change of their annotations. */
export const deploymentStrategy: Strategy<Deployment> = {
  changesGeneration: (next, old) =>
    !deepEqual(next.spec, old.spec) ||
    !deepEqual(next.metadata.annotations ?? {}, old.metadata.annotations ?? {}),
};

/** `status.replicas` has no omitempty, so a new object shows it. */
export const replicaSetStrategy: Strategy<ReplicaSet> = { initialStatus: () => ({ replicas: 0 }) };

export const replicationControllerStrategy: Strategy<ReplicationController> = {
  initialStatus: () => ({ replicas: 0 }),
  defaultPropagation: 'Orphan',
};

export const jobStrategy: Strategy<Job> = {
  prepareForCreate: generateJobSelector,
  defaultPropagation: 'Orphan',
  orphanWarning:
    'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them ' +
    'or set propagationPolicy=Orphan to suppress this warning',
};

export const controllerRevisionStrategy: Strategy<ControllerRevision> = {};
