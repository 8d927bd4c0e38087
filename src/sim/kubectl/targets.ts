/**
 * From arguments and flags to the objects that a command is about.
 *
 * A target is one object by name (perhaps with its text from a file) or everything that a selector finds. Nothing is
 * asked of the server until a target is fetched, so that a command reads and acts object by object.
 *
 * Upstream: staging/src/k8s.io/cli-runtime/pkg/resource builder.go Builder, selector.go Selector
 */
import { goQuote } from '../api/go-format.ts';
import { apiVersionOf } from '../api/kinds.ts';
import type { KindRow } from '../api/kinds.ts';
import { isJsonObject } from '../api/object.ts';
import type { JsonObject, KubeList, KubeObject } from '../api/object.ts';
import { matchesLabels, parseSelector } from '../api/selector.ts';
import { StatusError } from '../api/status-error.ts';
import type { Process } from '../engine/process.ts';
import { collect, KubectlError, throwCollected } from './errors.ts';
import { readManifests } from './manifests.ts';
import type { ManifestObject } from './manifests.ts';
import type { Invocation } from './verb.ts';

/** One object by its name. */
export interface ObjectTarget {
  readonly form: 'object';
  readonly row: KindRow;
  readonly namespace: string;
  readonly name: string;
  /** The object as a file has it, its namespace filled in; and the file. */
  readonly manifest?: JsonObject | undefined;
  readonly source?: string | undefined;
}

/** All objects of a kind that selectors find. */
export interface SelectorTarget {
  readonly form: 'selector';
  readonly row: KindRow;
  /** '' for all namespaces. */
  readonly namespace: string;
  readonly labelSelector: string;
  readonly fieldSelector: string;
}

export type Target = ObjectTarget | SelectorTarget;

/** What a command accepts. Flags that it does not declare count as not given. */
export interface TargetRules {
  /** A kind alone means all its objects. */
  readonly emptySelector?: boolean;
  /** Files are checked as objects to be sent. */
  readonly validate?: boolean;
  readonly filenames?: readonly string[];
  readonly recursive?: boolean;
  readonly selector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  readonly all?: boolean;
  readonly allNamespaces?: boolean;
  /** The arguments that name resources. */
  readonly args: readonly string[];
}

/** The message of a command that was given nothing to work on. */
export const missingResources =
  'You must provide one or more resources by argument or filename.\n' +
  'Example resource specifications include:\n' +
  "   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'";

interface Names {
  readonly tuples: readonly { readonly resource: string; readonly name: string }[];
  readonly resources: readonly string[];
  readonly names: readonly string[];
}

/** Returns the targets and the errors of those files that could not be read. */
export function resolveTargets(
  invocation: Invocation,
  rules: TargetRules,
): { targets: Target[]; errors: Error[] } {
  const named = readNames(invocation, rules.args);
  const filenames = rules.filenames ?? [];
  if (filenames.length > 0) return fileTargets(invocation, rules, named, filenames);
  const { context } = invocation;
  const { tuples, resources, names } = named;
  const namespace = rules.allNamespaces ? '' : invocation.namespace;
  const alone = resources.length > 0 && names.length === 0;
  const labelSelector =
    rules.selector ?? (rules.all || (rules.emptySelector && alone) ? '' : undefined);
  if (labelSelector !== undefined || rules.fieldSelector !== undefined) {
    if (names.length > 0) {
      throw new KubectlError('name cannot be provided when a selector is specified');
    }
    if (tuples.length > 0) {
      throw new KubectlError(
        'selectors and the all flag cannot be used when passing resource/name arguments',
      );
    }
    if (resources.length === 0) {
      throw new KubectlError('at least one resource must be specified to use a selector');
    }
    const targets = resources.map((resource): Target => {
      const row = mapResource(context, resource);
      return {
        form: 'selector',
        row,
        namespace: row.namespaced ? namespace : '',
        labelSelector: labelSelector ?? '',
        fieldSelector: rules.fieldSelector ?? '',
      };
    });
    return { targets, errors: [] };
  }
  if (tuples.length > 0 || names.length > 0) {
    return { targets: namedTargets(invocation, named, rules.allNamespaces ?? false), errors: [] };
  }
  if (resources.length > 0) {
    for (const resource of resources) mapResource(context, resource);
    throw new KubectlError('resource(s) were provided, but no name was specified');
  }
  throw new KubectlError(missingResources);
}

