/** `reconcile run`: runs manifests of one's own on a simulated cluster. */
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { ActDeclaration, Lab } from '#sim/lab/lab-format.ts';
import { runLab } from '#sim/lab/run.ts';
import { readArguments, readDuration, readWholeNumber } from './arguments.ts';
import { CliError } from './cli-error.ts';
import { outputForm, printHistory } from './history-output.ts';
import '#sim/parts/all.ts';

/** Runs the command and returns its exit code. */
export function runCommand(args: readonly string[]): number {
  const { values } = readArguments({
    args: [...args],
    options: {
      file: { type: 'string', short: 'f', multiple: true, default: [] },
      nodes: { type: 'string', default: '3' },
      at: { type: 'string', multiple: true, default: [] },
      until: { type: 'string', default: '60s' },
      seed: { type: 'string', default: '1' },
      output: { type: 'string', short: 'o', default: 'story' },
    },
  });
  if (values.file.length === 0) throw new CliError('no manifest: give at least one -f FILE');
  const texts: Record<string, string> = {};
  for (const path of values.file) {
    if (!existsSync(path)) throw new CliError(`the path "${path}" does not exist`);
    texts[freeName(basename(path), texts)] = readFileSync(path, 'utf8');
  }
  readDuration('--until', values.until);
  const lab: Lab = {
    id: 'terminal/run',
    title: { en: 'run' },
    caption: { en: 'run' },
    cluster: { nodes: readWholeNumber('--nodes', values.nodes, 0) },
    files: Object.keys(texts),
    until: values.until,
    do: [
      ...Object.keys(texts).map((name) => ({ at: '0s', run: `kubectl apply -f ${name}` })),
      ...values.at.map(readAct),
    ],
    show: { lanes: ['pods'], views: ['why'] },
    checks: [],
    texts,
  };
  printHistory(
    runLab({ lab, seed: readWholeNumber('--seed', values.seed, 0) }),
    outputForm(values.output),
  );
  return 0;
}

/** Returns a name that no other file has yet: two folders may hold files of one name. */
function freeName(name: string, taken: Readonly<Record<string, string>>): string {
  if (!Object.hasOwn(taken, name)) return name;
  let number = 2;
  while (Object.hasOwn(taken, `${number}-${name}`)) number += 1;
  return `${number}-${name}`;
}

/** Reads `10s kubectl delete pod web-0`. Throws CliError. */
function readAct(text: string): ActDeclaration {
  const [, at = '', run = ''] = /^(\S+)\s+(.+)$/s.exec(text) ?? [];
  if (run === '') {
    throw new CliError(`--at "${text}": expected a time and a command, as "10s kubectl get pods"`);
  }
  readDuration('--at', at);
  return { at, run };
}
