/**
 * `kubectl get`: objects as tables or in another form, once or as they change.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/cmd/get/get.go
 * Docs: /docs/reference/kubectl/generated/kubectl_get/
 */
import type { KindRow } from '../../api/kinds.ts';
import type { KubeList, KubeObject } from '../../api/object.ts';
import { isNotFound } from '../../api/status-error.ts';
import type { Process } from '../../engine/process.ts';
import { collect, KubectlError, throwCollected } from '../errors.ts';
import type { Flag } from '../flags.ts';
import { outputForms, printObject, readOutputFormat } from '../output-format.ts';
import { headCells, printRows, rowCells } from '../printers/table.ts';
import { rawGet } from '../raw.ts';
import { fetchTarget, listTarget, resolveTargets } from '../targets.ts';
import type { Target } from '../targets.ts';
import {
  allNamespacesFlag,
  fieldSelectorFlag,
  fileFlags,
  outputFlags,
  selectorFlag,
} from '../verb.ts';
import type { Invocation, Verb } from '../verb.ts';
import { tableOptions, tablePrinter, withKind } from './get-options.ts';
import type { GetOptions } from './get-options.ts';
import { watchObjects } from './get-watch.ts';

const flags: readonly Flag[] = [
  ...fileFlags,
  ...outputFlags,
  selectorFlag,
  fieldSelectorFlag,
  allNamespacesFlag,
  { name: 'watch', short: 'w', type: 'bool' },
  { name: 'watch-only', type: 'bool' },
  { name: 'output-watch-events', type: 'bool' },
  { name: 'show-labels', type: 'bool' },
  { name: 'show-kind', type: 'bool' },
  { name: 'label-columns', short: 'L', type: 'strings' },
  { name: 'no-headers', type: 'bool' },
  { name: 'sort-by', type: 'string' },
  { name: 'ignore-not-found', type: 'bool' },
  { name: 'chunk-size', type: 'int' },
  { name: 'subresource', type: 'string' },
  { name: 'server-print', type: 'bool' },
  { name: 'raw', type: 'string' },
];

/** Objects of one kind that were found together. */
export interface Found {
  readonly row: KindRow;
  readonly objects: readonly KubeObject[];
  /** Whether they came as a list. */
  readonly isList: boolean;
}

export const get: Verb = {
  name: 'get',
  about: 'Display one or many resources',
  usage:
    'get [(-o|--output=)json|yaml|kyaml|name|wide|...] (TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE[.VERSION][.GROUP]/NAME ...) [flags]',
  flags,
  *run(invocation) {
    if (invocation.flags.has('raw')) return yield* rawGet(invocation);
    const options = complete(invocation);
    if (invocation.flags.bool('watch') || invocation.flags.bool('watch-only')) {
      return yield* watchObjects(invocation, options, resolve(invocation, options).targets);
    }
    const { targets, errors } = resolve(invocation, options);
    const all = [...errors];
    const found = yield* findAll(invocation, options, targets, all);
    if (options.format.form === 'default') printTables(invocation, options, found, all);
    else printOthers(invocation, options, targets, found);
    throwCollected(all);
    return 0;
  },
};

/** Reads and checks the flags. */
function complete(invocation: Invocation): GetOptions {
  const { flags: given, args, context } = invocation;
  if (given.bool('output-watch-events') && !given.bool('watch') && !given.bool('watch-only')) {
    throw new KubectlError(
      '--output-watch-events option can only be used with --watch or --watch-only',
    );
  }
  if (args.length === 0 && given.list('filename').length === 0) {
    invocation.out.stderr(
      'You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n\n',
    );
    throw new KubectlError(
      `Required resource not specified.\nUse "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).\nSee 'kubectl get -h' for help and examples`,
    );
  }
  const format = readOutputFormat(given, context.files, { tables: true });
  const isTable = format.form === 'default';
  if (given.bool('show-labels') && !isTable) {
    const name = given.text('output').split('=')[0] ?? '';
    if (name !== 'custom-columns') {
      throw new KubectlError(`--show-labels option cannot be used with ${name} printer`);
    }
  }
  return {
    format,
    allNamespaces: given.bool('all-namespaces'),
    subresource: given.text('subresource'),
    sortBy: given.text('sort-by'),
  };
}

function resolve(
  invocation: Invocation,
  options: GetOptions,
): { targets: Target[]; errors: Error[] } {
  const given = invocation.flags;
  const filenames = given.list('filename');
  const selector = given.has('selector') ? given.text('selector') : undefined;
  const resolved = resolveTargets(invocation, {
    args: invocation.args,
    emptySelector: true,
    filenames,
    recursive: given.bool('recursive'),
    selector: filenames.length > 0 ? undefined : selector,
    fieldSelector: given.has('field-selector') ? given.text('field-selector') : undefined,
    allNamespaces: given.bool('all-namespaces'),
  });
  // Upstream looks for the labels in the table that the server answers, which has none.
  const isTable = options.format.form === 'default';
  if (filenames.length > 0 && selector && isTable) return { ...resolved, targets: [] };
  return resolved;
}

