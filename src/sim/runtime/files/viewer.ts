/**
 * Whoever looks at files: the user whose rights count, where relative paths begin, and the processes that /proc shows.
 * Processes of the runtime are viewers; so is nobody (undefined), who is root at `/`.
 */
import type { OpenFile } from '../open-file.ts';

/** What /proc tells of one process. */
export interface ProcessView {
  readonly pid: number;
  readonly parent: { readonly pid: number } | undefined;
  readonly argv: readonly string[];
  readonly comm: string;
  readonly env: ReadonlyMap<string, string>;
  readonly cwd: string;
  readonly uid: number;
  readonly gid: number;
  /** False where all capabilities were dropped. */
  readonly hasCapabilities: boolean;
  descriptors(): readonly number[];
  file(descriptor: number): OpenFile | undefined;
}

/** Who looks. */
export interface Viewer {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  readonly cwd: string;
  readonly umask: number;
  /** The processes of the same PID namespace. */
  readonly space: { get(pid: number): ProcessView | undefined; list(): readonly ProcessView[] };
}
