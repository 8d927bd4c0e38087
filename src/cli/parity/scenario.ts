/** A recorded scenario as it stands in its folder: manifests, steps, and what a watching client saw. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { JsonObject } from '#sim/api/object.ts';
import type { WatchRow } from '#sim/lab/watch-rows.ts';

/** One step: a command, a wait, or something done to a node, the control plane or the load. */
export interface Step {
  readonly atMs: number;
  readonly cmd?: string | undefined;
  readonly tookMs?: number | undefined;
  readonly stdout?: string | undefined;
  readonly stderr?: string | undefined;
  readonly exit?: number | null | undefined;
  readonly background?: boolean | undefined;
  readonly killed?: boolean | undefined;
  readonly until?: string | undefined;
  readonly met?: boolean | undefined;
  readonly node?: string | undefined;
  readonly act?: string | undefined;
  readonly controlPlane?: string | undefined;
  readonly load?: unknown;
  readonly stopLoad?: unknown;
}

/** A request of a client that made load: sent at `t`, ended after `ms`, with an HTTP status or the word for what else it saw. */
export interface RecordedRequest {
  readonly client: string;
  readonly t: number;
  readonly ms: number;
  readonly status: number | string;
  readonly pod?: string | undefined;
}

/** A scenario. `name` is `<area>/<folder>`. */
export interface Scenario {
  readonly name: string;
  readonly area: string;
  readonly namespace: string;
  readonly durationMs: number;
  /** The time of day at which it was recorded, in whole seconds. */
  readonly startedAt: string;
  readonly problems: readonly string[];
  readonly files: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
  readonly rows: readonly WatchRow[];
  /** Of all clients, each in the order in which it sent them. */
  readonly requests?: readonly RecordedRequest[] | undefined;
}

/** Reads a file that may be packed with gzip under its name and `.gz`; undefined when there is neither. */
function readText(path: string): string | undefined {
  if (existsSync(path)) return readFileSync(path, 'utf8');
  if (existsSync(`${path}.gz`)) return gunzipSync(readFileSync(`${path}.gz`)).toString('utf8');
  return undefined;
}

/** Reads the lines of a `.jsonl` file, packed or not; none when there is no such file. */
export function readJsonLines<T>(path: string): T[] {
  return (readText(path) ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

/** Reads the scenario in a folder. */
export function readScenario(folder: string): Scenario {
  const meta = JSON.parse(readText(join(folder, 'meta.json')) ?? '{}') as JsonObject & {
    name: string;
    namespace: string;
    durationMs: number;
    startedAt: string;
    problems?: string[];
  };
  const files: Record<string, string> = {};
  for (const name of readdirSync(folder)) {
    const isRecord = /^(meta|steps)\.json(\.gz)?$|\.jsonl(\.gz)?$/.test(name);
    if (!isRecord && statSync(join(folder, name)).isFile()) {
      files[name] = readFileSync(join(folder, name), 'utf8');
    }
  }
  return {
    name: meta.name,
    area: meta.name.split('/')[0] ?? '',
    namespace: meta.namespace,
    durationMs: meta.durationMs,
    startedAt: meta.startedAt,
    problems: meta.problems ?? [],
    files,
    steps: JSON.parse(readText(join(folder, 'steps.json')) ?? '[]') as Step[],
    rows: readJsonLines<WatchRow>(join(folder, 'watch.jsonl')),
    requests: readRequests(folder),
  };
}

function readRequests(folder: string): RecordedRequest[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const [, client] = /^requests-(.+?)\.jsonl(?:\.gz)?$/.exec(name) ?? [];
      if (client === undefined) return [];
      const rows = readJsonLines<Omit<RecordedRequest, 'client'>>(
        join(folder, `requests-${client}.jsonl`),
      );
      return rows.map((row) => ({ ...row, client }));
    });
}

/** Finds scenario folders below a folder, at any depth, in order of their paths; parts of scenarios are no scenarios. */
export function findScenarios(root: string): string[] {
  const has = (name: string): boolean =>
    existsSync(join(root, name)) || existsSync(join(root, `${name}.gz`));
  if (has('steps.json')) return has('meta.json') && has('watch.jsonl') ? [root] : [];
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(root, entry.name))
    .sort()
    .flatMap(findScenarios);
}

/** Finds the tables below a folder: `validation`, `defaulting`, `api`, `hashes`. */
export function findTables(root: string): string[] {
  const names = ['create.jsonl', 'updates.jsonl', 'templates.jsonl'];
  const own = names
    .map((name) => join(root, name))
    .filter((path) => existsSync(path) || existsSync(`${path}.gz`));
  const below = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(root, entry.name))
    .sort()
    .flatMap(findTables);
  return [...own, ...below];
}
