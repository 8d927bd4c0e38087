/**
 * `kubectl apply`: makes the objects of files exist as the files say, by a patch from three sides: what was applied
 * last, what the file says now, what the cluster has.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/cmd/apply/apply.go, patcher.go
 * Docs: /docs/tasks/manage-kubernetes-objects/declarative-config/
 */
import { apiVersionOf } from '../../api/kinds.ts';
import { goQuote } from '../../api/go-format.ts';
import { createThreeWayJsonMergePatch } from '../../api/merge-patch.ts';
import type { JsonObject, KubeObject } from '../../api/object.ts';
import { isConflict, isInvalid, isNotFound } from '../../api/status-error.ts';
import { createThreeWayMergePatch } from '../../api/strategic-merge-diff.ts';
import { goJson } from '../../api/go-format.ts';
import type { Process } from '../../engine/process.ts';
import { collect, KubectlError, throwCollected, usageError, withSource } from '../errors.ts';
import type { Flag } from '../flags.ts';
import { lastAppliedKey, lastAppliedOf, withLastApplied } from '../last-applied.ts';
import { objectName } from '../names.ts';
import { printObject, readOutputFormat } from '../output-format.ts';
import type { OutputFormat } from '../output-format.ts';
import { resolveTargets } from '../targets.ts';
import type { ObjectTarget } from '../targets.ts';
import { untilGone } from '../until-gone.ts';
import {
  dryRunFlag,
  dryRunOf,
  dryRunSuffix,
  fieldManagerFlag,
  fieldValidationOf,
  fileFlags,
  outputFlags,
  selectorFlag,
  validateFlag,
} from '../verb.ts';
import type { Invocation, Verb } from '../verb.ts';
import { warnIfDeleting } from './apply-options.ts';
import type { Applied, ApplyOptions } from './apply-options.ts';
import { applyServerSide } from './apply-server-side.ts';
import { setLastApplied, viewLastApplied } from './apply-last-applied.ts';

const flags: readonly Flag[] = [
  ...fileFlags,
  ...outputFlags,
  selectorFlag,
  dryRunFlag,
  validateFlag,
  fieldManagerFlag,
  { name: 'all', type: 'bool' },
  { name: 'cascade', type: 'string', withoutValue: 'background' },
  { name: 'force', type: 'bool' },
  { name: 'force-conflicts', type: 'bool' },
  { name: 'grace-period', type: 'int' },
  { name: 'openapi-patch', type: 'bool' },
  { name: 'overwrite', type: 'bool' },
  { name: 'prune', type: 'bool', unsupported: true },
  { name: 'prune-allowlist', type: 'texts', unsupported: true },
  { name: 'server-side', type: 'bool' },
  { name: 'subresource', type: 'string' },
  { name: 'timeout', type: 'duration' },
  { name: 'wait', type: 'bool' },
];

/** How often a patch is made anew when the object has changed meanwhile. */
const patchTries = 5;

export const apply: Verb = {
  name: 'apply',
  about: 'Apply a configuration to a resource by file name or stdin',
  usage: 'apply (-f FILENAME | -k DIRECTORY) [options]',
  flags,
  verbs: [viewLastApplied, setLastApplied],
  *run(invocation) {
    const options = complete(invocation);
    const given = invocation.flags;
    const { targets, errors } = resolveTargets(invocation, {
      args: [],
      filenames: given.list('filename'),
      recursive: given.bool('recursive'),
      selector: given.has('selector') ? given.text('selector') : undefined,
      validate: options.fieldValidation !== 'Ignore',
    });
    if (targets.length === 0 && errors.length === 0) {
      throw new KubectlError('no objects passed to apply');
    }
    const all = [...errors];
    const applied: Applied[] = [];
    for (const target of targets) {
      if (target.form !== 'object') continue;
      try {
        const result = yield* applyOne(invocation, options, target);
        if (options.formatError) throw options.formatError;
        applied.push(result);
        printSentence(invocation, options, result);
      } catch (error) {
        collect(all, error);
      }
    }
    printApplied(invocation, options.format, applied);
    throwCollected(all);
  },
};

