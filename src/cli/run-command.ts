/** `reconcile run`: runs manifests of one's own on a simulated cluster. */
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { parseDuration } from '#sim/lab/lab-format.ts';
import type { ActDeclaration, Lab } from '#sim/lab/lab-format.ts';
import { runLab } from '#sim/lab/run.ts';
import { CliError } from './cli-error.ts';
import { outputForm, printHistory } from './history-output.ts';

/** Runs the command and returns its exit code. */
export function runCommand(args: readonly string[]): number {
  const { values } = parseArgs({
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
    texts[basename(path)] = readFileSync(path, 'utf8');
  }
  const nodes = Number(values.nodes);
  if (!Number.isInteger(nodes) || nodes < 0) {
    throw new CliError(`--nodes ${values.nodes}: expected a number of nodes`);
  }
  const lab: Lab = {
    id: 'terminal/run',
    title: { en: 'run' },
    caption: { en: 'run' },
    cluster: { nodes },
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
  printHistory(runLab({ lab, seed: Number(values.seed) }), outputForm(values.output));
  return 0;
}

/** Reads `10s kubectl delete pod web-0`. Throws CliError. */
function readAct(text: string): ActDeclaration {
  const [, at = '', run = ''] = /^(\S+)\s+(.+)$/s.exec(text) ?? [];
  try {
    parseDuration(at);
  } catch {
    throw new CliError(`--at "${text}": expected a time and a command, as "10s kubectl get pods"`);
  }
  return { at, run };
}
