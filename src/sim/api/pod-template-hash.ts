/**
 * The hashes in the names of ReplicaSets and ControllerRevisions, equal to a real cluster's for every template.
 *
 * Upstream: pkg/controller/controller_utils.go ComputeHash; pkg/controller/history HashControllerRevision;
 * staging/src/k8s.io/apimachinery/pkg/util/rand SafeEncodeString
 * Docs: /docs/concepts/workloads/controllers/deployment/#pod-template-hash-label
 */
import { fnv32, fnv32a } from './fnv.ts';
import { dumpPodTemplate } from './go-dump.ts';
import { goJson, sortKeys } from './go-format.ts';
import { safeAlphabet } from './names.ts';
import type { PodTemplateSpec } from './types.gen.ts';

/** Maps each character to one of the safe alphabet, so that no word comes out. */
export function safeEncodeString(text: string): string {
  let encoded = '';
  for (let i = 0; i < text.length; i++) {
    encoded += safeAlphabet.charAt(text.charCodeAt(i) % safeAlphabet.length);
  }
  return encoded;
}

/** Hashes without a collision count, by template. Templates of stored objects are frozen. */
const known = new WeakMap<PodTemplateSpec, string>();

/**
 * Returns the value of `pod-template-hash` for a Deployment's template, and of `controller-revision-hash` for a DaemonSet's.
 * The template is the one of the owner as stored, thus with its defaults and without the label itself. The collision count is the
 * owner's `status.collisionCount`; undefined and 0 differ.
 */
export function computeHash(template: PodTemplateSpec, collisionCount?: number): string {
  const remembered = collisionCount === undefined ? known.get(template) : undefined;
  if (remembered !== undefined) return remembered;
  const bytes = collisionCount === undefined ? [] : [...littleEndian(collisionCount), 0, 0, 0, 0];
  const hash = safeEncodeString(String(fnv32a(dumpPodTemplate(template), bytes)));
  if (collisionCount === undefined && Object.isFrozen(template)) known.set(template, hash);
  return hash;
}

function littleEndian(value: number): number[] {
  return [value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, (value >>> 24) & 0xff];
}

/**
 * Returns the hash of a StatefulSet's revision: over the JSON of the revision's `data` and the collision count (0 when
 * there has been no collision).
 */
export function hashControllerRevision(data: unknown, collisionCount?: number): string {
  const probe = collisionCount === undefined ? '' : String(collisionCount);
  return safeEncodeString(String(fnv32(goJson(sortKeys(data)) + probe)));
}
