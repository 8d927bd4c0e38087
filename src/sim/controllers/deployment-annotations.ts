/**
 * The annotations by which a Deployment and its ReplicaSets remember revisions and sizes.
 *
 * Upstream: pkg/controller/deployment/util/deployment_util.go SetNewReplicaSetAnnotations, SetReplicasAnnotations, Revision
 * Docs: /docs/concepts/workloads/controllers/deployment/#rolling-back-a-deployment
 */
import { annotationsOf } from '../api/object.ts';
import { withMetadata } from '../api/freeze.ts';
import type { Deployment, ReplicaSet } from '../api/types.gen.ts';
import { maxSurgeOf, replicasOf } from './deployment-util.ts';

/** Number of a rollout, on the Deployment and on each ReplicaSet. */
export const revisionAnnotation = 'deployment.kubernetes.io/revision';
/** Revisions that a ReplicaSet had before it was rolled back to. */
export const revisionHistoryAnnotation = 'deployment.kubernetes.io/revision-history';
/** `spec.replicas` of the Deployment when the ReplicaSet was last scaled. */
export const desiredReplicasAnnotation = 'deployment.kubernetes.io/desired-replicas';
/** The same plus the surge. */
export const maxReplicasAnnotation = 'deployment.kubernetes.io/max-replicas';
/** Asks for a rollback; current kubectl does not use it. */
export const rollbackToAnnotation = 'deprecated.deployment.rollback.to';

/** Longest text of a revision history. Upstream: maxRevHistoryLengthInChars */
const revisionHistoryCharsMax = 2000;

/** Annotations of a Deployment that its ReplicaSets do not get. */
const skippedAnnotations: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  revisionAnnotation,
  revisionHistoryAnnotation,
  desiredReplicasAnnotation,
  maxReplicasAnnotation,
  rollbackToAnnotation,
]);

type Annotations = Readonly<Record<string, string>>;

/** Reads a whole number of 64 bits as Go does; undefined for other text. */
function parseInteger(text: string | undefined): number | undefined {
  return text !== undefined && /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
}

/** Reads an annotation that holds a number of pods; undefined when it is missing, no number or negative. */
export function replicasAnnotation(rs: ReplicaSet, annotation: string): number | undefined {
  const value = parseInteger(annotationsOf(rs)[annotation]);
  return value === undefined || value < 0 || value > 2_147_483_647 ? undefined : value;
}

/** Returns the revision of a ReplicaSet or Deployment: 0 without one, undefined for one that is no number. */
export function revisionOf(object: ReplicaSet | Deployment): number | undefined {
  const text = annotationsOf(object)[revisionAnnotation];
  return text === undefined ? 0 : parseInteger(text);
}

/** Returns the highest revision, 0 when there is none. Revisions that are no numbers do not count. */
export function maxRevision(list: readonly ReplicaSet[]): number {
  return list.reduce((max, rs) => Math.max(max, revisionOf(rs) ?? 0), 0);
}

/** Returns the second-highest revision, 0 when there is none. */
export function lastRevision(list: readonly ReplicaSet[]): number {
  let [max, second] = [0, 0];
  for (const rs of list) {
    const revision = revisionOf(rs) ?? 0;
    if (revision >= max) [max, second] = [revision, max];
    else if (revision > second) second = revision;
  }
  return second;
}

/** Returns the annotations for a ReplicaSet that is scaled for a Deployment of this size. */
export function withReplicasAnnotations(rs: ReplicaSet, d: Deployment): Annotations {
  return { ...annotationsOf(rs), ...replicasAnnotations(d) };
}

/** Whether the two size annotations of the ReplicaSet are not those of the Deployment. */
export function replicasAnnotationsNeedUpdate(rs: ReplicaSet, d: Deployment): boolean {
  const annotations = annotationsOf(rs);
  return Object.entries(replicasAnnotations(d)).some(([key, value]) => annotations[key] !== value);
}

function replicasAnnotations(d: Deployment): Annotations {
  const replicas = replicasOf(d);
  return {
    [desiredReplicasAnnotation]: String(replicas),
    [maxReplicasAnnotation]: String(replicas + maxSurgeOf(d)),
  };
}

/** Returns the Deployment's annotations that its ReplicaSets get too. */
function copiedAnnotations(d: Deployment): Annotations {
  return Object.fromEntries(
    Object.entries(annotationsOf(d)).filter(([key]) => !skippedAnnotations.has(key)),
  );
}

/**
 * Returns the annotations that the new ReplicaSet should have at `newRevision`: the Deployment's, the revision (never
 * lowered) with the one before in the history, and at creation the sizes.
 */
export function newReplicaSetAnnotations(
  d: Deployment,
  rs: ReplicaSet,
  newRevision: number,
  exists: boolean,
): Annotations {
  const annotations: Record<string, string> = { ...annotationsOf(rs), ...copiedAnnotations(d) };
  const oldText = annotationsOf(rs)[revisionAnnotation];
  const oldRevision = oldText === undefined || oldText === '' ? 0 : parseInteger(oldText);
  // A revision that somebody has spoilt is left alone, and with it everything else.
  if (oldRevision === undefined) return annotations;
  if (oldRevision < newRevision) {
    annotations[revisionAnnotation] = String(newRevision);
    if (oldText !== undefined) {
      const history = annotations[revisionHistoryAnnotation] ?? '';
      annotations[revisionHistoryAnnotation] = appendRevision(history, oldText);
    }
  }
  return exists ? annotations : { ...annotations, ...replicasAnnotations(d) };
}

/** Appends a revision to a history and drops the oldest ones when it gets too long. */
export function appendRevision(
  history: string,
  revision: string,
  charsMax = revisionHistoryCharsMax,
): string {
  if (history === '') return revision;
  const revisions = history.split(',');
  let length = history.length + revision.length + 1;
  let start = 0;
  while (length > charsMax && start < revisions.length) {
    length -= (revisions[start]?.length ?? 0) + 1;
    start += 1;
  }
  return length > charsMax ? history : [...revisions.slice(start), revision].join(',');
}

/** Returns the Deployment with the annotations of a ReplicaSet that it is rolled back to. */
export function withAnnotationsOfReplicaSet(d: Deployment, rs: ReplicaSet): Deployment {
  const kept = Object.entries(annotationsOf(d)).filter(([key]) => skippedAnnotations.has(key));
  const copied = Object.entries(annotationsOf(rs)).filter(([key]) => !skippedAnnotations.has(key));
  return withMetadata(d, { annotations: Object.fromEntries([...kept, ...copied]) });
}

/** Returns the Deployment with a revision; the same object when it has it already. */
export function withRevision(d: Deployment, revision: string): Deployment {
  if (annotationsOf(d)[revisionAnnotation] === revision) return d;
  return withMetadata(d, { annotations: { ...annotationsOf(d), [revisionAnnotation]: revision } });
}

/** Returns the revision which the deprecated annotation asks for; undefined when it does not. 0 means the last. */
export function rollbackToOf(d: Deployment): number | undefined {
  return parseInteger(annotationsOf(d)[rollbackToAnnotation]);
}

/** Returns the Deployment without that annotation. */
export function withoutRollbackTo(d: Deployment): Deployment {
  const { [rollbackToAnnotation]: _, ...annotations } = annotationsOf(d);
  return withMetadata(d, { annotations });
}
