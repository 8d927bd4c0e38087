/**
 * The rollback that a deprecated annotation asks for. `kubectl rollout undo` does not use it: it writes the old
 * template itself.
 *
 * Upstream: pkg/controller/deployment/rollback.go
 */
import { nameOf } from '../api/object.ts';
import { keyOf } from '../api/object-key.ts';
import type { Deployment, ReplicaSet } from '../api/types.gen.ts';
import type { Process } from '../engine/process.ts';
import {
  lastRevision,
  revisionOf,
  rollbackToOf,
  withAnnotationsOfReplicaSet,
  withoutRollbackTo,
} from './deployment-annotations.ts';
import { allOf } from './deployment-sync.ts';
import type { DeploymentSync } from './deployment-sync.ts';
import { equalIgnoreHash, podTemplateHashLabel } from './deployment-util.ts';

/** Copies the template of the asked revision into the Deployment and takes the annotation away. */
export function* rollback(sync: DeploymentSync): Process {
  const all = allOf(yield* sync.getAllReplicaSetsAndSyncRevision(true));
  const asked = rollbackToOf(sync.d) ?? 0;
  const revision = asked === 0 ? lastRevision(all) : asked;
  const target = all.find((rs) => revision !== 0 && revisionOf(rs) === revision);
  if (target === undefined) {
    const message =
      revision === 0
        ? 'Unable to find last revision.'
        : 'Unable to find the revision to rollback to.';
    sync.event('Warning', 'DeploymentRollbackRevisionNotFound', message);
    yield* update(sync, sync.d);
    return;
  }
  const name = nameOf(sync.d);
  if (equalIgnoreHash(sync.d.spec.template, target.spec.template)) {
    const message = `The rollback revision contains the same template as current deployment "${name}"`;
    sync.event('Warning', 'DeploymentRollbackTemplateUnchanged', message);
    yield* update(sync, sync.d);
    return;
  }
  sync.record('rollback', keyOf(sync.d), { revision });
  yield* update(sync, withAnnotationsOfReplicaSet(withTemplateOf(sync.d, target), target));
  const message = `Rolled back deployment "${name}" to revision ${revision}`;
  sync.event('Normal', 'DeploymentRollback', message);
}

function* update(sync: DeploymentSync, d: Deployment): Process {
  yield* sync.context.client.of('Deployment').update(withoutRollbackTo(d));
}

function withTemplateOf(d: Deployment, rs: ReplicaSet): Deployment {
  const { [podTemplateHashLabel]: _, ...labels } = rs.spec.template.metadata?.labels ?? {};
  const template = {
    ...rs.spec.template,
    metadata: { ...rs.spec.template.metadata, labels },
  };
  return { ...d, spec: { ...d.spec, template } };
}
