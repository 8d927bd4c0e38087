/**
 * How kubectl names an object in its sentences: `deployment.apps/web`, `pod/x`.
 */
import type { KindRow } from '../api/kinds.ts';

/** Returns the kind in lower case with its group: `deployment.apps`, `pod`. */
export function kindName(row: KindRow): string {
  const kind = row.kind.toLowerCase();
  return row.group === '' ? kind : `${kind}.${row.group}`;
}

/** Returns the object as `deployment.apps/web`. */
export function objectName(row: KindRow, name: string): string {
  return `${kindName(row)}/${name}`;
}
