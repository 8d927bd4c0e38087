/** Reads the recorded tables of created objects. See test/recordings. */
import { readFileSync } from 'node:fs';
import { builtInKindTable, parseApiVersion } from '#sim/api/kinds.ts';
import type { KindRow } from '#sim/api/kinds.ts';

/** One manifest and what a real API server answered to its POST. */
export interface RecordedCase {
  readonly name: string;
  readonly manifest: string;
  readonly path?: string;
  readonly code?: number;
  readonly warning?: string;
  /** Characters of the manifest when it was cut short in the recording. */
  readonly manifestTruncated?: number;
  readonly kubectl?: { readonly stdout: string; readonly stderr: string; readonly exit: number };
  // The recorded JSON is compared as a whole and never read by name.
  readonly response?: Record<string, unknown>;
}

/** Reads a table: `validation` or `defaulting`. */
export function recordedCases(table: 'validation' | 'defaulting'): readonly RecordedCase[] {
  const url = new URL(`../../recordings/${table}/create.jsonl`, import.meta.url);
  return readFileSync(url, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RecordedCase);
}

/** Returns the row of the kind table that a request path stands for. */
export function rowOfPath(path: string): KindRow | undefined {
  const parts = path.split('/').filter((part) => part !== '');
  const apiVersion = parts[0] === 'api' ? (parts[1] ?? '') : `${parts[1] ?? ''}/${parts[2] ?? ''}`;
  const { group, version } = parseApiVersion(apiVersion);
  return builtInKindTable.byResource(group, parts[parts.length - 1] ?? '', version);
}