/** Reads every target; errors go to `errors`. */
function* findAll(
  invocation: Invocation,
  options: GetOptions,
  targets: readonly Target[],
  errors: Error[],
): Process<Found[]> {
  const found: Found[] = [];
  for (const target of targets) {
    try {
      found.push(yield* find(invocation, options, target));
    } catch (error) {
      if (invocation.flags.bool('ignore-not-found') && isNotFound(error)) continue;
      collect(errors, error);
    }
  }
  return found;
}

function* find(invocation: Invocation, options: GetOptions, target: Target): Process<Found> {
  const { row } = target;
  if (target.form === 'selector') {
    const limit = invocation.flags.has('chunk-size')
      ? { limit: invocation.flags.int('chunk-size', 0) }
      : {};
    const list: KubeList = yield* listTarget(invocation, target, limit);
    return { row, objects: list.items.map((item) => withKind(row, item)), isList: true };
  }
  if (options.subresource !== '' && target.name !== '') {
    const { namespace, name } = target;
    const object = yield* invocation.api.get(row, namespace, name, options.subresource);
    return { row, objects: [object], isList: false };
  }
  const [info] = yield* fetchTarget(invocation, target);
  return { row, objects: info ? [info.object] : [], isList: false };
}

function printTables(
  invocation: Invocation,
  options: GetOptions,
  found: readonly Found[],
  errors: readonly Error[],
): void {
  const kinds = new Set(found.map(({ row }) => row));
  const showKind = kinds.size > 1;
  let isFirst = true;
  for (const group of groupsByKind(found, options.sortBy)) {
    if (group.objects.length === 0) continue;
    const table = tableOptions(invocation, options, group.row, showKind);
    const printer = tablePrinter(invocation, options, group.row);
    const { nowMs } = invocation.context.engine;
    const rows = group.objects.map((object) => rowCells(printer, object, table, nowMs));
    if (table.headers) rows.unshift(headCells(printer, table));
    invocation.out.stdout(`${!isFirst && table.headers ? '\n' : ''}${printRows(rows)}`);
    isFirst = false;
  }
  if (isFirst && errors.length === 0 && !invocation.flags.bool('ignore-not-found')) {
    const namespaced = found.every(({ row }) => row.namespaced);
    const where =
      namespaced && !options.allNamespaces
        ? ` found in ${invocation.namespace} namespace.`
        : ' found';
    invocation.out.stderr(`No resources${where}\n`);
  }
}

/** Joins neighbours of one kind, sorted where that is asked for. */
function groupsByKind(found: readonly Found[], sortBy: string): Found[] {
  const groups: { row: KindRow; objects: KubeObject[]; isList: boolean }[] = [];
  for (const { row, objects, isList } of found) {
    const last = groups.at(-1);
    if (last?.row === row) last.objects.push(...objects);
    else groups.push({ row, objects: [...objects], isList });
  }
  if (sortBy === '') return groups;
  return groups.map((group) => ({
    ...group,
    objects: outputForms.get().sortObjects(group.objects, sortBy),
  }));
}

/** Prints everything that is no table. */
function printOthers(
  invocation: Invocation,
  options: GetOptions,
  targets: readonly Target[],
  found: readonly Found[],
): void {
  const { format, sortBy } = options;
  const write = invocation.out.stdout;
  const all = found.flatMap(({ row, objects }) => objects.map((object) => ({ row, object })));
  const sorted =
    sortBy === ''
      ? all
      : outputForms
          .get()
          .sortObjects(
            all.map(({ object }) => object),
            sortBy,
          )
          .map((object) => ({
            object,
            row: all.find((one) => one.object === object)?.row ?? null,
          }));
  if (format.form === 'custom-columns') {
    const rows = sorted.map(({ object }) => outputForms.get().customCells(format.columns, object));
    if (!invocation.flags.bool('no-headers')) {
      rows.unshift(format.columns.map(({ header }) => header));
    }
    if (sorted.length > 0 || found.length > 0) write(printRows(rows));
    return;
  }
  if (format.form === 'name') {
    for (const { row, object } of sorted) if (row) printObject(format, row, object, write);
    return;
  }
  const [only] = targets;
  if (targets.length === 1 && only?.form === 'object') {
    const [one] = sorted;
    if (one?.row) printObject(format, one.row, one.object, write);
    return;
  }
  if (found.length === 0 && targets.length > 0) return;
  const row = found[0]?.row;
  if (row) printObject(format, row, listOf(sorted.map(({ object }) => object)), write);
}

/** Makes the list that kubectl itself makes of what it found. */
function listOf(items: readonly KubeObject[]): KubeObject {
  const list = { apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } };
  return list as unknown as KubeObject;
}
