/**
 * A recorded scenario: its steps, and the state of its objects at any time, replayed from the watch rows.
 */
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { apiVersionOf, builtInKindTable } from '#sim/api/kinds.ts';
import { applyMergePatch } from '#sim/api/merge-patch.ts';
import type { Json, KubeObject } from '#sim/api/object.ts';
import { parseTime } from '#sim/api/time.ts';
import type { KubectlFiles } from '#sim/kubectl/context.ts';

/** A command of a scenario and what it printed. */
export interface RecordedStep {
  readonly atMs: number;
  readonly tookMs: number;
  readonly cmd: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
  readonly background?: boolean;
  readonly killed?: boolean;
}

interface WatchRow {
  readonly t: number | null;
  readonly type: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly object?: Json;
  readonly patch?: Json;
}

/** Reads a file, packed or not; undefined where there is neither. */
export function readPacked(path: string): string | undefined {
  if (existsSync(path) && statSync(path).isFile()) return readFileSync(path, 'utf8');
  if (existsSync(`${path}.gz`)) return gunzipSync(readFileSync(`${path}.gz`)).toString('utf8');
  return undefined;
}

/** One folder of the recordings. */
export class Recording {
  readonly namespace: string;
  /** Virtual ms of the first step, to the second. */
  readonly startMs: number;
  readonly steps: readonly RecordedStep[];
  readonly files: KubectlFiles;
  /** Kinds that the watching client saw. */
  readonly kinds: ReadonlySet<string>;
  readonly #rows: readonly WatchRow[];

  constructor(folder: string) {
    const read = (name: string): string => readPacked(join(folder, name)) ?? '';
    const meta = JSON.parse(read('meta.json')) as { namespace: string; startedAt: string };
    this.namespace = meta.namespace;
    this.startMs = parseTime(meta.startedAt);
    this.steps = (JSON.parse(read('steps.json')) as RecordedStep[]).filter((step) => step.cmd);
    this.#rows = read('watch.jsonl')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as WatchRow);
    this.kinds = new Set(this.#rows.map((row) => row.kind));
    this.files = {
      read: (path) => readPacked(join(folder, path)),
      list: (path) =>
        existsSync(join(folder, path)) && statSync(join(folder, path)).isDirectory()
          ? readdirSync(join(folder, path)).sort()
          : undefined,
    };
  }

  /** Times at which something changed, in ms since the first step. */
  changesBetween(fromMs: number, toMs: number): number[] {
    const times = this.#rows.flatMap((row) => (row.t === null ? [] : [row.t]));
    return [...new Set(times.filter((t) => t > fromMs && t <= toMs))];
  }

  /** The objects that existed at a time, as the watching client knew them. */
  stateAt(ms: number): KubeObject[] {
    const objects = new Map<string, KubeObject>();
    for (const row of this.#rows) {
      if (row.t !== null && row.t > ms) break;
      const kind = builtInKindTable.rows.find((one) => one.kind === row.kind);
      if (kind === undefined) continue;
      const namespace = kind.namespaced ? (row.namespace ?? this.namespace) : '';
      const key = `${row.kind}/${namespace}/${row.name}`;
      if (row.type === 'DELETED') {
        objects.delete(key);
        continue;
      }
      const before = objects.get(key) as unknown as Json | undefined;
      const body = row.object ?? applyMergePatch(before, row.patch ?? {});
      const typed = { apiVersion: apiVersionOf(kind), kind: kind.kind, ...(body as object) };
      objects.set(key, typed as unknown as KubeObject);
    }
    return [...objects.values()];
  }
}
