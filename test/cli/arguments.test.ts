import { describe, expect, test } from 'vitest';
import { readArguments, readDuration, readWholeNumber } from '#cli/arguments.ts';
import { CliError } from '#cli/cli-error.ts';
import { labCommand } from '#cli/lab-command.ts';
import { runCommand } from '#cli/run-command.ts';

describe('arguments', () => {
  test('names a flag that there is not', () => {
    const read = () =>
      readArguments({ args: ['--sed', '3'], options: { seed: { type: 'string' } } });
    expect(read).toThrow(CliError);
    expect(read).toThrow("Unknown option '--sed'");
  });

  test('names a flag whose value is missing', () => {
    const read = () => readArguments({ args: ['--seed'], options: { seed: { type: 'string' } } });
    expect(read).toThrow(/'--seed <value>' argument missing/);
  });

  test.each(['', 'two', '-1', '1.5', '0x10', '1e3'])('refuses "%s" as a whole number', (text) => {
    expect(() => readWholeNumber('--nodes', text, 0)).toThrow(`--nodes ${text}: expected a whole`);
  });

  test('refuses a number below the lowest', () => {
    expect(() => readWholeNumber('--seeds', '0', 1)).toThrow('at least 1');
    expect(readWholeNumber('--seeds', '1', 1)).toBe(1);
  });

  test('reads a time and refuses a word', () => {
    expect(readDuration('--until', '1m30s')).toBe(90_000);
    expect(() => readDuration('--until', 'soon')).toThrow('--until soon: expected a time');
  });
});

describe('commands', () => {
  test.each([
    ['an unknown lab', () => labCommand(['no/such-lab']), 'no/such-lab'],
    ['a missing lab', () => labCommand([]), 'which lab?'],
    ['a missing manifest', () => runCommand([]), 'at least one -f FILE'],
    ['a manifest that is not there', () => runCommand(['-f', 'absent.yaml']), 'does not exist'],
    [
      'a command without a time',
      () => runCommand(['-f', 'package.json', '--at', 'kubectl']),
      'expected a time and a command',
    ],
    [
      'a time that is none',
      () => runCommand(['-f', 'package.json', '--at', 'soon kubectl get pods']),
      '--at soon: expected a time',
    ],
    ['a wrong seed', () => runCommand(['-f', 'package.json', '--seed', 'x']), '--seed x'],
    ['an end that is none', () => runCommand(['-f', 'package.json', '--until', 'x']), '--until x'],
  ])('say what is wrong with %s', (_, run, message) => {
    expect(run).toThrow(CliError);
    expect(run).toThrow(message);
  });
});
