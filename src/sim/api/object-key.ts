/**
 * The key under which traces, histories and pictures name an object: `Pod/default/web`, `Node/node-1`.
 *
 * It has the kind but not the group: no two kinds served here share a name, except Event, whose two groups are
 * two views of one stored object.
 */

/** The parts of an object key; `namespace` is '' for a cluster-scoped object. */
export interface ObjectKey {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** Returns the key of an object from its parts; an empty or missing namespace means cluster-scoped. */
export function objectKey(kind: string, namespace: string | undefined, name: string): string {
  return namespace ? `${kind}/${namespace}/${name}` : `${kind}/${name}`;
}

/** Returns the key of an object that carries its own kind. */
export function keyOf(object: {
  readonly kind: string;
  readonly metadata: {
    readonly namespace?: string | undefined;
    readonly name?: string | undefined;
  };
}): string {
  return objectKey(object.kind, object.metadata.namespace, object.metadata.name ?? '');
}

/** Splits a key into its parts. Throws on text that `objectKey` cannot have made. */
export function parseObjectKey(key: string): ObjectKey {
  const [kind, second, third, ...rest] = key.split('/');
  if (!kind || second === undefined || rest.length > 0) {
    throw new Error(`invalid object key: ${key}`);
  }
  if (third === undefined) return { kind, namespace: '', name: second };
  return { kind, namespace: second, name: third };
}
