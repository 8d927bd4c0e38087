/**
 * A pipe: what one process writes another reads. It holds 64 KiB; a writer then waits. Reading ends when no writer is
 * left, writing fails when no reader is left.
 */
import type { Engine } from '../engine/engine.ts';
import type { Errno } from './errno.ts';
import type { OpenFile } from './open-file.ts';
import { WakeList } from './wake-list.ts';

const CAPACITY = 65_536;

/** The state that both ends share. */
class PipeBuffer {
  data = '';
  readers = 0;
  writers = 0;
  readonly changed = new WakeList();
  readonly engine: Engine;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  wake(): void {
    this.changed.wakeAll(this.engine);
  }
}

class ReadEnd implements OpenFile {
  readonly name = 'pipe:[3]';
  readonly #pipe: PipeBuffer;

  constructor(pipe: PipeBuffer) {
    this.#pipe = pipe;
  }

  get changed(): WakeList {
    return this.#pipe.changed;
  }

  peek(): string | undefined {
    if (this.#pipe.data !== '') return this.#pipe.data;
    return this.#pipe.writers === 0 ? '' : undefined;
  }

  take(count: number): void {
    if (count === 0) return;
    this.#pipe.data = this.#pipe.data.slice(count);
    this.#pipe.wake();
  }

  write(): Errno {
    return 'EBADF';
  }

  retain(): void {
    this.#pipe.readers += 1;
  }

  release(): void {
    this.#pipe.readers -= 1;
    if (this.#pipe.readers === 0) this.#pipe.wake();
  }
}

class WriteEnd implements OpenFile {
  readonly name = 'pipe:[3]';
  readonly #pipe: PipeBuffer;

  constructor(pipe: PipeBuffer) {
    this.#pipe = pipe;
  }

  get changed(): WakeList {
    return this.#pipe.changed;
  }

  peek(): string {
    return '';
  }

  take(): void {}

  write(data: string): 'done' | 'full' | Errno {
    if (this.#pipe.readers === 0) return 'EPIPE';
    if (data === '') return 'done';
    if (this.#pipe.data.length >= CAPACITY) return 'full';
    this.#pipe.data += data;
    this.#pipe.wake();
    return 'done';
  }

  retain(): void {
    this.#pipe.writers += 1;
  }

  release(): void {
    this.#pipe.writers -= 1;
    if (this.#pipe.writers === 0) this.#pipe.wake();
  }
}

/** Makes a pipe. Both ends begin without a descriptor: whoever takes one retains it. */
export function makePipe(engine: Engine): { readonly input: OpenFile; readonly output: OpenFile } {
  const pipe = new PipeBuffer(engine);
  return { input: new ReadEnd(pipe), output: new WriteEnd(pipe) };
}
