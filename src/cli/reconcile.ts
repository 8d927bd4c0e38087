#!/usr/bin/env node
/**
 * The terminal: `reconcile lab`, `reconcile run`, `reconcile parity`. Each command has a file of its own.
 */
import { ExpressionError } from '#sim/lab/expressions.ts';
import { CliError } from './cli-error.ts';
import { labCommand } from './lab-command.ts';
import { parityCommand } from './parity-command.ts';
import { runCommand } from './run-command.ts';

const usage = `Usage:
  reconcile lab <chapter/lab> [--seed N] [--until 2m] [-o story|jsonl|table]
  reconcile run -f FILE... [--nodes 3] [--at "10s kubectl delete pod web-0"]... [--until 60s] [--seed 1] [-o story|jsonl|table]
  reconcile parity DIR... [--verbose] [--seeds N] [--scores FILE]
`;

const commands: Readonly<Record<string, (args: readonly string[]) => number>> = {
  lab: labCommand,
  run: runCommand,
  parity: parityCommand,
};

function main(args: readonly string[]): number {
  const [name = '', ...rest] = args;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    const isHelp = name === '--help' || name === '-h' || name === 'help';
    (isHelp ? process.stdout : process.stderr).write(
      isHelp
        ? usage
        : `${name === '' ? 'a command is missing' : `unknown command "${name}"`}\n${usage}`,
    );
    return isHelp ? 0 : 2;
  }
  if (rest.some((word) => word === '--help' || word === '-h')) {
    process.stdout.write(usage);
    return 0;
  }
  try {
    return command(rest);
  } catch (error) {
    if (!(error instanceof CliError || error instanceof ExpressionError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
}

// Whoever reads a story may stop in the middle, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

process.exitCode = main(process.argv.slice(2));
