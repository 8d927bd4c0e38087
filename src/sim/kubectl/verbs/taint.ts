/**
 * `kubectl taint`: taints of nodes, set, changed and removed.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/cmd/taint/taint.go, utils.go
 * Docs: /docs/reference/kubectl/generated/kubectl_taint/
 */
import type { Node, Taint } from '../../api/types.gen.ts';
import { isQualifiedName, isValidLabelValue } from '../../api/names.ts';
import { KubectlError, usageError } from '../errors.ts';
import { printObject, readOutputFormat } from '../output-format.ts';
import { resolveTargets, visitTargets } from '../targets.ts';
import {
  dryRunFlag,
  dryRunOf,
  fieldManagerFlag,
  outputFlags,
  selectorFlag,
  validateFlag,
} from '../verb.ts';
import type { Verb } from '../verb.ts';

/** A taint to remove; without an effect, all of that key. */
interface Removal {
  readonly key: string;
  readonly effect: string;
}

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

export const taint: Verb = {
  name: 'taint',
  about: 'Update the taints on one or more nodes',
  usage: 'taint NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N',
  flags: [
    ...outputFlags,
    selectorFlag,
    dryRunFlag,
    validateFlag,
    fieldManagerFlag,
    { name: 'all', type: 'bool' },
    { name: 'overwrite', type: 'bool' },
  ],
  *run(invocation) {
    const { args, flags, context, api, out, path } = invocation;
    const isSpec = (arg: string): boolean =>
      arg.includes('=') || arg.endsWith('-') || arg.includes(':');
    const first = args.findIndex(isSpec);
    const resources = first < 0 ? args : args.slice(0, first);
    const specs = first < 0 ? [] : args.slice(first);
    if (resources.length < 1) {
      throw new KubectlError('one or more resources must be specified as <resource> <name>');
    }
    const { added, removed } = readSpecs(path, specs);
    refuseBoth(added, removed);
    if (added.length === 0 && removed.length === 0) {
      throw new KubectlError('at least one taint update is required');
    }
    const [kind = ''] = resources;
    const row = context.kinds.byName(kind);
    if (row?.kind !== 'Node') {
      throw new KubectlError(`invalid resource type ${kind}, only node types are supported`);
    }
    const format = readOutputFormat(flags, context.files);
    const dryRun = dryRunOf(invocation);
    const { targets, errors } = resolveTargets(invocation, {
      args: resources,
      selector: flags.has('selector') ? flags.text('selector') : undefined,
      emptySelector: flags.bool('all'),
    });
    yield* visitTargets(invocation, targets, errors, function* (info) {
      const present = (info.object as unknown as Node).spec?.taints ?? [];
      if (!flags.bool('overwrite')) refuseSame(info.name, present, added);
      const { taints, word } = changeTaints(present, added, removed);
      const patch = { spec: { taints: taints.length === 0 ? null : taints } };
      const object =
        dryRun === 'client'
          ? { ...info.object, spec: { ...(info.object as unknown as Node).spec, taints } }
          : yield* api.patch(info.row, '', info.name, 'strategic', patch, {
              fieldManager: flags.text('field-manager', 'kubectl-taint'),
              dryRun: dryRun === 'server' || undefined,
            });
      if (format.form === 'default') out.stdout(`node/${info.name} ${word}\n`);
      else printObject(format, info.row, object, out.stdout);
    });
  },
};

/** Reads the changes; a mistake in them points to the help. */
function readSpecs(path: string, specs: readonly string[]): ReturnType<typeof parseSpecs> {
  try {
    return parseSpecs(specs);
  } catch (error) {
    if (error instanceof KubectlError) throw usageError(path, error.message);
    throw error;
  }
}

function parseSpecs(specs: readonly string[]): { added: Taint[]; removed: Removal[] } {
  const added: Taint[] = [];
  const removed: Removal[] = [];
  for (const spec of specs) {
    if (spec.endsWith('-')) {
      const [key = '', effect = ''] = spec.slice(0, -1).split(':');
      removed.push({ key: key.split('=')[0] ?? '', effect });
    } else {
      const one = parseTaint(spec);
      if (added.some((other) => isSame(other, one))) {
        const { key, value = '', effect } = one;
        throw new KubectlError(
          `duplicated taints with the same key and effect: {${key} ${value} ${effect} <nil>}`,
        );
      }
      added.push(one);
    }
  }
  return { added, removed };
}

function isSame(a: Taint, b: Taint): boolean {
  return a.key === b.key && a.effect === b.effect;
}

function parseTaint(spec: string): Taint {
  const parts = spec.split(':');
  const [head = '', effect = ''] = parts;
  const pair = parts.length === 1 ? [head] : head.split('=');
  if (parts.length > 2 || pair.length > 2) throw new KubectlError(`invalid taint spec: ${spec}`);
  const [key = '', value = ''] = pair;
  if (parts.length === 2 && !effects.includes(effect)) {
    throw new KubectlError(`invalid taint effect: ${effect}, unsupported taint effect`);
  }
  const problems = [...isQualifiedName(key), ...isValidLabelValue(value)];
  if (problems.length > 0) {
    throw new KubectlError(`invalid taint spec: ${spec}, ${problems.join('; ')}`);
  }
  return value === '' ? { key, effect } : { key, value, effect };
}

/** Refuses a taint that is both set and removed. */
function refuseBoth(added: readonly Taint[], removed: readonly Removal[]): void {
  const both = removed.filter(({ key, effect }) =>
    added.some((one) => one.key === key && (effect === '' || one.effect === effect)),
  );
  if (both.length === 0) return;
  const names = both.map(({ key, effect }) => (effect === '' ? key : `${key}=${effect}`));
  throw new KubectlError(
    `can not both modify and remove the following taint(s) in the same command: ${names.join(', ')}`,
  );
}

function refuseSame(name: string, present: readonly Taint[], added: readonly Taint[]): void {
  const same = added.filter((one) => present.some((other) => isSame(other, one)));
  if (same.length === 0) return;
  throw new KubectlError(
    `node ${name} already has ${same.map(({ key }) => key).join(',')} taint(s) with same effect(s) and --overwrite is false`,
  );
}

function changeTaints(
  present: readonly Taint[],
  added: readonly Taint[],
  removed: readonly Removal[],
): { taints: Taint[]; word: string } {
  const missing = removed.filter(
    ({ key, effect }) =>
      !present.some((one) => one.key === key && (effect === '' || one.effect === effect)),
  );
  if (missing.length > 0) {
    const texts = missing.map(
      ({ key, effect }) =>
        `taint ${JSON.stringify(effect === '' ? key : `${key}:${effect}`)} not found`,
    );
    throw new KubectlError(texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]`);
  }
  const isRemoved = (one: Taint): boolean =>
    removed.some(({ key, effect }) => one.key === key && (effect === '' || one.effect === effect));
  const isReplaced = (one: Taint): boolean => added.some((other) => isSame(other, one));
  const kept = present.filter((one) => !isRemoved(one) && !isReplaced(one));
  const taints = [...added, ...kept];
  const isOverwritten = present.some(isReplaced);
  const word =
    removed.length > 0 && added.length === 0
      ? 'untainted'
      : removed.length > 0 || isOverwritten
        ? 'modified'
        : 'tainted';
  return { taints, word };
}
