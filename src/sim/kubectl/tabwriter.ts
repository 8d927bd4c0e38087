/**
 * Aligns tab-separated text into columns, as kubectl's tables and descriptions are.
 *
 * A cell is text that ends with a tab; consecutive lines that have a cell in a column form a block, and a block is
 * as wide as its widest cell plus padding. Text after the last tab of a line belongs to no column.
 *
 * Upstream: text/tabwriter; staging/src/k8s.io/cli-runtime/pkg/printers/tabwriter.go GetNewTabWriter
 */

/** Measures of a writer, in characters. */
export interface TabStyle {
  /** Least width of a cell, padding included. */
  readonly minWidth: number;
  readonly padding: number;
}

/** Tables of `get` and `events`. */
export const tableStyle: TabStyle = { minWidth: 6, padding: 3 };

/** Descriptions and `rollout history`. */
export const describeStyle: TabStyle = { minWidth: 0, padding: 2 };

/** Returns the number of characters, not of code units. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += character === '' ? 0 : 1;
  return width;
}

/** Pads text with spaces at its end to a width in characters. */
export function padText(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)));
}

/** Aligns text line by line; the text keeps its newlines. */
export function alignTabs(text: string, style: TabStyle): string {
  const lines = text.split('\n').map((line) => line.split('\t'));
  const output: string[] = [];
  format(lines, 0, lines.length, [], style, output);
  return output.join('\n');
}

function format(
  lines: readonly (readonly string[])[],
  first: number,
  end: number,
  widths: number[],
  style: TabStyle,
  output: string[],
): void {
  const column = widths.length;
  let written = first;
  let line = first;
  while (line < end) {
    if (!hasCell(lines[line], column)) {
      line += 1;
      continue;
    }
    write(lines, written, line, widths, output);
    const start = line;
    let width = style.minWidth;
    while (line < end && hasCell(lines[line], column)) {
      width = Math.max(width, textWidth(lines[line]?.[column] ?? '') + style.padding);
      line += 1;
    }
    widths.push(width);
    format(lines, start, line, widths, style, output);
    widths.pop();
    written = line;
  }
  write(lines, written, end, widths, output);
}

/** Whether the line has a cell (which a tab ends) in the column. */
function hasCell(line: readonly string[] | undefined, column: number): boolean {
  return line !== undefined && column < line.length - 1;
}

function write(
  lines: readonly (readonly string[])[],
  first: number,
  end: number,
  widths: readonly number[],
  output: string[],
): void {
  for (let index = first; index < end; index += 1) {
    const cells = lines[index] ?? [];
    output.push(cells.map((cell, column) => padText(cell, widths[column] ?? 0)).join(''));
  }
}
