/**
 * What the two ways of `kubectl apply` share.
 */
import type { KubeObject } from '../../api/object.ts';
import type { OutputFormat } from '../output-format.ts';
import type { ObjectTarget } from '../targets.ts';
import type { DryRun, Invocation } from '../verb.ts';

/** What all objects of one run share. */
export interface ApplyOptions {
  readonly format: OutputFormat;
  /** Why `-o` cannot be read; it is told once an object has been applied. */
  readonly formatError: Error | undefined;
  readonly dryRun: DryRun;
  readonly fieldManager: string;
  readonly fieldValidation: 'Strict' | 'Warn' | 'Ignore';
}

/** An object after it was applied, and the word for what happened. */
export interface Applied {
  readonly target: ObjectTarget;
  readonly object: KubeObject;
  readonly word: string;
}

/** Warns about changes to an object that is on its way out. */
export function warnIfDeleting(invocation: Invocation, { metadata }: KubeObject): void {
  if (!metadata.deletionTimestamp) return;
  invocation.out.stderr(
    `Warning: Detected changes to resource ${metadata.name ?? ''} which is currently being deleted.\n`,
  );
}
