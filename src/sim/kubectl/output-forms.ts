/**
 * Objects in the forms that `-o` asks for: whole, by a template, in columns of the reader's own; and in the order of `--sort-by`.
 *
 * Upstream: staging/src/k8s.io/cli-runtime/pkg/genericclioptions json_yaml_flags.go, jsonpath_flags.go, template_flags.go
 */
import { goQuote } from '../api/go-format.ts';
import { withAlwaysWritten } from './always-written.ts';
import type { KubectlFiles } from './context.ts';
import { customCells, parseCustomColumns, parseCustomColumnsFile } from './custom-columns.ts';
import { KubectlError } from './errors.ts';
import type { Flags } from './flags.ts';
import { executeTemplate, parseTemplate } from './go-template.ts';
import { findRelaxed, printJsonPath } from './jsonpath.ts';
import { parseJsonPath } from './jsonpath-parser.ts';
import { printJson } from './json-printer.ts';
import { printKyaml } from './kyaml-printer.ts';
import type { OutputFormat, OutputForms } from './output-format.ts';
import { sortObjects } from './sort-by.ts';
import { printYaml } from './yaml-printer.ts';

/** All that kubectl can do with objects beside tables, names and sentences. */
export const allOutputForms: OutputForms = {
  readTemplateFormat: templateFormat,
  readColumns: parseCustomColumns,
  readColumnsFile: (files, path) => parseCustomColumnsFile(readTemplate(files, path)),
  print(format, object, stdout) {
    switch (format.form) {
      case 'yaml':
        stdout(printYaml(asPrinted(object, format.managedFields)));
        break;
      case 'json':
        stdout(printJson(asPrinted(object, format.managedFields)));
        break;
      case 'kyaml':
        stdout(printKyaml(asPrinted(object, format.managedFields)));
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
  },
  json: printJson,
  yaml: printYaml,
  customCells,
  sortObjects,
};

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

/** An object as it is printed whole. */
function asPrinted(object: object, hasManagedFields: boolean): object {
  return withAlwaysWritten(hasManagedFields ? object : withoutManagedFields(object));
}

/** Hides the field that kubectl hides, in a list's items too. */
function withoutManagedFields<T extends object>(object: T): T {
  const { items, metadata } = object as { items?: readonly object[]; metadata?: object };
  let result: T = object;
  if (metadata && 'managedFields' in metadata) {
    const { managedFields: _, ...rest } = metadata as Record<string, unknown>;
    result = { ...result, metadata: rest };
  }
  if (items) result = { ...result, items: items.map(withoutManagedFields) };
  return result;
}
