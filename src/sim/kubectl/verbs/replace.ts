/**
 * `kubectl replace`: puts the objects of files in the place of those in the cluster.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/cmd/replace/replace.go
 * Docs: /docs/reference/kubectl/generated/kubectl_replace/
 */
import type { KubeObject } from '../../api/object.ts';
import { isNotFound } from '../../api/status-error.ts';
import { collect, KubectlError, throwCollected, withSource } from '../errors.ts';
import { lastAppliedKey, withLastApplied } from '../last-applied.ts';
import { readOutputFormat } from '../output-format.ts';
import { printResult } from '../result.ts';
import { resolveTargets } from '../targets.ts';
import { untilGone } from '../until-gone.ts';
import {
  dryRunFlag,
  dryRunOf,
  dryRunSuffix,
  fieldManagerFlag,
  fieldValidationOf,
  fileFlags,
  outputFlags,
  validateFlag,
} from '../verb.ts';
import type { Verb } from '../verb.ts';

export const replace: Verb = {
  name: 'replace',
  about: 'Replace a resource by file name or stdin',
  usage: 'replace -f FILENAME',
  flags: [
    ...fileFlags,
    ...outputFlags,
    dryRunFlag,
    validateFlag,
    fieldManagerFlag,
    { name: 'force', type: 'bool' },
    { name: 'grace-period', type: 'int' },
    { name: 'cascade', type: 'string', withoutValue: 'background' },
    { name: 'save-config', type: 'bool' },
    { name: 'timeout', type: 'duration' },
  ],
  *run(invocation) {
    const { flags, context, api } = invocation;
    if (flags.list('filename').length === 0) {
      throw new KubectlError('must specify one of -f and -k');
    }
    const fieldValidation = fieldValidationOf(flags);
    const format = readOutputFormat(flags, context.files);
    const dryRun = dryRunOf(invocation);
    const { targets, errors } = resolveTargets(invocation, {
      args: [],
      filenames: flags.list('filename'),
      recursive: flags.bool('recursive'),
      validate: fieldValidation !== 'Ignore',
    });
    if (targets.length === 0 && errors.length === 0) {
      throw new KubectlError('no objects passed to replace');
    }
    const request = {
      fieldManager: flags.text('field-manager', 'kubectl-replace'),
      fieldValidation,
      dryRun: dryRun === 'server' || undefined,
    };
    const all = [...errors];
    for (const target of targets) {
      if (target.form !== 'object' || !target.manifest) continue;
      const { row, namespace, name, source = '', manifest } = target;
      const annotated = (manifest as unknown as KubeObject).metadata.annotations?.[lastAppliedKey];
      const isSaved = flags.bool('save-config') || annotated !== undefined;
      const body = isSaved ? withLastApplied(manifest) : manifest;
      try {
        if (name === '') throw new KubectlError('resource name may not be empty');
        let object = body as unknown as KubeObject;
        if (flags.bool('force') && dryRun === 'none') {
          try {
            const gracePeriodSeconds = Math.max(0, flags.int('grace-period', 0));
            yield* api.delete(row, namespace, name, {
              propagationPolicy: 'Background',
              gracePeriodSeconds,
            });
            const verb = { row, namespace, name, uid: undefined };
            yield* untilGone(invocation, verb, undefined);
          } catch (error) {
            if (!isNotFound(error)) throw error;
          }
          object = yield* api.create(row, namespace, body, request);
        } else if (dryRun !== 'client') {
          object = yield* api.update(row, namespace, name, body, request);
        }
        printResult(invocation, format, row, object, `replaced${dryRunSuffix(dryRun)}`);
      } catch (error) {
        collect(all, withSource('replacing', source, error));
      }
    }
    throwCollected(all);
  },
};
