/**
 * The annotation in which `kubectl apply` keeps what it applied last.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/util/apply.go GetModifiedConfiguration
 */
import { goJson, sortKeys } from '../api/go-format.ts';
import { isJsonObject } from '../api/object.ts';
import type { JsonObject, KubeObject } from '../api/object.ts';

export const lastAppliedKey = 'kubectl.kubernetes.io/last-applied-configuration';

/** Returns the object with the annotation that holds the object itself. */
export function withLastApplied(object: JsonObject): JsonObject {
  const metadata = isJsonObject(object.metadata) ? object.metadata : {};
  const own = isJsonObject(metadata.annotations) ? metadata.annotations : {};
  const { [lastAppliedKey]: _, ...annotations } = own;
  const bare = { ...object, metadata: { ...metadata, annotations } };
  const text = `${goJson(sortKeys(bare))}\n`;
  return {
    ...object,
    metadata: { ...metadata, annotations: { ...annotations, [lastAppliedKey]: text } },
  };
}

/** Returns the text of the annotation for an object that is not given one itself. */
export function lastAppliedText(object: JsonObject): string {
  const metadata = isJsonObject(object.metadata) ? object.metadata : {};
  const own = isJsonObject(metadata.annotations) ? metadata.annotations : undefined;
  if (own === undefined) return `${goJson(sortKeys(object))}\n`;
  const { [lastAppliedKey]: _, ...annotations } = own;
  return `${goJson(sortKeys({ ...object, metadata: { ...metadata, annotations } }))}\n`;
}

/** Returns what was applied last; undefined where the object does not say. */
export function lastAppliedOf(object: KubeObject): JsonObject | undefined {
  const text = object.metadata.annotations?.[lastAppliedKey];
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}
