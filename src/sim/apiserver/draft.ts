/**
 * Objects while they are being changed: a deep copy that may be written to, before it is frozen into the store.
 *
 * Ours: upstream changes objects in place.
 */
import { deepCopy } from '../api/freeze.ts';

/** A type without its `readonly`s, all the way down. */
export type Draft<T> = T extends (infer Element)[] | readonly (infer Element)[]
  ? Draft<Element>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Draft<T[Key]> }
    : T;

/** Returns a deep copy of JSON data that may be written to. */
export function draftOf<T>(value: T): Draft<T> {
  return deepCopy(value) as Draft<T>;
}
