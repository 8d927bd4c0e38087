/**
 * `kubectl label`: sets, changes and removes labels.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/cmd/label/label.go
 * Docs: /docs/reference/kubectl/generated/kubectl_label/
 */
import { goQuote } from '../../api/go-format.ts';
import { isValidLabelValue } from '../../api/names.ts';
import type { Process } from '../../engine/process.ts';
import { KubectlError } from '../errors.ts';
import { objectName } from '../names.ts';
import type { Info } from '../targets.ts';
import { resolveTargets, visitTargets } from '../targets.ts';
import { dryRunSuffix } from '../verb.ts';
import type { Invocation, Verb } from '../verb.ts';
import { changedMap, changeMetadata, metadataFlags, readChanges } from './metadata-changes.ts';
import type { Changes, Verdict } from './metadata-changes.ts';

export const label: Verb = {
  name: 'label',
  about: 'Update the labels on a resource',
  usage:
    'label [--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]',
  flags: metadataFlags,
  *run(invocation) {
    const changes = checked(invocation);
    if (invocation.flags.bool('list')) yield* listLabels(invocation, changes);
    if (changes.set.size === 0 && changes.removed.length === 0) return;
    if (invocation.flags.bool('list')) return;
    const overwrite = invocation.flags.bool('overwrite');
    yield* changeMetadata(
      invocation,
      changes,
      'labels',
      (info) => judge(info, changes, overwrite),
      ({ row, name }, word, dryRun) => `${objectName(row, name)} ${word}${dryRunSuffix(dryRun)}`,
    );
  },
};

function checked(invocation: Invocation): Changes {
  const { flags, args } = invocation;
  const changes = readChanges(args, 'label');
  for (const [key, value] of changes.set) {
    const problem = isValidLabelValue(value);
    if (problem.length > 0) {
      throw new KubectlError(
        `invalid label value: ${goQuote(`${key}=${value}`)}: ${problem.join(';')}`,
      );
    }
  }
  if (flags.bool('all') && flags.text('selector') !== '') {
    throw new KubectlError('cannot set --all and --selector at the same time');
  }
  if (changes.resources.length === 0 && flags.list('filename').length === 0) {
    throw new KubectlError(
      'one or more resources must be specified as <resource> <name> or <resource>/<name>',
    );
  }
  if (changes.set.size === 0 && changes.removed.length === 0 && !flags.bool('list')) {
    throw new KubectlError('at least one label update is required');
  }
  return changes;
}

function judge({ object }: Info, changes: Changes, overwrite: boolean): Verdict {
  const before = object.metadata.labels ?? {};
  const problems: string[] = [];
  if (!overwrite) {
    for (const [key, value] of changes.set) {
      const present = before[key];
      if (present !== undefined && present !== value) {
        problems.push(`'${key}' already has a value (${present}), and --overwrite is false`);
      }
    }
  }
  const [problem] = problems;
  if (problem !== undefined) {
    throw new KubectlError(problems.length > 1 ? `[${problems.join(', ')}]` : problem);
  }
  const after = changedMap(before, changes);
  const notes = changes.removed
    .filter((key) => !(key in before))
    .map((key) => `label "${key}" not found.`);
  const wasRemoved = changes.removed.some((key) => key in before);
  const wasSet = [...changes.set].some(([key, value]) => before[key] !== value);
  const isChanged =
    wasRemoved || wasSet || Object.keys(after).length !== Object.keys(before).length;
  if (!isChanged) return { word: 'not labeled', isSent: false, notes };
  const word = wasRemoved && wasSet ? 'modified' : wasRemoved ? 'unlabeled' : 'labeled';
  return { word, isSent: true, notes };
}

function* listLabels(invocation: Invocation, changes: Changes): Process {
  const { flags, out } = invocation;
  const { targets, errors } = resolveTargets(invocation, {
    args: changes.resources,
    filenames: flags.list('filename'),
    selector: flags.has('selector') ? flags.text('selector') : undefined,
    emptySelector: flags.bool('all'),
  });
  const isSingle = targets.length === 1 && targets[0]?.form === 'object';
  yield* visitTargets(invocation, targets, errors, function* ({ row, object, name }) {
    const indent = isSingle ? '' : ' ';
    if (!isSingle) out.stdout(`Listing labels for ${row.kind}.${row.group}/${name}:\n`);
    for (const [key, value] of Object.entries(changedMap(object.metadata.labels, changes))) {
      out.stdout(`${indent}${key}=${value}\n`);
    }
  });
}
