/**
 * The form of a kind's validation rules. One object of this form per kind, in the file of its group.
 *
 * Upstream: staging/src/k8s.io/apiserver/pkg/registry/rest RESTCreateStrategy Validate, RESTUpdateStrategy ValidateUpdate
 */
import type { FieldError } from '../../api/field-error.ts';
import type { KubeObject } from '../../api/object.ts';
import type { TextCheck } from './checks.ts';

/** What is checked of a kind beyond the metadata that all kinds share. */
export interface KindRules<T extends KubeObject = KubeObject> {
  /** Checks the name; a DNS subdomain where this is left out. */
  readonly name?: TextCheck;
  /** Checks a new object after its metadata. */
  readonly create?: (object: T) => FieldError[];
  /** Checks a change of the object after that of its metadata; `create` is not called as well. */
  readonly update?: (object: T, old: T) => FieldError[];
  /** Whether upstream checks all metadata anew on a change, which repeats its errors in the causes. */
  readonly rechecksMetadata?: boolean;
  /** Checks writes to subresources; those without a row are checked for metadata alone. */
  readonly subresources?: Readonly<Record<string, (object: T, old: T) => FieldError[]>>;
  /** Returns what is accepted and yet worth a warning, of a new or changed object. */
  readonly warnings?: (object: T) => string[];
}

/** Takes rules for one kind into a table, which is only ever asked for objects of that kind. */
export function rulesOf<T extends KubeObject>(rules: KindRules<T>): KindRules {
  return rules as unknown as KindRules;
}
