/** What one row of the kind table says; the table itself is in kinds.ts. */

/** What the cluster knows of a kind without knowing its fields. */
export interface KindRow {
  /** API group; '' is the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Name of the resource in paths and in messages, lower case: `deployments`. */
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  /** Names for several kinds at once, such as `all`. */
  readonly categories: readonly string[];
  /** Whether objects live in a namespace; otherwise they are cluster-scoped. */
  readonly namespaced: boolean;
  /** Second path segments, sorted: `status`, `scale`, `binding`, … */
  readonly subresources: readonly string[];
  /** Whether `metadata.generation` counts changes of the wanted state. */
  readonly hasGeneration: boolean;
  /** Name of the kind's struct in the schema; undefined for a custom resource. */
  readonly struct?: string | undefined;
  /** What every answer about the kind warns of; undefined where nothing is. */
  readonly deprecation?: string | undefined;
  /** Versions in which a real server has the kind, too: kubectl takes them in `hpa.v1.autoscaling`. */
  readonly otherVersions?: readonly string[] | undefined;
  /** Verbs where they are not all of `allVerbs`. */
  readonly verbs?: readonly string[] | undefined;
}