function namedTargets(
  invocation: Invocation,
  { tuples, resources, names }: Names,
  allNamespaces: boolean,
): Target[] {
  const target = (row: KindRow, name: string): Target => {
    if (row.namespaced && allNamespaces) {
      throw new KubectlError('a resource cannot be retrieved by name across all namespaces');
    }
    const namespace = row.namespaced ? invocation.namespace : '';
    return { form: 'object', row, namespace, name };
  };
  if (tuples.length > 0) {
    const rows = tuples.map(({ resource }) => mapResource(invocation.context, resource));
    return tuples.map(({ name }, index) => target(rows[index] as KindRow, name));
  }
  if (resources.length > 1) throw new KubectlError('you must specify only one resource');
  const row = mapResource(invocation.context, resources[0] ?? '');
  return names.map((name) => target(row, name));
}

function fileTargets(
  invocation: Invocation,
  rules: TargetRules,
  { tuples, resources, names }: Names,
  filenames: readonly string[],
): { targets: Target[]; errors: Error[] } {
  if (resources.length > 0) {
    throw new KubectlError(
      'when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well',
    );
  }
  if (names.length > 0) throw new KubectlError('name cannot be provided when a path is specified');
  if (tuples.length > 0) {
    throw new KubectlError(
      'when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well',
    );
  }
  const { objects, errors } = readManifests(invocation.context, filenames, {
    recursive: rules.recursive ?? false,
    validate: rules.validate ?? false,
  });
  const selector = rules.selector ? parseSelector(rules.selector) : undefined;
  const targets: Target[] = [];
  const all = [...errors];
  for (const manifest of objects) {
    try {
      const target = manifestTarget(invocation, manifest);
      const labels = (target.manifest as unknown as KubeObject).metadata?.labels ?? {};
      if (selector === undefined || matchesLabels(selector, labels)) targets.push(target);
    } catch (error) {
      collect(all, error);
    }
  }
  return { targets, errors: all };
}

/** Fills in the namespace of an object from a file. */
function manifestTarget(invocation: Invocation, manifest: ManifestObject): ObjectTarget {
  const { row, source, object } = manifest;
  const metadata = isJsonObject(object.metadata) ? object.metadata : {};
  const own = typeof metadata.namespace === 'string' ? metadata.namespace : '';
  const name = typeof metadata.name === 'string' ? metadata.name : '';
  if (!row.namespaced)
    return { form: 'object', row, namespace: '', name, manifest: object, source };
  const namespace = own || invocation.namespace;
  if (invocation.isNamespaceGiven && namespace !== invocation.namespace) {
    throw new KubectlError(
      `the namespace from the provided object ${goQuote(namespace)} does not match the namespace ${goQuote(invocation.namespace)}. ` +
        `You must pass '--namespace=${namespace}' to perform this operation.`,
    );
  }
  const filled = { ...object, metadata: { ...metadata, namespace } };
  return { form: 'object', row, namespace, name, manifest: filled, source };
}

function readNames(invocation: Invocation, args: readonly string[]): Names {
  const [first, ...rest] = args;
  if (first === undefined) return { tuples: [], resources: [], names: [] };
  const listed = first.split(',').filter((part) => part.trim() !== '');
  const expanded =
    rest.length > 0 && listed.length > 1
      ? listed.flatMap((resource) => rest.map((name) => `${resource}/${name}`))
      : args;
  const slashed = expanded.filter((arg) => arg.includes('/')).length;
  if (slashed > 0 && slashed < expanded.length) {
    throw new KubectlError(
      'there is no need to specify a resource type as a separate argument when passing arguments in resource/name form ' +
        "(e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'",
    );
  }
  if (slashed > 0) return { tuples: expanded.map(splitName), resources: [], names: [] };
  const resources = expandCategories(invocation, first);
  return { tuples: [], resources, names: rest };
}

function splitName(arg: string): { resource: string; name: string } {
  const parts = arg.split('/');
  if (parts.length > 2) {
    throw new KubectlError('arguments in resource/name form may not have more than one slash');
  }
  const [resource = '', name = ''] = parts;
  if (resource === '' || name === '' || resource.includes(',')) {
    throw new KubectlError('arguments in resource/name form must have a single resource and name');
  }
  return { resource, name };
}

