/**
 * Applies redirections to a process and takes them back.
 *
 * Upstream: busybox shell/ash.c redirect, openredirect
 */
import type { Process } from '../../engine/process.ts';
import { errorText, isErrno } from '../errno.ts';
import type { Errno } from '../errno.ts';
import type { OpenMode } from '../files/regular-handle.ts';
import { TextFile } from '../open-file.ts';
import type { OpenFile } from '../open-file.ts';
import type { OsProcess } from '../os-process.ts';
import type { Expander } from './expansion.ts';
import { ShellError } from './shell-state.ts';
import type { Redirection } from './syntax.ts';

/** The descriptors as they were before. */
export type SavedFiles = readonly (readonly [number, OpenFile | undefined])[];

const modes: Readonly<Record<string, OpenMode>> = {
  '<': { read: true },
  '>': { write: true, create: true, truncate: true },
  '>|': { write: true, create: true, truncate: true },
  '&>': { write: true, create: true, truncate: true },
  '>>': { write: true, create: true, append: true },
  '<>': { read: true, write: true, create: true },
};

/** Carries out redirections in order; returns what to restore. Throws ShellError with status 1 at the first that fails. */
export function* applyRedirections(
  process: OsProcess,
  expander: Expander,
  redirections: readonly Redirection[],
  isNoClobber: boolean,
): Process<SavedFiles> {
  const saved: (readonly [number, OpenFile | undefined])[] = [];
  const put = (descriptor: number, file: OpenFile | undefined): void => {
    const before = process.file(descriptor);
    before?.retain();
    saved.push([descriptor, before]);
    process.setFile(descriptor, file);
  };
  try {
    for (const { operator, descriptor, word } of redirections) {
      if (operator === '<<' || operator === '<<<') {
        const text = yield* expander.text(word);
        put(descriptor, new TextFile(operator === '<<' ? text : `${text}\n`));
        continue;
      }
      const target = yield* expander.text(word);
      if (operator === '<&' || (operator === '>&' && /^(\d+|-)$/.test(target))) {
        put(descriptor, target === '-' ? undefined : openDescriptor(process, target));
        continue;
      }
      const isBoth = operator === '&>' || operator === '>&';
      const mode = isNoClobber && operator === '>' ? { exclusive: true } : {};
      const file = openTarget(process, target, { ...modes[isBoth ? '>' : operator], ...mode });
      put(descriptor, file);
      if (isBoth) put(2, file);
    }
  } catch (error) {
    restoreFiles(process, saved);
    throw error;
  }
  return saved;
}

/** Puts descriptors back as they were. */
export function restoreFiles(process: OsProcess, saved: SavedFiles): void {
  for (const [descriptor, file] of [...saved].reverse()) {
    process.setFile(descriptor, file);
    file?.release();
  }
}

/** Makes redirections stay. */
export function keepFiles(saved: SavedFiles): void {
  for (const [, file] of saved) file?.release();
}

function openDescriptor(process: OsProcess, text: string): OpenFile {
  const file = process.file(Number(text));
  if (file === undefined) throw new ShellError(`${text}: Bad file descriptor`, 1);
  return file;
}

function openTarget(process: OsProcess, path: string, mode: OpenMode): OpenFile {
  const { files } = process.system;
  if (mode.exclusive === true) {
    const node = files.stat(process, path);
    if (!isErrno(node) && node.kind !== 'file') {
      return openTarget(process, path, { ...mode, exclusive: false });
    }
  }
  const file = files.open(process, path, mode);
  if (!isErrno(file)) return file;
  throw new ShellError(openProblem(process, path, file, mode.write === true), 1);
}

function openProblem(process: OsProcess, path: string, error: Errno, isWrite: boolean): string {
  if (process.system.shell === 'bash') {
    const words = error === 'EEXIST' ? 'cannot overwrite existing file' : errorText(error);
    return `${path}: ${words}`;
  }
  if (error !== 'ENOENT')
    return `can't ${isWrite ? 'create' : 'open'} ${path}: ${errorText(error)}`;
  return isWrite
    ? `can't create ${path}: nonexistent directory`
    : `can't open ${path}: no such file`;
}
