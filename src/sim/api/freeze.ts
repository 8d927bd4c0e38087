/**
 * Frozen data and changed copies of it. A copy shares all that is not on the path of the change.
 */

/** Freezes JSON data in depth and returns it. What is frozen already is taken to be so in depth. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) deepFreeze(value[index]);
    return value;
  }
  for (const key in value) deepFreeze(value[key]);
  return value;
}

/**
 * Returns a copy in which the value at the path is another; undefined removes a field. Objects and lists that are
 * missing on the way are made as a step is a name or an index. Returns the same object when nothing changes.
 */
export function setIn<T>(value: T, path: readonly (string | number)[], next: unknown): T {
  const [step, ...rest] = path;
  if (step === undefined) return next as T;
  const old = value as Record<string | number, unknown> | undefined;
  const child = setIn(old?.[step], rest, next);
  if (old !== undefined && old !== null && old[step] === child) return value;
  if (typeof step === 'number') {
    const list = Array.isArray(value) ? [...(value as unknown[])] : [];
    list[step] = child;
    return list as T;
  }
  const copy: Record<string | number, unknown> = { ...(old ?? {}) };
  if (child === undefined) delete copy[step];
  else copy[step] = child;
  return copy as T;
}

/** Returns a copy of the object with those fields set; a field given as undefined is removed. */
export function withFields<T extends object>(value: T, fields: Partial<T>): T {
  const copy = { ...value } as Record<string, unknown>;
  for (const [key, field] of Object.entries(fields)) {
    if (field === undefined) delete copy[key];
    else copy[key] = field;
  }
  return copy as T;
}

/** Returns a copy of the object with those fields of its metadata set. */
export function withMetadata<T extends { readonly metadata: object }>(
  object: T,
  fields: Partial<T['metadata']>,
): T {
  return { ...object, metadata: withFields<T['metadata']>(object.metadata, fields) };
}

/** Returns a deep copy that nobody has frozen: for code that changes a tree in many places. */
export function deepCopy<T>(value: T): T {
  if (Array.isArray(value)) return value.map((item: unknown) => deepCopy(item)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) copy[key] = deepCopy(item);
  return copy as T;
}
