/**
 * An open regular file: a position, and whether it may be read, written, appended to.
 */
import type { Errno } from '../errno.ts';
import type { OpenFile } from '../open-file.ts';
import type { RegularFile } from './node.ts';

/** Bytes that one file may hold, so that no program fills the page's memory. */
const SIZE_MAX = 64 * 1024 * 1024;

/** How a file is opened. */
export interface OpenMode {
  readonly read?: boolean;
  readonly write?: boolean;
  readonly append?: boolean;
  /** Make it when it is not there. */
  readonly create?: boolean;
  readonly truncate?: boolean;
  /** Fail when it is there. */
  readonly exclusive?: boolean;
}

/** One opening of a regular file. */
export class RegularHandle implements OpenFile {
  readonly name: string;
  readonly changed = undefined;
  readonly #file: RegularFile;
  readonly #mode: OpenMode;
  readonly #now: () => number;
  #position = 0;

  constructor(name: string, file: RegularFile, mode: OpenMode, now: () => number) {
    this.name = name;
    this.#file = file;
    this.#mode = mode;
    this.#now = now;
  }

  peek(): string {
    return this.#mode.read === true ? this.#file.content.slice(this.#position) : '';
  }

  take(count: number): void {
    this.#position += count;
  }

  write(data: string): 'done' | Errno {
    if (this.#mode.write !== true) return 'EBADF';
    const content = this.#file.content;
    const at = this.#mode.append === true ? content.length : this.#position;
    if (at + data.length > SIZE_MAX) return 'ENOSPC';
    if (at === content.length) this.#file.content = content + data;
    else {
      const before = content.slice(0, at).padEnd(at, '\0');
      this.#file.content = before + data + content.slice(at + data.length);
    }
    this.#position = at + data.length;
    this.#file.mtimeMs = this.#now();
    return 'done';
  }

  retain(): void {}

  release(): void {}
}
