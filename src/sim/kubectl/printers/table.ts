/**
 * Tables of objects: what the API server's Table answer holds for a kind, and how kubectl lays it out.
 *
 * Upstream: staging/src/k8s.io/cli-runtime/pkg/printers/tableprinter.go
 * Simplified: cells are made by kubectl here and not by the server; the text is the same.
 */
import type { KubeObject } from '../../api/object.ts';
import { formatAge, tryParseTime } from '../../api/time.ts';
import { compareText } from '../../api/go-format.ts';
import { alignTabs, padText, tableStyle, textWidth } from '../tabwriter.ts';

/** A column's head, and whether it shows only with `-o wide`. */
export interface Column {
  readonly name: string;
  readonly wide?: boolean;
}

/** The columns of a kind and the cells of an object, one for each column. */
export interface KindPrinter<T = KubeObject> {
  readonly columns: readonly Column[];
  cells(object: T, nowMs: number): readonly (string | number)[];
}

/** Makes columns of their heads; those behind `|` are wide. */
export function columns(heads: string): readonly Column[] {
  const [narrow = '', wide = ''] = heads.split('|');
  const parse = (text: string, isWide: boolean): Column[] =>
    text
      .split(',')
      .filter((name) => name !== '')
      .map((name) => (isWide ? { name, wide: true } : { name }));
  return [...parse(narrow, false), ...parse(wide, true)];
}

/** Prints how long ago a moment was, as in AGE. */
export function age(time: string | null | undefined, nowMs: number): string {
  const ms = time ? tryParseTime(time) : undefined;
  return ms === undefined ? '<unknown>' : formatAge(wholeSeconds(nowMs - ms));
}

function wholeSeconds(ms: number): number {
  return Math.trunc(ms / 1_000) * 1_000;
}

/** Prints labels as `a=b,c=d`, sorted; `<none>` without any. */
export function formatLabels(labels: Readonly<Record<string, string>> | undefined): string {
  const pairs = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return pairs.length === 0 ? '<none>' : pairs.sort(compareText).join(',');
}

/** Which columns are added around those of the kind. */
export interface TableOptions {
  readonly wide: boolean;
  readonly withNamespace: boolean;
  /** Name in front of names: `deployment.apps`; '' for none. */
  readonly kindPrefix: string;
  readonly showLabels: boolean;
  readonly labelColumns: readonly string[];
  readonly headers: boolean;
}

/** Returns the head of a table as cells. */
export function headCells(printer: KindPrinter, options: TableOptions): string[] {
  const heads = printer.columns
    .filter((column) => options.wide || !column.wide)
    .map((column) => column.name.toUpperCase());
  if (options.withNamespace) heads.unshift('NAMESPACE');
  for (const key of options.labelColumns) {
    heads.push(key.slice(key.lastIndexOf('/') + 1).toUpperCase());
  }
  if (options.showLabels) heads.push('LABELS');
  return heads;
}

/** Returns a row of a table as cells. */
export function rowCells(
  printer: KindPrinter,
  object: KubeObject,
  options: TableOptions,
  nowMs: number,
): string[] {
  const all = printer.cells(object, nowMs);
  const cells: string[] = [];
  for (const [index, column] of printer.columns.entries()) {
    if (options.wide || !column.wide) cells.push(cleanCell(String(all[index] ?? '')));
  }
  if (options.kindPrefix !== '') cells[0] = `${options.kindPrefix}/${cells[0] ?? ''}`;
  const { namespace = '', labels } = object.metadata;
  if (options.withNamespace) cells.unshift(namespace);
  for (const key of options.labelColumns) cells.push(labels?.[key] ?? '');
  if (options.showLabels) cells.push(formatLabels(labels));
  return cells;
}

/** Cuts a cell at its first newline and shows escape characters. */
function cleanCell(text: string): string {
  const end = text.search(/[\n\r\f]/);
  const line = end < 0 ? text : `${text.slice(0, end)}...`;
  return line.replaceAll('\u001b', '^[');
}

/** Lays out rows of cells. */
export function printRows(rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  return `${alignTabs(rows.map((row) => row.join('\t')).join('\n'), tableStyle)}\n`;
}

/** Lays out rows as they come, in columns that can only grow: the table of `--watch`. */
export class GrowingTable {
  readonly #widths: number[] = [];

  /** Returns the next lines of the table. */
  print(rows: readonly (readonly string[])[]): string {
    for (const row of rows) {
      for (let column = 0; column < row.length - 1; column += 1) {
        const width = textWidth(row[column] ?? '') + tableStyle.padding;
        const least = Math.max(this.#widths[column] ?? 0, tableStyle.minWidth);
        this.#widths[column] = Math.max(width, least);
      }
    }
    return rows
      .map((row) => {
        const last = row.length - 1;
        const cells = row.map((cell, column) =>
          column < last ? padText(cell, this.#widths[column] ?? 0) : cell,
        );
        return `${cells.join('')}\n`;
      })
      .join('');
  }
}