function complete(invocation: Invocation): ApplyOptions {
  const { flags: given, args, context, path } = invocation;
  if (args.length > 0) throw usageError(path, `Unexpected args: [${args.join(' ')}]`);
  const serverSide = given.bool('server-side');
  const dryRun = dryRunOf(invocation);
  if (serverSide && dryRun === 'client') {
    throw new KubectlError(
      "--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)",
    );
  }
  if (given.bool('force-conflicts') && !serverSide) {
    throw new KubectlError('--force-conflicts only works with --server-side');
  }
  if (given.bool('force') && serverSide) {
    throw new KubectlError('--force cannot be used with --server-side');
  }
  if (given.list('filename').length === 0) {
    throw new KubectlError('must specify one of -f and -k');
  }
  const fieldManager = given.text(
    'field-manager',
    serverSide ? 'kubectl' : 'kubectl-client-side-apply',
  );
  const fieldValidation = fieldValidationOf(given);
  const shared = { dryRun, fieldManager, fieldValidation };
  try {
    const format = readOutputFormat(given, context.files);
    return { ...shared, format, formatError: undefined };
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error;
    return { ...shared, format: { form: 'default', wide: false }, formatError: error };
  }
}

function* applyOne(
  invocation: Invocation,
  options: ApplyOptions,
  target: ObjectTarget,
): Process<Applied> {
  const { manifest = {} } = target;
  const { generateName } = (manifest.metadata ?? {}) as { generateName?: string };
  if (generateName && target.name === '') {
    throw new KubectlError(`from ${generateName}: cannot use generate name with apply`);
  }
  if (invocation.flags.bool('server-side')) {
    return yield* applyServerSide(invocation, options, target);
  }
  const modified = withLastApplied(manifest);
  const current = yield* currentOf(invocation, target);
  if (current === undefined) return yield* createOne(invocation, options, target, modified);
  if (options.dryRun === 'client') {
    const patch = patchOf(target, modified, current);
    const word = isEmpty(patch) ? 'unchanged' : 'configured';
    return { target, object: current, word };
  }
  if (current.metadata.annotations?.[lastAppliedKey] === undefined) {
    warnMissing(invocation, target);
  }
  return yield* patchOne(invocation, options, target, modified, current);
}

/** Reads the object as the cluster has it; undefined where it does not exist. */
function* currentOf(invocation: Invocation, target: ObjectTarget): Process<KubeObject | undefined> {
  const { row, namespace, name, source = '' } = target;
  try {
    if (name === '') throw new KubectlError('resource name may not be empty');
    return yield* invocation.api.get(row, namespace, name);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw withSource(
      `retrieving current configuration of:\n${describeTarget(target)}\nfrom server for:`,
      source,
      error,
    );
  }
}

function* createOne(
  invocation: Invocation,
  options: ApplyOptions,
  target: ObjectTarget,
  modified: JsonObject,
): Process<Applied> {
  const { row, namespace, source = '' } = target;
  const word = 'created';
  if (options.dryRun === 'client') {
    return { target, object: modified as unknown as KubeObject, word };
  }
  try {
    const object = yield* invocation.api.create(row, namespace, modified, requestOptions(options));
    return { target, object, word };
  } catch (error) {
    throw withSource('creating', source, error);
  }
}

function* patchOne(
  invocation: Invocation,
  options: ApplyOptions,
  target: ObjectTarget,
  modified: JsonObject,
  found: KubeObject,
): Process<Applied> {
  const { row, namespace, name, source = '' } = target;
  const { api } = invocation;
  let current = found;
  for (let attempt = 1; ; attempt += 1) {
    const patch = patchOf(target, modified, current);
    try {
      if (!isEmpty(patch)) {
        const type = row.struct === undefined ? 'merge' : 'strategic';
        const request = requestOptions(options);
        current = yield* api.patch(row, namespace, name, type, patch, request);
      }
      warnIfDeleting(invocation, current);
      return { target, object: current, word: isEmpty(patch) ? 'unchanged' : 'configured' };
    } catch (error) {
      if (isConflict(error) && attempt < patchTries) {
        current = yield* api.get(row, namespace, name);
        continue;
      }
      if (invocation.flags.bool('force') && (isConflict(error) || isInvalid(error))) {
        return yield* replaceOne(invocation, options, target, modified);
      }
      const doing = `applying patch:\n${goJson(patch)}\nto:\n${describeTarget(target)}\nfor:`;
      throw withSource(doing, source, error);
    }
  }
}

