/**
 * The revisions of a workload: ReplicaSets of a Deployment, ControllerRevisions of a DaemonSet or StatefulSet.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/polymorphichelpers/history.go
 */
import type { JsonObject, KubeObject } from '../../../api/object.ts';
import { isControlledBy } from '../../../api/owner-references.ts';
import { formatSelector, selectorFromLabelSelector } from '../../../api/selector.ts';
import { applyStrategicMergePatch } from '../../../api/strategic-merge-patch.ts';
import type {
  ControllerRevision,
  Deployment,
  PodTemplateSpec,
  StatefulSet,
} from '../../../api/types.gen.ts';
import type { Process } from '../../../engine/process.ts';
import { replicaSetsOf, revisionOf } from '../../replica-sets.ts';
import { mapResource } from '../../targets.ts';
import type { Info } from '../../targets.ts';
import type { Invocation } from '../../verb.ts';

const changeCauseKey = 'kubernetes.io/change-cause';

/** Returns a revision's template as it is shown: with the cause of the change among its annotations. */
export function shownTemplate({ template, changeCause }: Revision): PodTemplateSpec | undefined {
  if (!template || changeCause === '') return template;
  const { metadata } = template;
  const annotations = { ...metadata?.annotations, [changeCauseKey]: changeCause };
  return { ...template, metadata: { ...metadata, annotations } };
}

/** One revision of a workload. */
export interface Revision {
  readonly number: number;
  readonly changeCause: string;
  readonly template: PodTemplateSpec | undefined;
  /** The ReplicaSet, or the workload as it was. */
  readonly object: KubeObject;
  /** What a DaemonSet or StatefulSet is patched with to go back. */
  readonly patch?: JsonObject;
}

/** Whether the kind has revisions at all. */
export function hasRevisions({ row }: Info): boolean {
  return ['Deployment', 'DaemonSet', 'StatefulSet'].includes(row.kind);
}

/** Reads all revisions, by their number. */
export function* revisionsOf(invocation: Invocation, info: Info): Process<Revision[]> {
  const revisions =
    info.row.kind === 'Deployment'
      ? yield* replicaSetRevisions(invocation, info)
      : yield* controllerRevisions(invocation, info);
  return revisions.sort((a, b) => a.number - b.number);
}

function* replicaSetRevisions(invocation: Invocation, info: Info): Process<Revision[]> {
  const deployment = info.object as unknown as Deployment;
  const { allOld, current } = yield* replicaSetsOf(invocation, deployment);
  const sets = current ? [...allOld, current] : allOld;
  return sets
    .filter((set) => revisionOf(set) > 0)
    .map((set) => ({
      number: revisionOf(set),
      changeCause: set.metadata.annotations?.[changeCauseKey] ?? '',
      template: set.spec?.template,
      object: { ...set, apiVersion: 'apps/v1', kind: 'ReplicaSet' },
    }));
}

function* controllerRevisions(invocation: Invocation, info: Info): Process<Revision[]> {
  const { object, row, namespace } = info;
  const { spec } = object as unknown as StatefulSet;
  const labelSelector = formatSelector(selectorFromLabelSelector(spec?.selector));
  const revisionRow = mapResource(invocation.context, 'controllerrevisions.apps');
  const list = yield* invocation.api.list(revisionRow, namespace, { labelSelector });
  const own = (list.items as unknown as readonly ControllerRevision[]).filter((revision) =>
    isControlledBy(revision, object),
  );
  return own.map(({ metadata, revision, data }) => {
    const patch = data as unknown as JsonObject;
    const before = applyStrategicMergePatch(
      object as unknown as JsonObject,
      patch,
      row.struct ?? row.kind,
    );
    return {
      number: revision,
      changeCause: metadata.annotations?.[changeCauseKey] ?? '',
      template: (before.spec as { template?: PodTemplateSpec } | undefined)?.template,
      object: before as unknown as KubeObject,
      patch,
    };
  });
}
