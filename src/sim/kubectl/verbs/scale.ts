/**
 * `kubectl scale`: sets the number of replicas through the scale subresource.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/cmd/scale/scale.go, pkg/scale/scale.go
 * Docs: /docs/reference/kubectl/generated/kubectl_scale/
 */
import type { KubeObject } from '../../api/object.ts';
import { newResourceNotFound } from '../../api/status-error.ts';
import type { Process } from '../../engine/process.ts';
import { KubectlError, throwCollected } from '../errors.ts';
import type { Flag } from '../flags.ts';
import { readOutputFormat } from '../output-format.ts';
import { printResult } from '../result.ts';
import { fetchAll, resolveTargets } from '../targets.ts';
import type { Info } from '../targets.ts';
import {
  dryRunFlag,
  dryRunOf,
  dryRunSuffix,
  fileFlags,
  outputFlags,
  selectorFlag,
} from '../verb.ts';
import type { Invocation, Verb } from '../verb.ts';

const flags: readonly Flag[] = [
  ...fileFlags,
  ...outputFlags,
  selectorFlag,
  dryRunFlag,
  { name: 'all', type: 'bool' },
  { name: 'replicas', type: 'int' },
  { name: 'current-replicas', type: 'int' },
  { name: 'resource-version', type: 'string' },
  { name: 'timeout', type: 'duration' },
];

export const scale: Verb = {
  name: 'scale',
  about: 'Set a new size for a deployment, replica set, or replication controller',
  usage:
    'scale [--resource-version=version] [--current-replicas=count] --replicas=COUNT (-f FILENAME | TYPE NAME)',
  flags,
  *run(invocation) {
    const { flags: given, args, context } = invocation;
    const { targets, errors } = checked(invocation);
    const format = readOutputFormat(given, context.files);
    const dryRun = dryRunOf(invocation);
    const all = [...errors];
    const infos = yield* fetchAll(invocation, targets, all);
    for (const info of infos) {
      if (dryRun !== 'client') yield* scaleOne(invocation, info, dryRun === 'server');
      printResult(invocation, format, info.row, info.object, `scaled${dryRunSuffix(dryRun)}`);
    }
    throwCollected(all);
    if (infos.length === 0 && args.length > 0) throw new KubectlError('no objects passed to scale');
  },
};

function checked(invocation: Invocation): ReturnType<typeof resolveTargets> {
  const { flags: given, args } = invocation;
  if (!given.has('replicas')) throw new KubectlError('required flag(s) "replicas" not set');
  if (given.int('replicas', 0) < 0) {
    throw new KubectlError(
      'The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0',
    );
  }
  if (given.int('current-replicas', -1) < -1) {
    throw new KubectlError('The --current-replicas must specify an integer of -1 or greater');
  }
  return resolveTargets(invocation, {
    args,
    filenames: given.list('filename'),
    recursive: given.bool('recursive'),
    selector: given.has('selector') ? given.text('selector') : undefined,
    emptySelector: given.bool('all'),
  });
}

type Scale = KubeObject & { readonly spec?: { readonly replicas?: number } };

function* scaleOne(invocation: Invocation, info: Info, isDryRun: boolean): Process {
  const { flags: given, api, context } = invocation;
  const { row, namespace, name } = info;
  const replicas = given.int('replicas', 0);
  const wantedNow = given.int('current-replicas', -1);
  const wantedVersion = given.text('resource-version');
  const request = isDryRun ? { dryRun: true } : {};
  if (!row.subresources.includes('scale')) throw newResourceNotFound();
  if (wantedNow === -1 && wantedVersion === '') {
    const patch = { spec: { replicas } };
    yield* api.patch(row, namespace, name, 'merge', patch, request, 'scale');
  } else {
    const found = (yield* api.get(row, namespace, name, 'scale')) as Scale;
    const now = found.spec?.replicas ?? 0;
    if (wantedNow !== -1 && wantedNow !== now) {
      throw new KubectlError(`Expected replicas to be ${wantedNow}, was ${now}`);
    }
    const version = found.metadata.resourceVersion ?? '';
    if (wantedVersion !== '' && wantedVersion !== version) {
      throw new KubectlError(`Expected resource version to be ${wantedVersion}, was ${version}`);
    }
    const body = { ...found, spec: { ...found.spec, replicas } };
    yield* api.update(row, namespace, name, body, request, 'scale');
  }
  const timeoutMs = given.durationMs('timeout', 0);
  if (timeoutMs > 0 && !isDryRun)
    yield* untilScaled(invocation, info, replicas, context.engine.nowMs + timeoutMs);
}

/** Waits until the controller has that many replicas. */
function* untilScaled(
  invocation: Invocation,
  { row, namespace, name }: Info,
  replicas: number,
  deadlineMs: number,
): Process {
  const { engine } = invocation.context;
  for (;;) {
    const object = (yield* invocation.api.get(row, namespace, name)) as KubeObject & {
      readonly status?: { readonly replicas?: number; readonly observedGeneration?: number };
    };
    const observed = object.status?.observedGeneration ?? 0;
    const isObserved = observed >= (object.metadata.generation ?? 0);
    if (isObserved && (object.status?.replicas ?? 0) === replicas) return;
    if (engine.nowMs >= deadlineMs) throw new KubectlError('timed out waiting for the condition');
    yield* engine.delay(100);
  }
}
