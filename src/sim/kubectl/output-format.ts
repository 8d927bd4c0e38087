/**
 * The `-o` of commands: which form objects are printed in.
 *
 * Upstream: staging/src/k8s.io/cli-runtime/pkg/genericclioptions print_flags.go
 */
import { goQuote } from '../api/go-format.ts';
import type { KindRow } from '../api/kinds.ts';
import type { KubeObject } from '../api/object.ts';
import type { KubectlFiles } from './context.ts';
import type { CustomColumn } from './custom-columns.ts';
import { Seam } from '../part.ts';
import { KubectlError } from './errors.ts';
import type { Flags } from './flags.ts';
import type { Template } from './go-template.ts';
import { objectName } from './names.ts';

/** What `-o` asks for; `default` is the command's own sentence or table. */
export type OutputFormat =
  | { readonly form: 'default'; readonly wide: boolean }
  | { readonly form: 'name' }
  | { readonly form: 'yaml' | 'json' | 'kyaml'; readonly managedFields: boolean }
  | { readonly form: 'jsonpath'; readonly template: string; readonly asJson: boolean }
  | { readonly form: 'go-template'; readonly template: Template }
  | { readonly form: 'custom-columns'; readonly columns: readonly CustomColumn[] };

/** How forms other than the default and the name are read and printed: see output-forms.ts. */
export interface OutputForms {
  /** Reads the form of a template. Throws KubectlError. */
  readTemplateFormat(flags: Flags, files: KubectlFiles, name: string, own: string): OutputFormat;
  /** Reads columns, from the command line or a file. Throws KubectlError. */
  readColumns(text: string): readonly CustomColumn[];
  readColumnsFile(files: KubectlFiles, path: string): readonly CustomColumn[];
  /** Prints one object, or a list as one. */
  print(format: OutputFormat, object: KubeObject, stdout: (text: string) => void): void;
  /** Writes a value with its keys sorted; `indent` counts spaces. */
  json(value: unknown, indent?: number): string;
  yaml(value: unknown): string;
  /** Returns an object's cells in columns of the reader's. */
  customCells(columns: readonly CustomColumn[], object: KubeObject): string[];
  /** Orders objects by the value at a path. Throws KubectlError. */
  sortObjects(objects: readonly KubeObject[], path: string): KubeObject[];
}

export const outputForms = new Seam<OutputForms>('kubectl-output');

const templateFormats = [
  'go-template',
  'go-template-file',
  'jsonpath',
  'jsonpath-as-json',
  'jsonpath-file',
  'template',
  'templatefile',
] as const;
const plainFormats = ['json', 'kyaml', 'name', 'yaml'];
const tableFormats = ['custom-columns', 'custom-columns-file', 'wide'];

/** Reads `-o` and `--template`. `tables` is true for commands that print tables. Throws KubectlError. */
export function readOutputFormat(
  flags: Flags,
  files: KubectlFiles,
  options: { readonly tables?: boolean } = {},
): OutputFormat {
  const given = flags.text('output');
  const template = flags.text('template');
  const text = given === '' && template !== '' ? 'go-template' : given;
  const lower = text.toLowerCase();
  if (text === '') return { form: 'default', wide: false };
  if (options.tables && lower === 'wide') return { form: 'default', wide: true };
  if (lower === 'name') return { form: 'name' };
  if (lower === 'yaml' || lower === 'json' || lower === 'kyaml') {
    return { form: lower, managedFields: flags.bool('show-managed-fields') };
  }
  const equals = text.indexOf('=');
  const name = equals < 0 ? text : text.slice(0, equals);
  const own = equals < 0 ? template : text.slice(equals + 1);
  if (options.tables && name === 'custom-columns') {
    return { form: 'custom-columns', columns: outputForms.get().readColumns(own) };
  }
  if (options.tables && name === 'custom-columns-file') {
    return { form: 'custom-columns', columns: outputForms.get().readColumnsFile(files, own) };
  }
  if ((templateFormats as readonly string[]).includes(name)) {
    return outputForms.get().readTemplateFormat(flags, files, name, own);
  }
  const allowed = [...plainFormats, ...templateFormats, ...(options.tables ? tableFormats : [])];
  throw new KubectlError(
    `unable to match a printer suitable for the output format ${goQuote(text)}, allowed formats are: ${allowed.sort().join(',')}`,
  );
}

/** Prints one object, or a list as one. Not for tables. */
export function printObject(
  format: OutputFormat,
  row: KindRow,
  object: KubeObject,
  stdout: (text: string) => void,
): void {
  if (format.form === 'name') stdout(`${objectName(row, object.metadata.name ?? '')}\n`);
  else outputForms.get().print(format, object, stdout);
}
