/**
 * `kubectl delete`: asks for objects to go, then waits until they are gone.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/cmd/delete/delete.go
 * Docs: /docs/reference/kubectl/generated/kubectl_delete/
 */
import type { KindRow } from '../../api/kinds.ts';
import { isNotFound } from '../../api/status-error.ts';
import type { Process } from '../../engine/process.ts';
import type { RequestOptions } from '../context.ts';
import { collect, KubectlError, throwCollected, withSource } from '../errors.ts';
import type { Flag } from '../flags.ts';
import { kindName, objectName } from '../names.ts';
import { rawDelete } from '../raw.ts';
import { infoOf, listTarget, missingResources, resolveTargets } from '../targets.ts';
import type { Target } from '../targets.ts';
import { untilGone } from '../until-gone.ts';
import type { Vanishing } from '../until-gone.ts';
import {
  allNamespacesFlag,
  dryRunFlag,
  dryRunOf,
  dryRunSuffix,
  fieldSelectorFlag,
  fileFlags,
  selectorFlag,
} from '../verb.ts';
import type { DryRun, Invocation, Verb } from '../verb.ts';

const flags: readonly Flag[] = [
  ...fileFlags,
  selectorFlag,
  fieldSelectorFlag,
  allNamespacesFlag,
  dryRunFlag,
  { name: 'all', type: 'bool' },
  { name: 'cascade', type: 'string', withoutValue: 'background' },
  { name: 'force', type: 'bool' },
  { name: 'grace-period', type: 'int' },
  { name: 'ignore-not-found', type: 'bool' },
  { name: 'interactive', short: 'i', type: 'bool', unsupported: true },
  { name: 'now', type: 'bool' },
  { name: 'output', short: 'o', type: 'string' },
  { name: 'raw', type: 'string' },
  { name: 'timeout', type: 'duration' },
  { name: 'wait', type: 'bool' },
];

interface DeleteOptions {
  readonly request: RequestOptions;
  readonly force: boolean;
  readonly wait: boolean;
  readonly timeoutMs: number;
  readonly dryRun: DryRun;
  readonly nameOnly: boolean;
  readonly ignoreNotFound: boolean;
}

interface Doomed {
  readonly row: KindRow;
  readonly namespace: string;
  readonly name: string;
  readonly source: string;
}

export const deleteVerb: Verb = {
  name: 'delete',
  about:
    'Delete resources by file names, stdin, resources and names, or by resources and label selector',
  usage: 'delete ([-f FILENAME] | [-k DIRECTORY] | TYPE [(NAME | -l label | --all)])',
  flags,
  *run(invocation) {
    if (invocation.flags.has('raw')) return yield* rawDelete(invocation);
    const options = complete(invocation);
    const { flags: given, args } = invocation;
    const { targets, errors } = resolveTargets(invocation, {
      args,
      filenames: given.list('filename'),
      recursive: given.bool('recursive'),
      selector: given.has('selector') ? given.text('selector') : undefined,
      fieldSelector: given.has('field-selector') ? given.text('field-selector') : undefined,
      all: given.bool('all'),
      allNamespaces: given.bool('all-namespaces'),
    });
    return yield* deleteTargets(invocation, options, targets, errors);
  },
};

const policies = {
  background: 'Background',
  foreground: 'Foreground',
  orphan: 'Orphan',
} as const;

function complete(invocation: Invocation): DeleteOptions {
  const { flags: given, args } = invocation;
  if (args.length === 0 && given.list('filename').length === 0) {
    throw new KubectlError(missingResources);
  }
  let grace = given.int('grace-period', -1);
  const force = given.bool('force');
  if (given.bool('now')) {
    if (grace !== -1)
      throw new KubectlError('--now and --grace-period cannot be specified together');
    grace = 1;
  }
  if (grace === 0 && !force) grace = 1;
  if (force && grace < 0) grace = 0;
  if (grace > 0 && force) {
    throw new KubectlError(
      '--force and --grace-period greater than 0 cannot be specified together',
    );
  }
  const hasSelector = given.text('selector') !== '' || given.text('field-selector') !== '';
  if (given.bool('all') && hasSelector && given.text('selector') !== '') {
    throw new KubectlError('cannot set --all and --selector at the same time');
  }
  const output = given.text('output');
  if (output !== '' && output !== 'name') {
    throw new KubectlError(`unexpected -o output mode: ${output}. We only support '-o name'`);
  }
  if (force && grace === 0) {
    invocation.out.stderr(
      'Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.\n',
    );
  }
  const dryRun = dryRunOf(invocation);
  const cascade = given.text('cascade', 'background');
  if (!(cascade in policies)) {
    throw new KubectlError(
      `invalid cascade value (${cascade}). Must be "background", "foreground", or "orphan"`,
    );
  }
  return {
    request: {
      propagationPolicy: policies[cascade as keyof typeof policies],
      ...(grace >= 0 ? { gracePeriodSeconds: grace } : {}),
      ...(dryRun === 'server' ? { dryRun: true } : {}),
    },
    force,
    wait: given.bool('wait', true) && !force && dryRun === 'none',
    timeoutMs: given.durationMs('timeout', 0),
    dryRun,
    nameOnly: output === 'name',
    ignoreNotFound: given.bool('ignore-not-found', given.bool('all') || hasSelector),
  };
}

