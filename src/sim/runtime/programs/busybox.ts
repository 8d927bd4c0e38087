/**
 * busybox: one program that is many commands; its first word says which.
 */
import type { Program } from '../os-process.ts';
import { baseName } from '../os-process.ts';

const commands: Readonly<Record<string, Program>> = {};

/** The names of the commands. */
export const busyboxCommands: readonly string[] = Object.keys(commands);

/** `/bin/busybox`. */
export const busyboxProgram: Program = (process) => {
  const command = commands[baseName(process.argv[0] ?? '')];
  if (command !== undefined) return command(process);
  process.print(2, `${baseName(process.argv[0] ?? '')}: applet not found\n`);
  process.exit(127);
  return undefined;
};
