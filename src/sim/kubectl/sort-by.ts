/**
 * `--sort-by`: orders objects by the value at a path.
 *
 * Numbers, quantities and times by their value, text as a person would order it; objects without the value first. Equal ones come in
 * the order of Go's sort.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/cmd/get/sorter.go
 */
import type { Json, KubeObject } from '../api/object.ts';
import { compareQuantities, isQuantity, parseQuantity } from '../api/quantity.ts';
import { tryParseTime } from '../api/time.ts';
import { KubectlError } from './errors.ts';
import { goSort } from './go-sort.ts';
import { findRelaxed } from './jsonpath.ts';
import { compareNatural } from './yaml-printer.ts';

/** Returns the objects in order; equal ones as Go's sort leaves them. Throws KubectlError where no object has the field. */
export function sortObjects(objects: readonly KubeObject[], path: string): KubeObject[] {
  const values = new Map<KubeObject, Json | undefined>();
  for (const object of objects) values.set(object, findRelaxed(path, object)[0]);
  if (objects.length > 0 && objects.every((object) => values.get(object) === undefined)) {
    throw new KubectlError(
      `couldn't find any field with path "${bracedPath(path)}" in the list of objects`,
    );
  }
  return goSort(objects, (a, b) => compareValues(values.get(a), values.get(b)) < 0);
}

function bracedPath(path: string): string {
  return path.startsWith('{') ? path : `{${path.startsWith('.') ? path : `.${path}`}}`;
}

function compareValues(a: Json | undefined, b: Json | undefined): number {
  if (a === undefined || a === null) return b === undefined || b === null ? 0 : -1;
  if (b === undefined || b === null) return 1;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [String(a), String(b)];
  const [leftTime, rightTime] = [tryParseTime(left), tryParseTime(right)];
  if (leftTime !== undefined && rightTime !== undefined) return leftTime - rightTime;
  if (isQuantity(left) && isQuantity(right)) {
    return compareQuantities(parseQuantity(left), parseQuantity(right));
  }
  return compareNatural(left, right);
}
