/**
 * Structs as upstream's internal types print them, and their differences: what refusals show. How they are printed is go-form.ts,
 * which comes with a part when something is refused with such a value.
 *
 * Upstream: staging/src/k8s.io/apimachinery/pkg/util/diff; pkg/apis/core/validation ValidatePodUpdate
 */
import { Seam } from '../../part.ts';

/** Prints structs: see go-form.ts. */
export interface InternalForms {
  form(struct: string, value: object | undefined): unknown;
  diff(struct: string, before: object, after: object): string;
}

export const internalFormsSeam = new Seam<InternalForms>('refusals');

/** Returns a struct as Go would print it, with every field. */
export function internalForm(struct: string, value: object | undefined): unknown {
  return internalFormsSeam.get().form(struct, value);
}

/** Returns the difference of two structs in this form, as indented JSON. */
export function internalDiff(struct: string, before: object, after: object): string {
  return internalFormsSeam.get().diff(struct, before, after);
}
