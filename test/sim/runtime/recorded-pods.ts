/**
 * The recorded scenarios of containers: their pods, and what `kubectl logs` printed of them.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { ContainerConfig } from '../../../src/sim/runtime/runtime.ts';

const root = new URL('../../recordings/runtime/', import.meta.url);

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec?: {
    readonly hostname?: string;
    readonly containers: readonly {
      readonly name: string;
      readonly image: string;
      readonly command?: readonly string[];
      readonly args?: readonly string[];
      readonly env?: readonly { readonly name: string; readonly value?: string }[];
    }[];
  };
}

/** A step of a recording. */
export interface Step {
  readonly atMs: number;
  readonly cmd?: string;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly exit?: number;
}

/** The steps of a scenario. */
export function stepsOf(scenario: string): readonly Step[] {
  return JSON.parse(readFileSync(new URL(`${scenario}/steps.json`, root), 'utf8')) as Step[];
}

/** What `kubectl logs NAME` printed. */
export function recordedLog(scenario: string, pod: string): string | undefined {
  return stepsOf(scenario).find((step) => step.cmd === `kubectl logs ${pod}`)?.stdout;
}

/** The first containers of a scenario's pods, by pod name. */
export function podsOf(scenario: string): ReadonlyMap<string, Partial<ContainerConfig>> {
  const pods = new Map<string, Partial<ContainerConfig>>();
  for (const file of readdirSync(new URL(`${scenario}/`, root)).sort()) {
    if (!file.endsWith('.yaml')) continue;
    for (const document of parseAllDocuments(
      readFileSync(new URL(`${scenario}/${file}`, root), 'utf8'),
    )) {
      const manifest = document.toJS() as Manifest;
      const container = manifest.spec?.containers?.[0];
      if (manifest.kind !== 'Pod' || container === undefined) continue;
      pods.set(manifest.metadata.name, {
        name: container.name,
        image: container.image,
        command: container.command,
        args: container.args,
        env: (container.env ?? []).map(({ name, value = '' }) => ({ name, value })),
      });
    }
  }
  return pods;
}

/**
 * Whether a recorded log can be read as the lines of two streams in some order: the runtime reads the streams one beside the
 * other, so only the order within each is certain. Returns the first line that cannot be explained.
 */
export function unexplainedLine(
  recorded: string,
  stdout: string,
  stderr: string,
): string | undefined {
  const lines = recorded.split('\n');
  const out = stdout.split('\n');
  const error = stderr.split('\n');
  if (out.at(-1) === '') out.pop();
  if (error.at(-1) === '') error.pop();
  if (lines.at(-1) === '') lines.pop();
  let places = new Set([0]);
  for (const [index, line] of lines.entries()) {
    const next = new Set<number>();
    for (const taken of places) {
      if (out[taken] === line) next.add(taken + 1);
      if (error[index - taken] === line) next.add(taken);
    }
    if (next.size === 0) {
      const taken = Math.max(...places);
      return `line ${index + 1}: ${JSON.stringify(line)}, ours: ${JSON.stringify(out[taken])} or ${JSON.stringify(error[index - taken])}`;
    }
    places = next;
  }
  if (lines.length !== out.length + error.length) {
    return `${out.length + error.length - lines.length} lines too many: ${JSON.stringify(out[Math.max(...places)])}`;
  }
  return undefined;
}
