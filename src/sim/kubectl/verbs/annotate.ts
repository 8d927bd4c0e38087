/**
 * `kubectl annotate`: sets, changes and removes annotations.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/cmd/annotate/annotate.go
 * Docs: /docs/reference/kubectl/generated/kubectl_annotate/
 */
import type { Process } from '../../engine/process.ts';
import { KubectlError } from '../errors.ts';
import { objectName } from '../names.ts';
import type { Info } from '../targets.ts';
import { resolveTargets, visitTargets } from '../targets.ts';
import { dryRunSuffix } from '../verb.ts';
import type { Invocation, Verb } from '../verb.ts';
import { changeMetadata, metadataFlags, readChanges } from './metadata-changes.ts';
import type { Changes, Verdict } from './metadata-changes.ts';

export const annotate: Verb = {
  name: 'annotate',
  about: 'Update the annotations on a resource',
  usage:
    'annotate [--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]',
  flags: metadataFlags,
  *run(invocation) {
    const { flags, args } = invocation;
    const changes = readChanges(args, 'annotation');
    if (changes.resources.length === 0 && flags.list('filename').length === 0) {
      throw new KubectlError(
        'one or more resources must be specified as <resource> <name> or <resource>/<name>',
      );
    }
    if (flags.bool('list')) {
      yield* listAnnotations(invocation, changes);
      return;
    }
    if (changes.set.size === 0 && changes.removed.length === 0) {
      throw new KubectlError('at least one annotation update is required');
    }
    const overwrite = flags.bool('overwrite');
    yield* changeMetadata(
      invocation,
      changes,
      'annotations',
      (info) => judge(info, changes, overwrite),
      ({ row, name }, word, dryRun) => `${objectName(row, name)} ${word}${dryRunSuffix(dryRun)}`,
    );
  },
};

function judge({ object }: Info, changes: Changes, overwrite: boolean): Verdict {
  const before = object.metadata.annotations ?? {};
  const taken = overwrite
    ? []
    : [...changes.set]
        .filter(([key, value]) => before[key] !== undefined && before[key] !== value)
        .map(([key]) => `'${key}' already has a value (${before[key] ?? ''})`);
  if (taken.length > 0) {
    throw new KubectlError(
      `--overwrite is false but found the following declared annotation(s): ${taken.join('; ')}`,
    );
  }
  return { word: 'annotated', isSent: true };
}

function* listAnnotations(invocation: Invocation, changes: Changes): Process {
  const { flags, out } = invocation;
  const { targets, errors } = resolveTargets(invocation, {
    args: changes.resources,
    filenames: flags.list('filename'),
    selector: flags.has('selector') ? flags.text('selector') : undefined,
    emptySelector: flags.bool('all'),
  });
  const isSingle = targets.length === 1 && targets[0]?.form === 'object';
  yield* visitTargets(invocation, targets, errors, function* ({ row, object, name }) {
    if (!isSingle) out.stdout(`Listing annotations for ${row.kind}.${row.group}/${name}:\n`);
    for (const [key, value] of Object.entries(object.metadata.annotations ?? {})) {
      out.stdout(`${isSingle ? '' : ' '}${key}=${value}\n`);
    }
  });
}
