/**
 * The `-o` of commands: which form objects are printed in.
 *
 * Upstream: staging/src/k8s.io/cli-runtime/pkg/genericclioptions print_flags.go
 */
import { goQuote } from '../api/go-format.ts';
import type { KindRow } from '../api/kinds.ts';
import type { KubeObject } from '../api/object.ts';
import type { KubectlFiles } from './context.ts';
import { parseCustomColumns, parseCustomColumnsFile } from './custom-columns.ts';
import type { CustomColumn } from './custom-columns.ts';
import { KubectlError } from './errors.ts';
import type { Flags } from './flags.ts';
import { executeTemplate, parseTemplate } from './go-template.ts';
import type { Template } from './go-template.ts';
import { findRelaxed, printJsonPath } from './jsonpath.ts';
import { parseJsonPath } from './jsonpath-parser.ts';
import { printJson } from './json-printer.ts';
import { printKyaml } from './kyaml-printer.ts';
import { objectName } from './names.ts';
import { printYaml } from './yaml-printer.ts';

/** What `-o` asks for; `default` is the command's own sentence or table. */
export type OutputFormat =
  | { readonly form: 'default'; readonly wide: boolean }
  | { readonly form: 'name' }
  | { readonly form: 'yaml' | 'json' | 'kyaml'; readonly managedFields: boolean }
  | { readonly form: 'jsonpath'; readonly template: string; readonly asJson: boolean }
  | { readonly form: 'go-template'; readonly template: Template }
  | { readonly form: 'custom-columns'; readonly columns: readonly CustomColumn[] };

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
    return { form: 'custom-columns', columns: parseCustomColumns(own) };
  }
  if (options.tables && name === 'custom-columns-file') {
    return { form: 'custom-columns', columns: parseCustomColumnsFile(readTemplate(files, own)) };
  }
  if ((templateFormats as readonly string[]).includes(name)) {
    return templateFormat(flags, files, name, own);
  }
  const allowed = [...plainFormats, ...templateFormats, ...(options.tables ? tableFormats : [])];
  throw new KubectlError(
    `unable to match a printer suitable for the output format ${goQuote(text)}, allowed formats are: ${allowed.sort().join(',')}`,
  );
}

function templateFormat(
  flags: Flags,
  files: KubectlFiles,
  name: string,
  own: string,
): OutputFormat {
  if (own === '') throw new KubectlError('template format specified but no template given');
  const isFile = name.endsWith('file');
  const source = isFile ? readTemplate(files, own) : own;
  if (name.startsWith('jsonpath')) {
    parseJsonPath(source);
    return { form: 'jsonpath', template: source, asJson: name === 'jsonpath-as-json' };
  }
  const missing = flags.bool('allow-missing-template-keys', true);
  return { form: 'go-template', template: parseTemplate(source, { allowMissing: missing }) };
}

function readTemplate(files: KubectlFiles, path: string): string {
  const text = files.read(path);
  if (text !== undefined) return text;
  throw new KubectlError(
    `error reading --template ${path}, open ${path}: no such file or directory`,
  );
}

/** Prints one object, or a list as one. Not for tables. */
export function printObject(
  format: OutputFormat,
  row: KindRow,
  object: KubeObject,
  stdout: (text: string) => void,
): void {
  switch (format.form) {
    case 'name':
      stdout(`${objectName(row, object.metadata.name ?? '')}\n`);
      break;
    case 'yaml':
      stdout(printYaml(format.managedFields ? object : withoutManagedFields(object)));
      break;
    case 'json':
      stdout(printJson(format.managedFields ? object : withoutManagedFields(object)));
      break;
    case 'kyaml':
      stdout(printKyaml(format.managedFields ? object : withoutManagedFields(object)));
      break;
    case 'jsonpath':
      stdout(jsonPathText(format.template, format.asJson, object));
      break;
    case 'go-template':
      executeTemplate(format.template, object, stdout);
      break;
    default:
      throw new Error(`kubectl: the form ${format.form} is not printed object by object`);
  }
}

function jsonPathText(template: string, asJson: boolean, object: unknown): string {
  try {
    if (!asJson) return printJsonPath(template, object);
    return printJson(findRelaxed(template, object));
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error;
    throw new KubectlError(
      `error executing jsonpath ${goQuote(template)}: Error executing template: ${error.message}. Printing more information for debugging the template:\n` +
        `\ttemplate was:\n\t\t${template}\n\tobject given to jsonpath engine was:\n\t\t${JSON.stringify(object)}\n\n`,
    );
  }
}

/** Hides the field that kubectl hides, in a list's items too. */
export function withoutManagedFields<T extends object>(object: T): T {
  const { items, metadata } = object as { items?: readonly object[]; metadata?: object };
  let result: T = object;
  if (metadata && 'managedFields' in metadata) {
    const { managedFields: _, ...rest } = metadata as Record<string, unknown>;
    result = { ...result, metadata: rest };
  }
  if (items) result = { ...result, items: items.map(withoutManagedFields) };
  return result;
}
