/**
 * The pod template inside an object, whatever its kind, and how `kubectl set` changes it.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/polymorphichelpers/updatepodspecforobject.go
 */
import type { KubeObject } from '../../../api/object.ts';
import { createTwoWayMergePatch } from '../../../api/strategic-merge-diff.ts';
import type { JsonObject } from '../../../api/object.ts';
import { valueAt } from '../../../api/object.ts';
import type { Container, PodSpec } from '../../../api/types.gen.ts';
import { StatusError } from '../../../api/status-error.ts';
import type { Process } from '../../../engine/process.ts';
import { KubectlError } from '../../errors.ts';
import type { Flag } from '../../flags.ts';
import { readOutputFormat } from '../../output-format.ts';
import { printResult } from '../../result.ts';
import { resolveTargets, visitTargets } from '../../targets.ts';
import type { Info } from '../../targets.ts';
import {
  dryRunFlag,
  dryRunOf,
  dryRunSuffix,
  fieldManagerFlag,
  fileFlags,
  outputFlags,
  selectorFlag,
} from '../../verb.ts';
import type { Invocation } from '../../verb.ts';

export const setFlags: readonly Flag[] = [
  ...fileFlags,
  ...outputFlags,
  selectorFlag,
  dryRunFlag,
  fieldManagerFlag,
  { name: 'all', type: 'bool' },
  { name: 'local', type: 'bool', unsupported: true },
];

const paths: Readonly<Record<string, readonly string[]>> = {
  Pod: ['spec'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
};

/** Where the pod's spec is in an object of a kind. */
function pathOf(kind: string): readonly string[] {
  return paths[kind] ?? ['spec', 'template', 'spec'];
}

/** Returns the pod's spec of an object; undefined where its kind has none. */
export function podSpecOf({ row, object }: Info): PodSpec | undefined {
  return valueAt(object, ...pathOf(row.kind)) as unknown as PodSpec | undefined;
}

/** Returns the object with another pod spec. */
export function withPodSpec({ row, object }: Info, spec: PodSpec): KubeObject {
  const put = (value: unknown, path: readonly string[]): unknown => {
    const [step, ...rest] = path;
    if (step === undefined) return spec;
    const fields = value as Record<string, unknown>;
    return { ...fields, [step]: put(fields[step], rest) };
  };
  return put(object, pathOf(row.kind)) as KubeObject;
}

/** Changes every object that a `set` command names and prints `word` for those that differ then. */
export function* setAll(
  invocation: Invocation,
  args: readonly string[],
  word: string,
  change: (info: Info, spec: PodSpec) => PodSpec,
): Process {
  const { flags, context } = invocation;
  const format = readOutputFormat(flags, context.files);
  const dryRun = dryRunOf(invocation);
  const { targets, errors } = resolveTargets(invocation, {
    args,
    filenames: flags.list('filename'),
    recursive: flags.bool('recursive'),
    selector: flags.has('selector') ? flags.text('selector') : undefined,
    emptySelector: flags.bool('all'),
  });
  yield* visitTargets(invocation, targets, errors, function* (info) {
    const { row, object } = info;
    const spec = podSpecOf(info);
    if (spec === undefined) {
      throw new KubectlError(
        `the object is not a pod or does not have a pod template: ${row.kind}`,
      );
    }
    const wanted = withPodSpec(info, change(info, spec));
    const patch = createTwoWayMergePatch(
      object as unknown as JsonObject,
      wanted as unknown as JsonObject,
      row.struct ?? row.kind,
    );
    if (Object.keys(patch).length === 0) return;
    const sentence = `${word} updated${dryRunSuffix(dryRun)}`;
    const result =
      dryRun === 'client'
        ? wanted
        : yield* send(invocation, info, word, patch, dryRun === 'server');
    printResult(invocation, format, row, result, sentence);
  });
}

function* send(
  { api, flags }: Invocation,
  { row, namespace, name }: Info,
  word: string,
  patch: JsonObject,
  isDryRun: boolean,
): Process<KubeObject> {
  try {
    return yield* api.patch(row, namespace, name, 'strategic', patch, {
      fieldManager: flags.text('field-manager', 'kubectl-set'),
      dryRun: isDryRun || undefined,
    });
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    const what = word === 'resource requirements' ? 'limit' : word;
    throw new KubectlError(`failed to patch ${what} update to pod template: ${error.message}`);
  }
}

/** Changes the containers that `matches` picks, main and init. */
export function changeContainers(
  spec: PodSpec,
  matches: (container: Container) => boolean,
  change: (container: Container) => Container,
): PodSpec {
  const map = (containers: readonly Container[]): Container[] =>
    containers.map((container) => (matches(container) ? change(container) : container));
  return {
    ...spec,
    containers: map(spec.containers),
    ...(spec.initContainers ? { initContainers: map(spec.initContainers) } : {}),
  };
}
