/**
 * `kubectl apply view-last-applied` and `set-last-applied`: the annotation that apply compares with.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/cmd/apply/apply_view_last_applied.go, apply_set_last_applied.go
 */
import { KubectlError, usageError } from '../errors.ts';
import { lastAppliedKey, lastAppliedOf, lastAppliedText } from '../last-applied.ts';
import { outputForms, readOutputFormat } from '../output-format.ts';
import { printResult } from '../result.ts';
import { resolveTargets, visitTargets } from '../targets.ts';
import {
  dryRunFlag,
  dryRunOf,
  dryRunSuffix,
  fileFlags,
  outputFlags,
  selectorFlag,
} from '../verb.ts';
import type { Verb } from '../verb.ts';

export const viewLastApplied: Verb = {
  name: 'view-last-applied',
  about: 'View the latest last-applied-configuration annotations of a resource/object',
  usage: 'apply view-last-applied (TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME)',
  flags: [
    ...fileFlags,
    selectorFlag,
    { name: 'output', short: 'o', type: 'string' },
    { name: 'all', type: 'bool' },
  ],
  *run(invocation) {
    const { flags, args, path, out } = invocation;
    const format = flags.text('output', 'yaml');
    if (format !== 'yaml' && format !== 'json') {
      throw usageError(
        path,
        `Unexpected -o output mode: ${format}, the flag 'output' must be one of yaml|json`,
      );
    }
    const { targets, errors } = resolveTargets(invocation, {
      args,
      filenames: flags.list('filename'),
      selector: flags.has('selector') ? flags.text('selector') : undefined,
      all: flags.bool('all'),
    });
    yield* visitTargets(invocation, targets, errors, function* ({ object }) {
      const applied = lastAppliedOf(object);
      if (applied === undefined) return;
      const forms = outputForms.get();
      out.stdout(format === 'yaml' ? forms.yaml(applied) : forms.json(applied, 2));
    });
  },
};

export const setLastApplied: Verb = {
  name: 'set-last-applied',
  about:
    'Set the last-applied-configuration annotation on a live object to match the contents of a file',
  usage: 'apply set-last-applied -f FILENAME',
  flags: [...fileFlags, ...outputFlags, dryRunFlag, { name: 'create-annotation', type: 'bool' }],
  *run(invocation) {
    const { flags, context, out, api } = invocation;
    const format = readOutputFormat(flags, context.files);
    const dryRun = dryRunOf(invocation);
    if (flags.list('filename').length === 0)
      throw new KubectlError('must specify one of -f and -k');
    const { targets, errors } = resolveTargets(invocation, {
      args: [],
      filenames: flags.list('filename'),
    });
    yield* visitTargets(
      invocation,
      targets,
      errors,
      function* ({ row, namespace, name, object, manifest = {} }) {
        const wanted = lastAppliedText(manifest);
        const current = object.metadata.annotations?.[lastAppliedKey];
        if (current === undefined && !flags.bool('create-annotation')) {
          throw new KubectlError(
            `no last-applied-configuration annotation found on resource: ${name}, to create the annotation, run the command with --create-annotation`,
          );
        }
        if (current === wanted) {
          out.stdout(`set-last-applied ${name}: no changes required.\n`);
          return;
        }
        const patch = { metadata: { annotations: { [lastAppliedKey]: wanted } } };
        const request = dryRun === 'server' ? { dryRun: true } : {};
        const result =
          dryRun === 'client'
            ? object
            : yield* api.patch(row, namespace, name, 'merge', patch, request);
        printResult(invocation, format, row, result, `configured${dryRunSuffix(dryRun)}`);
      },
    );
  },
};
