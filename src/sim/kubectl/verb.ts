/**
 * What a command of kubectl is, and the flags that many commands share.
 */
import { formatMicroTime } from '../api/time.ts';
import type { Process } from '../engine/process.ts';
import type { Api } from './api.ts';
import type { KubectlContext, KubectlOutput } from './context.ts';
import { KubectlError } from './errors.ts';
import type { Flag, Flags } from './flags.ts';

/** One start of a command, its line taken apart. */
export interface Invocation {
  readonly context: KubectlContext;
  readonly api: Api;
  readonly out: KubectlOutput;
  readonly flags: Flags;
  readonly args: readonly string[];
  /** Where `--` stood among the arguments; -1 without one. */
  readonly dashAt: number;
  /** The command as typed: `kubectl rollout status`. */
  readonly path: string;
  /** The namespace of objects that name none. */
  readonly namespace: string;
  /** Whether the command line itself names the namespace. */
  readonly isNamespaceGiven: boolean;
}

/** One row of the list of commands. */
export interface Verb {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** What it does, in one line of the help. */
  readonly about: string;
  /** The line of `Usage:` without `kubectl`. */
  readonly usage: string;
  readonly flags: readonly Flag[];
  /** Commands under this one, such as those of `rollout`. */
  readonly verbs?: readonly Verb[];
  /** Completes, validates and carries out. Throws what kubectl reports. Returns the exit code, 0 when left out. */
  run(invocation: Invocation): Process<number | void>;
}

/** Flags that every command takes. */
export const globalFlags: readonly Flag[] = [
  { name: 'namespace', short: 'n', type: 'string' },
  { name: 'request-timeout', type: 'string' },
  { name: 'v', short: 'v', type: 'int' },
  { name: 'warnings-as-errors', type: 'bool' },
  ...['context', 'cluster', 'user', 'token', 'kubeconfig'].map((name): Flag => ({
    name,
    type: 'string',
  })),
  { name: 'server', short: 's', type: 'string', unsupported: true },
  { name: 'as', type: 'string', unsupported: true },
  { name: 'as-group', type: 'texts', unsupported: true },
];

/** Flags that name files. */
export const fileFlags: readonly Flag[] = [
  { name: 'filename', short: 'f', type: 'strings' },
  { name: 'recursive', short: 'R', type: 'bool' },
  { name: 'kustomize', short: 'k', type: 'string', unsupported: true },
];

export const selectorFlag: Flag = { name: 'selector', short: 'l', type: 'string' };
export const fieldSelectorFlag: Flag = { name: 'field-selector', type: 'string' };
export const allNamespacesFlag: Flag = { name: 'all-namespaces', short: 'A', type: 'bool' };
export const fieldManagerFlag: Flag = { name: 'field-manager', type: 'string' };
export const dryRunFlag: Flag = { name: 'dry-run', type: 'string', withoutValue: 'unchanged' };
export const validateFlag: Flag = { name: 'validate', type: 'string', withoutValue: 'strict' };

/** Flags of printed objects. */
export const outputFlags: readonly Flag[] = [
  { name: 'output', short: 'o', type: 'string' },
  { name: 'template', type: 'string' },
  { name: 'allow-missing-template-keys', type: 'bool' },
  { name: 'show-managed-fields', type: 'bool' },
];

/** How far a change is carried out. */
export type DryRun = 'none' | 'client' | 'server';

/** Reads `--dry-run`. */
export function dryRunOf(invocation: Invocation): DryRun {
  const value = invocation.flags.text('dry-run', 'none');
  if (value === 'none' || value === 'client' || value === 'server') return value;
  if (value === 'unchanged') {
    const [date = '', clock = ''] = formatMicroTime(invocation.context.engine.nowMs).split('T');
    invocation.out.stderr(
      `W${date.slice(5).replace('-', '')} ${clock.slice(0, -1)}       1 helpers.go:719] --dry-run is deprecated and can be replaced with --dry-run=client.\n`,
    );
    return 'client';
  }
  throw new KubectlError(
    `Invalid dry-run value (${value}). Must be "none", "server", or "client".`,
  );
}

/** What follows the sentence of a change that was only tried. */
export function dryRunSuffix(dryRun: DryRun): string {
  if (dryRun === 'client') return ' (dry run)';
  return dryRun === 'server' ? ' (server dry run)' : '';
}

/** Reads `--validate` as the field validation of requests. */
export function fieldValidationOf(flags: Flags): 'Strict' | 'Warn' | 'Ignore' {
  switch (flags.text('validate', 'strict')) {
    case 'true':
    case 'strict':
      return 'Strict';
    case 'warn':
      return 'Warn';
    case 'false':
    case 'ignore':
      return 'Ignore';
    default:
      throw new KubectlError(
        `invalid - validate option ${JSON.stringify(flags.text('validate'))}; must be one of: strict (or true), warn, ignore (or false)`,
      );
  }
}
