/**
 * How `kubectl get` shows objects, once or as they change.
 */
import type { KindRow } from '../../api/kinds.ts';
import type { KubeObject } from '../../api/object.ts';
import { kindName } from '../names.ts';
import type { OutputFormat } from '../output-format.ts';
import { namePrinter, scalePrinter } from '../printers/config.ts';
import { printerOf } from '../printers/list.ts';
import type { KindPrinter, TableOptions } from '../printers/table.ts';
import type { Invocation } from '../verb.ts';

/** How the objects are shown. */
export interface GetOptions {
  readonly format: OutputFormat;
  readonly allNamespaces: boolean;
  readonly subresource: string;
  readonly sortBy: string;
}

/** Fills in the kind of a list's item. */
export function withKind(row: KindRow, object: KubeObject): KubeObject {
  const { kind = row.kind, apiVersion, ...rest } = object as KubeObject & { apiVersion?: string };
  return {
    apiVersion: apiVersion ?? (row.group === '' ? row.version : `${row.group}/${row.version}`),
    kind,
    ...rest,
  };
}

/** Returns the columns of a kind as the flags ask for them. */
export function tableOptions(
  invocation: Invocation,
  options: GetOptions,
  row: KindRow,
  showKind: boolean,
): TableOptions {
  const given = invocation.flags;
  return {
    wide: options.format.form === 'default' && options.format.wide,
    withNamespace: options.allNamespaces && row.namespaced,
    kindPrefix: showKind || given.bool('show-kind') ? kindName(row) : '',
    showLabels: given.bool('show-labels'),
    labelColumns: given.list('label-columns'),
    headers: !given.bool('no-headers'),
  };
}

/** Returns the printer of what a command asks for. */
export function tablePrinter(
  invocation: Invocation,
  options: GetOptions,
  row: KindRow,
): KindPrinter {
  if (options.subresource === 'scale') return scalePrinter as KindPrinter;
  return invocation.flags.bool('server-print', true) ? printerOf(row) : namePrinter;
}
