/**
 * What the commands under `kubectl create` share: one name, and an object that is sent or only printed.
 */
import type { KubeObject } from '../../../api/object.ts';
import type { JsonObject } from '../../../api/object.ts';
import { StatusError } from '../../../api/status-error.ts';
import type { Process } from '../../../engine/process.ts';
import { KubectlError, usageError } from '../../errors.ts';
import type { Flag } from '../../flags.ts';
import { withLastApplied } from '../../last-applied.ts';
import { readOutputFormat } from '../../output-format.ts';
import { printResult } from '../../result.ts';
import { mapResource } from '../../targets.ts';
import {
  dryRunFlag,
  dryRunOf,
  dryRunSuffix,
  fieldManagerFlag,
  fieldValidationOf,
  outputFlags,
  validateFlag,
} from '../../verb.ts';
import type { Invocation } from '../../verb.ts';

export const generatedFlags: readonly Flag[] = [
  ...outputFlags,
  dryRunFlag,
  validateFlag,
  fieldManagerFlag,
  { name: 'save-config', type: 'bool' },
];

/** Returns the one name among the arguments. Throws KubectlError. */
export function nameArgument({ args, path, dashAt }: Invocation): string {
  const names = dashAt < 0 ? args : args.slice(0, dashAt);
  const [name] = names;
  if (name === undefined || names.length !== 1) {
    throw usageError(path, `exactly one NAME is required, got ${names.length}`);
  }
  return name;
}

/** Sends an object and prints what came of it; `noun` names it in errors: `configmap`. */
export function* createGenerated(
  invocation: Invocation,
  noun: string,
  resource: string,
  body: JsonObject,
): Process {
  const { flags, context, api, namespace, isNamespaceGiven } = invocation;
  const row = mapResource(context, resource);
  const format = readOutputFormat(flags, context.files);
  const dryRun = dryRunOf(invocation);
  const saved = flags.bool('save-config') ? withLastApplied(body) : body;
  const sentence = `created${dryRunSuffix(dryRun)}`;
  if (dryRun === 'client') {
    const metadata = body.metadata as JsonObject;
    const shown =
      row.namespaced && isNamespaceGiven
        ? { ...saved, metadata: { ...metadata, namespace } }
        : saved;
    printResult(invocation, format, row, shown as unknown as KubeObject, sentence);
    return;
  }
  try {
    const object = yield* api.create(row, row.namespaced ? namespace : '', saved, {
      fieldManager: flags.text('field-manager', 'kubectl-create'),
      fieldValidation: fieldValidationOf(flags),
      dryRun: dryRun === 'server' || undefined,
    });
    printResult(invocation, format, row, object, sentence);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    throw new KubectlError(`failed to create ${noun}: ${error.message}`);
  }
}
