/**
 * What a descriptor stands for: a file being read or written, an end of a pipe, a container's log, a device.
 *
 * - An open file is shared by all descriptors that were copied from one another (fork, dup); it closes when the last of
 *   them does.
 * - Nothing here waits: `peek` says that there is nothing yet, `write` that there is no room yet, and `changed` says
 *   when to look again. `readFrom` and `writeTo` wait.
 */
import type { Process } from '../engine/process.ts';
import type { Errno } from './errno.ts';
import type { WakeList } from './wake-list.ts';

/** One open file. */
export interface OpenFile {
  /** What `ls -l /proc/1/fd` shows behind the arrow. */
  readonly name: string;
  /** What can be read now without taking it, at most about 64 KiB; '' at the end, undefined when nothing is there yet. */
  peek(): string | undefined;
  /** Takes the first `count` bytes of what `peek` gave. */
  take(count: number): void;
  /** Writes; 'full' when it has to be tried again after `changed`, an error when it failed. */
  write(data: string): 'done' | 'full' | Errno;
  /** Woken when `peek` or `write` may give something else. */
  readonly changed: WakeList | undefined;
  retain(): void;
  release(): void;
}

/** Reads at most `max` bytes; waits until there is at least one. '' means the end. */
export function* readFrom(file: OpenFile, max = Infinity): Process<string> {
  for (;;) {
    const data = file.peek();
    if (data !== undefined) {
      const taken = data.length > max ? data.slice(0, max) : data;
      file.take(taken.length);
      return taken;
    }
    if (file.changed === undefined) return '';
    yield* file.changed.wait();
  }
}

/** Writes all of `data`, waiting for room where it must. Returns the error when it failed. */
export function* writeTo(file: OpenFile, data: string): Process<Errno | undefined> {
  for (;;) {
    const result = file.write(data);
    if (result === 'done') return undefined;
    if (result !== 'full') return result;
    if (file.changed === undefined) return 'EIO';
    yield* file.changed.wait();
  }
}

/** Bytes that a program reads into its memory at most; what follows is not read. */
const READ_MAX = 64 * 1024 * 1024;

/** Reads to the end. */
export function* readAll(file: OpenFile): Process<string> {
  let all = '';
  for (;;) {
    const data = yield* readFrom(file);
    if (data === '' || all.length > READ_MAX) return all;
    all += data;
  }
}

/** A character device: what is written is lost, what is read is nothing, zeroes or chance. */
export class DeviceFile implements OpenFile {
  readonly name: string;
  readonly changed = undefined;
  readonly #content: string;
  readonly #isFull: boolean;

  constructor(name: string, content: string, isFull = false) {
    this.name = name;
    this.#content = content;
    this.#isFull = isFull;
  }

  peek(): string {
    return this.#content;
  }

  take(): void {}

  write(): 'done' | Errno {
    return this.#isFull ? 'ENOSPC' : 'done';
  }

  retain(): void {}

  release(): void {}
}

/** Nothing: what stands at a descriptor that is connected to nothing. */
export const nullFile: OpenFile = new DeviceFile('/dev/null', '');

/** Collects what is written: the output of a command that somebody waits for. */
export class Collector implements OpenFile {
  readonly name = 'pipe:[1]';
  readonly changed = undefined;
  readonly #sink: (data: string) => void;

  constructor(sink: (data: string) => void) {
    this.#sink = sink;
  }

  peek(): string {
    return '';
  }

  take(): void {}

  write(data: string): 'done' {
    this.#sink(data);
    return 'done';
  }

  retain(): void {}

  release(): void {}
}

/** Reads a text that is there already. */
export class TextFile implements OpenFile {
  readonly name = 'pipe:[2]';
  readonly changed = undefined;
  #rest: string;

  constructor(text: string) {
    this.#rest = text;
  }

  peek(): string {
    return this.#rest;
  }

  take(count: number): void {
    this.#rest = this.#rest.slice(count);
  }

  write(): Errno {
    return 'EBADF';
  }

  retain(): void {}

  release(): void {}
}
