/**
 * ControllerRevisions: the templates that a StatefulSet or a DaemonSet has had, each under a name made from its content.
 *
 * - A revision's data is a patch that puts the template back; two revisions with the same data are the same revision.
 * - `revision` only grows: a template that comes back keeps its object and gets the next number.
 *
 * Upstream: pkg/controller/history/controller_history.go; pkg/controller/statefulset/stateful_set_utils.go getPatch
 * Docs: /docs/concepts/workloads/controllers/statefulset/#revision-history
 */
import { compareText, sortKeys } from '../api/go-format.ts';
import { annotationsOf, nameOf, namespaceOf, uidOf } from '../api/object.ts';
import type { JsonObject, KubeObject } from '../api/object.ts';
import { deepEqual } from '../api/deep-equal.ts';
import { keyOf } from '../api/object-key.ts';
import { controllerOf, newControllerRef } from '../api/owner-references.ts';
import { matchesLabels } from '../api/selector.ts';
import type { Selector } from '../api/selector.ts';
import { applyStrategicMergePatch } from '../api/strategic-merge-patch.ts';
import { parseTime } from '../api/time.ts';
import type { ControllerRevision, PodTemplateSpec } from '../api/types.gen.ts';
import type { ComponentContext } from '../client/component.ts';
import type { Indexer } from '../client/indexer.ts';
import type { Process } from '../engine/process.ts';
import { orphansIn, ownedBy } from './owner-index.ts';

/** A name takes so much of its owner's; the hash follows. Upstream: ControllerRevisionName */
const ownerNameMax = 223;

/** Returns the name of a revision. */
export function controllerRevisionName(ownerName: string, hash: string): string {
  return `${ownerName.slice(0, ownerNameMax)}-${hash}`;
}

/** Returns the patch that puts a template back into its owner: what a revision keeps. */
export function templatePatch(template: PodTemplateSpec): JsonObject {
  const patch = { spec: { template: { ...template, $patch: 'replace' } } };
  return sortKeys(patch) as unknown as JsonObject;
}

/** Makes a revision that is not stored yet. It is given the annotations of its owner, as upstream does. */
export function newControllerRevision(
  owner: KubeObject,
  hash: string,
  labels: Readonly<Record<string, string>>,
  data: JsonObject,
  revision: number,
): ControllerRevision {
  const annotations = annotationsOf(owner);
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: controllerRevisionName(nameOf(owner), hash),
      namespace: namespaceOf(owner),
      labels,
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
      ownerReferences: [newControllerRef(owner)],
    },
    data,
    revision,
  };
}

/** Orders revisions by number, then by age, then by name. */
export function compareRevisions(a: ControllerRevision, b: ControllerRevision): number {
  return (
    a.revision - b.revision ||
    parseTime(a.metadata.creationTimestamp ?? '') - parseTime(b.metadata.creationTimestamp ?? '') ||
    compareText(nameOf(a), nameOf(b))
  );
}

/** Whether two revisions would put the same template back. */
export function isEqualRevision(a: ControllerRevision, b: ControllerRevision): boolean {
  return deepEqual(a.data, b.data);
}

/** Returns the number that the next revision gets; `sorted` is in order. */
export function nextRevision(sorted: readonly ControllerRevision[]): number {
  return (sorted.at(-1)?.revision ?? 0) + 1;
}

/** Returns the owner as it was at a revision: with that template, and everything else as it is now. */
export function applyRevision<T extends KubeObject>(owner: T, revision: ControllerRevision): T {
  const patch = revision.data as JsonObject;
  return applyStrategicMergePatch(
    owner as unknown as JsonObject,
    patch,
    owner.kind,
  ) as unknown as T;
}

/** Lists the revisions that an owner has or may take: its own and matching ones without an owner. */
export function listRevisions(
  indexer: Indexer<ControllerRevision>,
  owner: KubeObject,
  selector: Selector,
): ControllerRevision[] {
  const own = ownedBy(indexer, uidOf(owner));
  const orphans = orphansIn(indexer, namespaceOf(owner));
  return [...own, ...orphans]
    .filter(({ metadata }) => matchesLabels(selector, metadata.labels))
    .sort(compareRevisions);
}

/** Whether nobody owns the revision. */
export function isOrphan(revision: ControllerRevision): boolean {
  return controllerOf(revision) === undefined;
}

/** Gives a revision that is taken again its new number, and returns it as stored. */
export function* renumberRevision(
  context: ComponentContext,
  owner: KubeObject,
  revision: ControllerRevision,
  number: number,
): Process<ControllerRevision> {
  if (revision.revision === number) return revision;
  context.engine.record(context.name, 'take-revision-again', keyOf(owner), {
    name: nameOf(revision),
    from: revision.revision,
    to: number,
  });
  return yield* context.client.of('ControllerRevision').update({ ...revision, revision: number });
}

/** Deletes a revision that lies beyond its owner's limit. Throws what the API server answers, also when it is gone. */
export function* forgetRevision(
  { engine, name, client }: ComponentContext,
  owner: KubeObject,
  revision: ControllerRevision,
  limit: number,
): Process {
  engine.record(name, 'forget-revision', keyOf(owner), {
    name: nameOf(revision),
    revision: revision.revision,
    limit,
  });
  yield* client.of('ControllerRevision').delete(namespaceOf(owner), nameOf(revision));
}
