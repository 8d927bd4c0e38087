/** Reads what was typed after a command; a mistake becomes one sentence, never a stack trace. */
import { parseArgs } from 'node:util';
import type { ParseArgsConfig } from 'node:util';
import { parseDuration } from '#sim/lab/lab-format.ts';
import { CliError } from './cli-error.ts';

/** Parses flags and words as `parseArgs` does. Throws CliError that names the flag. */
export function readArguments<T extends ParseArgsConfig>(
  config: T,
): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    const [sentence = ''] = (error as Error).message.split('. ');
    throw new CliError(`${sentence}\nRun "reconcile --help" for all commands and flags.`);
  }
}

/** Reads a whole number, not below `lowest`. Throws CliError. */
export function readWholeNumber(flag: string, text: string, lowest: number): number {
  const number = /^\d+$/.test(text) ? Number(text) : NaN;
  if (Number.isSafeInteger(number) && number >= lowest) return number;
  throw new CliError(`${flag} ${text}: expected a whole number, at least ${lowest}`);
}

/** Reads a time such as `90s` or `2m` in ms. Throws CliError. */
export function readDuration(flag: string, text: string): number {
  try {
    return parseDuration(text);
  } catch {
    throw new CliError(`${flag} ${text}: expected a time such as 500ms, 10s or 1m30s`);
  }
}
