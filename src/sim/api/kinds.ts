/**
 * The one table of kinds. Nothing outside it branches on a kind's name.
 *
 * A table is an immutable value: a CustomResourceDefinition makes a new one with one row more. Where two groups
 * have a resource of the same name, the row that comes first wins for a name without its group.
 *
 * Upstream: staging/src/k8s.io/apimachinery/pkg/api/meta RESTMapper; client-go/restmapper shortcut expander
 * Docs: /docs/reference/using-api/api-concepts/
 */
import { builtInKinds } from './built-in-kinds.ts';
import type { KindRow } from './kind-row.ts';

export type { KindRow } from './kind-row.ts';

/** The verbs that a stored resource serves unless its row says otherwise, in the order of discovery. */
export const allVerbs: readonly string[] = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
];

/** Lookups over rows. All are of constant cost. */
export interface KindTable {
  readonly rows: readonly KindRow[];
  /** Finds the row of an object by its own `apiVersion` and `kind`. */
  byKind(apiVersion: string, kind: string): KindRow | undefined;
  /** Finds the first row of a kind, whatever its group. */
  firstOfKind(kind: string): KindRow | undefined;
  /** Finds the row of a request path; without a version, the row of any version. */
  byResource(group: string, plural: string, version?: string): KindRow | undefined;
  /**
   * Finds the row a person means by a name, in any case: plural, singular, kind or short name, alone or with a
   * group (`deploy.apps`, `deployments.v1.apps`); a group may be cut short (`ingresses.networking`).
   */
  byName(name: string): KindRow | undefined;
  /** Returns the rows of a category such as `all`, in the table's order; empty where there is none. */
  inCategory(category: string): readonly KindRow[];
  /** Returns a table in which the row stands last, or in the place of the row of the same group and plural. */
  withKind(row: KindRow): KindTable;
  /** Returns a table without the row of that group and plural. */
  withoutKind(group: string, plural: string): KindTable;
}

/** Returns the `apiVersion` of a row's objects: `v1`, `apps/v1`. */
export function apiVersionOf(row: { readonly group: string; readonly version: string }): string {
  return row.group === '' ? row.version : `${row.group}/${row.version}`;
}

/** Whether a row's objects have that `apiVersion`. */
function isOf({ group, version }: KindRow, apiVersion: string): boolean {
  if (group === '') return apiVersion === version;
  return (
    apiVersion.length === group.length + 1 + version.length &&
    apiVersion.startsWith(group) &&
    apiVersion.endsWith(version) &&
    apiVersion[group.length] === '/'
  );
}

/** Splits an `apiVersion` into group and version; the core group is ''. */
export function parseApiVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf('/');
  if (slash < 0) return { group: '', version: apiVersion };
  return { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

/** Returns the resource as messages and kubectl print it, with its group: `deployments.apps`, `pods`. */
export function qualifiedResource(row: {
  readonly group: string;
  readonly plural: string;
}): string {
  return row.group === '' ? row.plural : `${row.plural}.${row.group}`;
}

/** Returns the kind as `is invalid` messages print it, with its group: `Deployment.apps`, `Pod`. */
export function qualifiedKind(row: { readonly group: string; readonly kind: string }): string {
  return row.group === '' ? row.kind : `${row.kind}.${row.group}`;
}

/** Returns the path under which objects of the row are served, without a trailing slash. */
export function resourcePath(row: KindRow, namespace?: string, name?: string): string {
  const root = row.group === '' ? `/api/${row.version}` : `/apis/${apiVersionOf(row)}`;
  const inNamespace = row.namespaced && namespace ? `/namespaces/${namespace}` : '';
  return `${root}${inNamespace}/${row.plural}${name ? `/${name}` : ''}`;
}

/** Returns the verbs that the row's resource serves. */
export function verbsOf(row: KindRow): readonly string[] {
  return row.verbs ?? allVerbs;
}

/** Makes a table of rows. Throws when two rows have the same group and plural. */
export function createKindTable(rows: readonly KindRow[]): KindTable {
  // By the part that tells almost all rows apart: the whole name would have to be put together for each look.
  const byKind = new Map<string, KindRow[]>();
  const byPlural = new Map<string, KindRow[]>();
  const byName = new Map<string, KindRow[]>();
  const byCategory = new Map<string, KindRow[]>();
  for (const row of rows) {
    const isThere = byPlural.get(row.plural)?.some(({ group }) => group === row.group);
    if (isThere === true) throw new Error(`two rows for ${qualifiedResource(row)}`);
    append(byPlural, row.plural, row);
    append(byKind, row.kind, row);
    const names = new Set([row.plural, row.singular, row.kind.toLowerCase(), ...row.shortNames]);
    for (const name of names) append(byName, name, row);
    for (const category of row.categories) append(byCategory, category, row);
  }

  function findByName(text: string): KindRow | undefined {
    const name = text.toLowerCase();
    const alone = byName.get(name);
    if (alone) return alone[0];
    const dot = name.indexOf('.');
    if (dot < 0) return undefined;
    const candidates = byName.get(name.slice(0, dot)) ?? [];
    const suffix = name.slice(dot + 1);
    const isVersion = ({ version, otherVersions = [], group }: KindRow): boolean =>
      [version, ...otherVersions].some((one) => suffix === `${one}.${group}`);
    return (
      candidates.find((row) => row.group === suffix || isVersion(row)) ??
      candidates.find((row) => row.group.startsWith(`${suffix}.`))
    );
  }

  return {
    rows,
    byKind: (apiVersion, kind) => byKind.get(kind)?.find((row) => isOf(row, apiVersion)),
    firstOfKind: (kind) => byKind.get(kind)?.[0],
    byResource(group, plural, version) {
      const row = byPlural.get(plural)?.find((candidate) => candidate.group === group);
      return row && (version === undefined || row.version === version) ? row : undefined;
    },
    byName: findByName,
    inCategory: (category) => byCategory.get(category) ?? [],
    withKind(row) {
      const isSame = (other: KindRow): boolean =>
        other.group === row.group && other.plural === row.plural;
      if (!rows.some(isSame)) return createKindTable([...rows, row]);
      return createKindTable(rows.map((other) => (isSame(other) ? row : other)));
    },
    withoutKind: (group, plural) =>
      createKindTable(rows.filter((row) => row.group !== group || row.plural !== plural)),
  };
}

function append(map: Map<string, KindRow[]>, key: string, row: KindRow): void {
  const rows = map.get(key);
  if (rows) rows.push(row);
  else map.set(key, [row]);
}

/** The table of the built-in kinds. */
export const builtInKindTable: KindTable = createKindTable(builtInKinds);
