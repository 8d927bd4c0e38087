/**
 * How far a rollout is, in one line, and whether it is done.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/polymorphichelpers/rollout_status.go
 */
import { findCondition } from '../../../api/conditions.ts';
import type { KubeObject } from '../../../api/object.ts';
import type { DaemonSet, Deployment, StatefulSet } from '../../../api/types.gen.ts';
import { KubectlError } from '../../errors.ts';
import { revisionOf } from '../../replica-sets.ts';

/** A line, with its newline, and whether the rollout is over. */
export interface Progress {
  readonly line: string;
  readonly done: boolean;
}

/** Returns the progress of a Deployment, DaemonSet or StatefulSet. Throws KubectlError. */
export function rolloutStatus(kind: string, object: KubeObject, revision: number): Progress {
  switch (kind) {
    case 'Deployment':
      return deploymentProgress(object as unknown as Deployment, revision);
    case 'DaemonSet':
      return daemonSetProgress(object as unknown as DaemonSet);
    default:
      return statefulSetProgress(object as unknown as StatefulSet);
  }
}

function waiting(line: string): Progress {
  return { line: `${line}\n`, done: false };
}

function finished(line: string): Progress {
  return { line: `${line}\n`, done: true };
}

function deploymentProgress({ metadata, spec, status }: Deployment, wanted: number): Progress {
  const name = metadata.name ?? '';
  if (wanted > 0) {
    const running = revisionOf({ metadata });
    if (running !== wanted) {
      throw new KubectlError(
        `desired revision (${wanted}) is different from the running revision (${running})`,
      );
    }
  }
  if ((metadata.generation ?? 0) > (status?.observedGeneration ?? 0)) {
    return waiting('Waiting for deployment spec update to be observed...');
  }
  const progressing = findCondition(status?.conditions, 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded') {
    throw new KubectlError(`deployment "${name}" exceeded its progress deadline`);
  }
  const updated = status?.updatedReplicas ?? 0;
  const total = status?.replicas ?? 0;
  const available = status?.availableReplicas ?? 0;
  const desired = spec?.replicas;
  const head = `Waiting for deployment "${name}" rollout to finish:`;
  if (desired !== undefined && updated < desired) {
    return waiting(`${head} ${updated} out of ${desired} new replicas have been updated...`);
  }
  if (total > updated) {
    return waiting(`${head} ${total - updated} old replicas are pending termination...`);
  }
  if (available < updated) {
    return waiting(`${head} ${available} of ${updated} updated replicas are available...`);
  }
  return finished(`deployment "${name}" successfully rolled out`);
}

const onlyRolling = 'rollout status is only available for RollingUpdate strategy type';

function daemonSetProgress({ metadata, spec, status }: DaemonSet): Progress {
  const name = metadata.name ?? '';
  if (spec?.updateStrategy?.type !== 'RollingUpdate') throw new KubectlError(onlyRolling);
  if ((metadata.generation ?? 0) > (status?.observedGeneration ?? 0)) {
    return waiting('Waiting for daemon set spec update to be observed...');
  }
  const desired = status?.desiredNumberScheduled ?? 0;
  const updated = status?.updatedNumberScheduled ?? 0;
  const available = status?.numberAvailable ?? 0;
  const head = `Waiting for daemon set "${name}" rollout to finish:`;
  if (updated < desired) {
    return waiting(`${head} ${updated} out of ${desired} new pods have been updated...`);
  }
  if (available < desired) {
    return waiting(`${head} ${available} of ${desired} updated pods are available...`);
  }
  return finished(`daemon set "${name}" successfully rolled out`);
}

function statefulSetProgress({ metadata, spec, status }: StatefulSet): Progress {
  if (spec?.updateStrategy?.type !== 'RollingUpdate') throw new KubectlError(onlyRolling);
  const observed = status?.observedGeneration ?? 0;
  if (observed === 0 || (metadata.generation ?? 0) > observed) {
    return waiting('Waiting for statefulset spec update to be observed...');
  }
  const replicas = spec.replicas;
  const ready = status?.readyReplicas ?? 0;
  const updated = status?.updatedReplicas ?? 0;
  if (replicas !== undefined && ready < replicas) {
    return waiting(`Waiting for ${replicas - ready} pods to be ready...`);
  }
  const rolling = spec.updateStrategy.rollingUpdate;
  if (rolling) {
    const partition = rolling.partition ?? 0;
    if (replicas !== undefined && updated < replicas - partition) {
      return waiting(
        `Waiting for partitioned roll out to finish: ${updated} out of ${replicas - partition} new pods have been updated...`,
      );
    }
    return finished(`partitioned roll out complete: ${updated} new pods have been updated...`);
  }
  const revision = status?.updateRevision ?? '';
  if (revision !== (status?.currentRevision ?? '')) {
    return waiting(
      `waiting for statefulset rolling update to complete ${updated} pods at revision ${revision}...`,
    );
  }
  const current = status?.currentReplicas ?? 0;
  return finished(`statefulset rolling update complete ${current} pods at revision ${revision}...`);
}
