/**
 * `kubectl apply --server-side`: the server merges, and remembers whose each field is.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/cmd/apply/apply.go applyOneObject
 * Docs: /docs/reference/using-api/server-side-apply/
 */
import { isConflict } from '../../api/status-error.ts';
import type { Process } from '../../engine/process.ts';
import { KubectlError } from '../errors.ts';
import type { ObjectTarget } from '../targets.ts';
import type { Invocation } from '../verb.ts';
import { warnIfDeleting } from './apply-options.ts';
import type { Applied, ApplyOptions } from './apply-options.ts';

const conflictHelp =
  'Please review the fields above--they currently have other managers. Here\n' +
  'are the ways you can resolve this warning:\n' +
  '* If you intend to manage all of these fields, please re-run the apply\n' +
  '  command with the `--force-conflicts` flag.\n' +
  '* If you do not intend to manage all of the fields, please edit your\n' +
  '  manifest to remove references to the fields that should keep their\n' +
  '  current managers.\n' +
  '* You may co-own fields by updating your manifest to match the existing\n' +
  "  value; in this case, you'll become the manager if the other manager(s)\n" +
  '  stop managing the field (remove it from their configuration).\n' +
  'See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts';

/** Sends one object as an apply patch. Throws StatusError, and KubectlError for a conflict. */
export function* applyServerSide(
  invocation: Invocation,
  options: ApplyOptions,
  target: ObjectTarget,
): Process<Applied> {
  const { row, namespace, name, manifest } = target;
  try {
    const object = yield* invocation.api.patch(row, namespace, name, 'apply', manifest, {
      fieldManager: options.fieldManager,
      fieldValidation: options.fieldValidation,
      force: invocation.flags.bool('force-conflicts') || undefined,
      dryRun: options.dryRun === 'server' || undefined,
    });
    warnIfDeleting(invocation, object);
    return { target, object, word: 'serverside-applied' };
  } catch (error) {
    if (!isConflict(error)) throw error;
    throw new KubectlError(`${(error as Error).message}\n${conflictHelp}`);
  }
}
