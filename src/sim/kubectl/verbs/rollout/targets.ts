/**
 * What the commands of `kubectl rollout` share: their flags, their objects, and a patch of the object's own kind.
 */
import type { JsonObject, KubeObject } from '../../../api/object.ts';
import { qualifiedResource } from '../../../api/kinds.ts';
import { createTwoWayMergePatch } from '../../../api/strategic-merge-diff.ts';
import type { Process } from '../../../engine/process.ts';
import { KubectlError } from '../../errors.ts';
import type { Flag } from '../../flags.ts';
import { resolveTargets } from '../../targets.ts';
import type { Info, Target } from '../../targets.ts';
import { fieldManagerFlag, fileFlags, outputFlags, selectorFlag } from '../../verb.ts';
import type { Invocation } from '../../verb.ts';

export const rolloutFlags: readonly Flag[] = [...fileFlags, selectorFlag];

export const changingFlags: readonly Flag[] = [...rolloutFlags, ...outputFlags, fieldManagerFlag];

/** Finds the objects that a command names. Throws when it names none. */
export function rolloutTargets(
  invocation: Invocation,
  options: { emptySelector?: boolean } = {},
): { targets: Target[]; errors: Error[] } {
  const { flags, args } = invocation;
  if (args.length === 0 && flags.list('filename').length === 0) {
    throw new KubectlError('required resource not specified');
  }
  return resolveTargets(invocation, {
    args,
    emptySelector: options.emptySelector ?? true,
    filenames: flags.list('filename'),
    recursive: flags.bool('recursive'),
    selector: flags.has('selector') ? flags.text('selector') : undefined,
  });
}

/** Sends what differs between the object and what is wanted, as a strategic merge patch. Undefined: nothing differs. */
export function* patchTo(
  invocation: Invocation,
  { row, namespace, name, object }: Info,
  wanted: KubeObject,
  options: { fieldManager: string; dryRun?: boolean },
): Process<KubeObject | undefined> {
  const patch = createTwoWayMergePatch(
    object as unknown as JsonObject,
    wanted as unknown as JsonObject,
    row.struct ?? row.kind,
  );
  if (Object.keys(patch).length === 0) return undefined;
  return yield* invocation.api.patch(row, namespace, name, 'strategic', patch, {
    fieldManager: invocation.flags.text('field-manager', options.fieldManager),
    dryRun: options.dryRun || undefined,
  });
}

/** An error about one object: `deployments.apps "web" is already paused`. */
export function aboutObject({ row, name }: Info, message: string): KubectlError {
  return new KubectlError(`${qualifiedResource(row)} "${name}" ${message}`);
}

/** `ReplicaSet.apps`, as messages about what a kind has not name it. */
export function groupKind({ row }: Info): string {
  return row.group === '' ? row.kind : `${row.kind}.${row.group}`;
}
