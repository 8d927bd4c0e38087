/**
 * What a reader should know of an object that asks for more than a lab can hold: it is valid, and a real cluster would begin to
 * obey; here the run ends early, or shows a part.
 *
 * Ours: markers in the editor.
 */
import { valueAt } from '../api/object.ts';
import type { KubeObject } from '../api/object.ts';

/** From so many pods on a run may end before they all exist: each brings a handful of objects. Chosen for legibility */
const podsMax = 2_000;

/** The fields by which kinds ask for pods. */
const countPaths: Readonly<Record<string, readonly string[]>> = {
  Deployment: ['spec', 'replicas'],
  ReplicaSet: ['spec', 'replicas'],
  ReplicationController: ['spec', 'replicas'],
  StatefulSet: ['spec', 'replicas'],
  Job: ['spec', 'parallelism'],
};

/** Returns a remark at the field that asks for too many pods; nothing where none does. */
export function sizeRemarks(object: KubeObject): { path: string; message: string }[] {
  const path = countPaths[object.kind];
  if (path === undefined) return [];
  const count = Number(valueAt(object, ...path) ?? 0);
  if (!(count > podsMax)) return [];
  const message = `${count} pods are more than a lab can hold: not all of them will come to be, and the run may end early.`;
  return [{ path: path.join('.'), message }];
}