/** Deletes the object and creates it anew, for `--force`. */
function* replaceOne(
  invocation: Invocation,
  options: ApplyOptions,
  target: ObjectTarget,
  modified: JsonObject,
): Process<Applied> {
  const { row, namespace, name } = target;
  const gracePeriodSeconds = invocation.flags.int('grace-period', 0);
  yield* invocation.api.delete(row, namespace, name, {
    propagationPolicy: 'Background',
    gracePeriodSeconds: Math.max(0, gracePeriodSeconds),
  });
  yield* untilGone(invocation, { row, namespace, name, uid: undefined }, undefined);
  const created = yield* createOne(invocation, options, target, modified);
  return { ...created, word: 'configured' };
}

function patchOf(target: ObjectTarget, modified: JsonObject, current: KubeObject): JsonObject {
  const original = lastAppliedOf(current) ?? {};
  const live = current as unknown as JsonObject;
  const { struct } = target.row;
  return struct === undefined
    ? createThreeWayJsonMergePatch(original, modified, live)
    : createThreeWayMergePatch(original, modified, live, struct);
}

function isEmpty(patch: JsonObject): boolean {
  return Object.keys(patch).length === 0;
}

function requestOptions(options: ApplyOptions): {
  fieldManager: string;
  fieldValidation: 'Strict' | 'Warn' | 'Ignore';
  dryRun?: boolean;
} {
  const { fieldManager, fieldValidation, dryRun } = options;
  return { fieldManager, fieldValidation, ...(dryRun === 'server' ? { dryRun: true } : {}) };
}

/** How kubectl describes an object in errors about it. */
function describeTarget({ row, namespace, name }: ObjectTarget): string {
  const version = `${row.group === '' ? '/' : ''}${apiVersionOf(row)}`;
  return (
    `Resource: ${goQuote(`${version}, Resource=${row.plural}`)}, GroupVersionKind: ${goQuote(`${version}, Kind=${row.kind}`)}\n` +
    `Name: ${goQuote(name)}, Namespace: ${goQuote(namespace)}`
  );
}

function warnMissing(invocation: Invocation, { row, name }: ObjectTarget): void {
  invocation.out.stderr(
    `Warning: resource ${row.plural}/${name} is missing the ${lastAppliedKey} annotation which is required by kubectl apply. ` +
      'kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. ' +
      'The missing annotation will be patched automatically.\n',
  );
}

function printSentence(
  invocation: Invocation,
  { format, dryRun }: ApplyOptions,
  { target, object, word }: Applied,
): void {
  const name = object.metadata.name ?? target.name;
  const { stdout } = invocation.out;
  if (format.form === 'default') {
    stdout(`${objectName(target.row, name)} ${word}${dryRunSuffix(dryRun)}\n`);
  } else if (format.form === 'name') stdout(`${objectName(target.row, name)}\n`);
}

/** Prints the objects that `-o` asks for, at the end and together. */
function printApplied(
  invocation: Invocation,
  format: OutputFormat,
  applied: readonly Applied[],
): void {
  if (format.form === 'default' || format.form === 'name') return;
  const [first] = applied;
  if (first === undefined) return;
  const list = {
    apiVersion: 'v1',
    items: applied.map(({ object }) => object),
    kind: 'List',
    metadata: {},
  };
  const shown = applied.length === 1 ? first.object : (list as unknown as KubeObject);
  printObject(format, first.target.row, shown, invocation.out.stdout);
}