function* deleteTargets(
  invocation: Invocation,
  options: DeleteOptions,
  targets: readonly Target[],
  errors: readonly Error[],
): Process<number> {
  const all = [...errors];
  const vanishing: Vanishing[] = [];
  let found = 0;
  for (const target of targets) {
    try {
      for (const doomed of yield* doomedBy(invocation, target)) {
        try {
          vanishing.push(yield* deleteOne(invocation, options, doomed));
          found += 1;
        } catch (error) {
          if (options.ignoreNotFound && isNotFound(error)) continue;
          collect(all, error);
        }
      }
    } catch (error) {
      if (options.ignoreNotFound && isNotFound(error)) continue;
      collect(all, error);
    }
  }
  throwCollected(all);
  if (found === 0) {
    const isAskedForNothing = invocation.flags.bool('ignore-not-found', false);
    if (!isAskedForNothing) invocation.out.stdout('No resources found\n');
    return 0;
  }
  if (options.wait) yield* waitForAll(invocation, options, vanishing);
  return 0;
}

/** Returns what a target stands for; a name is not looked up first. */
function* doomedBy(invocation: Invocation, target: Target): Process<Doomed[]> {
  const { row } = target;
  if (target.form === 'object') {
    const { namespace, name, source = '' } = target;
    if (name === '') throw new KubectlError('resource name may not be empty');
    return [{ row, namespace, name, source }];
  }
  const list = yield* listTarget(invocation, target);
  return list.items.map((object) => {
    const { namespace, name } = infoOf(row, object);
    return { row, namespace, name, source: '' };
  });
}

function* deleteOne(
  invocation: Invocation,
  options: DeleteOptions,
  { row, namespace, name, source }: Doomed,
): Process<Vanishing> {
  let uid: string | undefined;
  if (options.dryRun !== 'client') {
    try {
      const answer = yield* invocation.api.delete(row, namespace, name, options.request);
      const { details, metadata } = answer as {
        details?: { uid?: string };
        metadata?: { uid?: string };
      };
      uid = metadata?.uid ?? details?.uid;
    } catch (error) {
      throw source === '' ? error : withSource('deleting', source, error);
    }
  }
  const where = row.namespaced ? ` from ${namespace} namespace` : '';
  const word = options.force ? 'force deleted' : 'deleted';
  const sentence = `${kindName(row)} "${name}" ${word}${where}${dryRunSuffix(options.dryRun)}`;
  invocation.out.stdout(`${options.nameOnly ? objectName(row, name) : sentence}\n`);
  return { row, namespace, name, uid };
}

/** A week, which upstream takes for "no timeout". */
const longestWaitMs = 168 * 3_600_000;

function* waitForAll(
  invocation: Invocation,
  options: DeleteOptions,
  vanishing: readonly Vanishing[],
): Process {
  const { engine } = invocation.context;
  const waitMs = options.timeoutMs === 0 ? longestWaitMs : options.timeoutMs;
  const deadlineMs = engine.nowMs + waitMs;
  const errors: Error[] = [];
  for (const one of vanishing) {
    if (!(yield* untilGone(invocation, one, deadlineMs))) {
      const name = `${one.row.plural}${one.row.group === '' ? '' : `.${one.row.group}`}/${one.name}`;
      errors.push(new KubectlError(`timed out waiting for the condition on ${name}`));
    }
  }
  throwCollected(errors);
}
