/**
 * What a command prints of an object that it has changed: its sentence, or the object in the form of `-o`.
 */
import type { KindRow } from '../api/kinds.ts';
import type { KubeObject } from '../api/object.ts';
import { objectName } from './names.ts';
import { printObject } from './output-format.ts';
import type { OutputFormat } from './output-format.ts';
import type { Invocation } from './verb.ts';

/** Prints `deployment.apps/web scaled (dry run)`, or the object. */
export function printResult(
  invocation: Invocation,
  format: OutputFormat,
  row: KindRow,
  object: KubeObject,
  sentence: string,
): void {
  const { stdout } = invocation.out;
  if (format.form === 'default') {
    stdout(`${objectName(row, object.metadata.name ?? '')} ${sentence}\n`);
  } else printObject(format, row, object, stdout);
}