/** Splits `deploy,svc` and replaces `all` by the kinds it stands for. */
function expandCategories(invocation: Invocation, text: string): string[] {
  const resources: string[] = [];
  for (const part of text.split(',')) {
    const rows = invocation.context.kinds.inCategory(part);
    const names = rows.length > 0 ? rows.map(categoryName) : [part];
    for (const name of names) if (!resources.includes(name)) resources.push(name);
  }
  return resources;
}

function categoryName(row: KindRow): string {
  return row.group === '' ? row.plural : `${row.plural}.${row.group}`;
}

/** Finds the kind a person means. Throws where there is none. */
export function mapResource(context: Invocation['context'], text: string): KindRow {
  const row = context.kinds.byName(text);
  if (row) return row;
  const dot = text.indexOf('.');
  const shown = dot < 0 ? text : text.slice(0, dot);
  throw new KubectlError(`the server doesn't have a resource type ${goQuote(shown)}`);
}

/** An object that a command works on. */
export interface Info {
  readonly row: KindRow;
  readonly namespace: string;
  readonly name: string;
  readonly source?: string | undefined;
  readonly manifest?: JsonObject | undefined;
  readonly object: KubeObject;
}

/** Asks the server for a target's objects. Throws StatusError, and KubectlError for an empty name. */
export function* fetchTarget(invocation: Invocation, target: Target): Process<Info[]> {
  const { api } = invocation;
  if (target.form === 'selector') {
    const list = yield* listTarget(invocation, target);
    return list.items.map((object) => infoOf(target.row, object));
  }
  if (target.name === '') throw new KubectlError('resource name may not be empty');
  const object = yield* api.get(target.row, target.namespace, target.name);
  const { row, namespace, name, source, manifest } = target;
  return [{ row, namespace, name, source, manifest, object: typed(row, object) }];
}

/** Makes the description of an object that was read. */
export function infoOf(row: KindRow, object: KubeObject): Info {
  const { namespace = '', name = '' } = object.metadata;
  return { row, namespace, name, object: typed(row, object) };
}

/** List items come without their kind from some servers; kubectl prints it all the same. */
function typed(row: KindRow, object: KubeObject): KubeObject {
  if (object.kind !== undefined && object.apiVersion !== undefined) return object;
  return { ...object, apiVersion: apiVersionOf(row), kind: row.kind };
}

/** Lists what a selector finds; a refusal says what was looked for. */
export function* listTarget(
  invocation: Invocation,
  target: SelectorTarget,
  options: { limit?: number } = {},
): Process<KubeList> {
  const { row, labelSelector, fieldSelector } = target;
  try {
    return yield* invocation.api.list(row, target.namespace, {
      labelSelector: labelSelector || undefined,
      fieldSelector: fieldSelector || undefined,
      ...options,
    });
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    if (error.reason !== 'BadRequest' && error.reason !== 'NotFound') throw error;
    const resource = `${apiVersionOf(row).includes('/') ? '' : '/'}${apiVersionOf(row)}, Resource=${row.plural}`;
    const message = `Unable to find ${goQuote(resource)} that match label selector ${goQuote(labelSelector)}, field selector ${goQuote(fieldSelector)}: ${error.message}`;
    throw new StatusError({ ...error.status, message });
  }
}

/** Reads the objects of all targets; errors go to `errors`. */
export function* fetchAll(
  invocation: Invocation,
  targets: readonly Target[],
  errors: Error[],
): Process<Info[]> {
  const infos: Info[] = [];
  for (const target of targets) {
    try {
      infos.push(...(yield* fetchTarget(invocation, target)));
    } catch (error) {
      collect(errors, error);
    }
  }
  return infos;
}

/**
 * Visits each object of each target: reads it unless `fetch` is false, and calls `act`. An error of one object does
 * not keep the others from being visited; all errors are thrown together at the end.
 */
export function* visitTargets(
  invocation: Invocation,
  targets: readonly Target[],
  errors: readonly Error[],
  act: (info: Info) => Process<void>,
): Process<number> {
  const all: Error[] = [...errors];
  let visited = 0;
  for (const target of targets) {
    try {
      for (const info of yield* fetchTarget(invocation, target)) {
        visited += 1;
        try {
          yield* act(info);
        } catch (error) {
          collect(all, error);
        }
      }
    } catch (error) {
      collect(all, error);
    }
  }
  throwCollected(all);
  return visited;
}
