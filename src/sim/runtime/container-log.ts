/**
 * A container's log: what its processes write to the standard streams, in lines with the time at which each was
 * complete. A line that is never ended is added when its stream closes.
 *
 * - What is written stays a chunk until somebody reads the log; a container whose log nobody reads costs one string.
 * - A container that writes without end stops the run with a sentence.
 *
 * Upstream: containerd internal/cri/io/logger.go
 * Simplified: the real runtime reads the two streams by two goroutines, so lines of one instant may come in another
 * order between the streams; ours keeps the order in which they were written.
 */
import type { Engine } from '../engine/engine.ts';
import { textOf } from './bytes.ts';
import type { OpenFile } from './open-file.ts';
import type { LogLine } from './runtime.ts';
import { WakeList } from './wake-list.ts';

type StreamName = LogLine['stream'];

interface Chunk {
  readonly timeMs: number;
  readonly stream: StreamName;
  /** Whole lines, or a way to make them. */
  readonly text: string | (() => string);
  readonly isPartial: boolean;
}

const LINES_MAX = 40_000;
const BYTES_MAX = 32 * 1024 * 1024;

/** The log of one container. */
export class ContainerLog {
  readonly #engine: Engine;
  readonly #name: string;
  #grown: WakeList | undefined;
  #chunks: Chunk[] = [];
  #lines: LogLine[] | undefined;
  #pending: Record<StreamName, string> | undefined;
  #lineCount = 0;
  #byteCount = 0;

  constructor(engine: Engine, name: string) {
    this.#engine = engine;
    this.#name = name;
  }

  /** Woken when a line was added, and when the container has ended. */
  get grown(): WakeList {
    this.#grown ??= new WakeList();
    return this.#grown;
  }

  /** Takes what was written to a stream. */
  append(stream: StreamName, data: string): void {
    const end = data.lastIndexOf('\n') + 1;
    const pending = this.#pending?.[stream] ?? '';
    if (end > 0) this.#add(stream, pending + data.slice(0, end), false);
    const rest = end > 0 ? data.slice(end) : pending + data;
    if (rest === pending) return;
    if (rest.length > BYTES_MAX) this.#tooMuch();
    this.#pending ??= { stdout: '', stderr: '' };
    this.#pending[stream] = rest;
  }

  /** Takes whole lines that are only made when somebody reads them. `make` must not depend on when that is. */
  appendLater(stream: StreamName, make: () => string): void {
    this.#chunks.push({ timeMs: this.#engine.nowMs, stream, text: make, isPartial: false });
    this.#grown?.wakeAll(this.#engine);
  }

  /** The streams are closed: what is left without a line end becomes a line. */
  close(): void {
    const pending = this.#pending;
    this.#pending = undefined;
    if (pending?.stdout) this.#add('stdout', pending.stdout, true);
    if (pending?.stderr) this.#add('stderr', pending.stderr, true);
    this.#grown?.wakeAll(this.#engine);
  }

  /** All lines so far; the same array grows. */
  lines(): readonly LogLine[] {
    this.#lines ??= [];
    const chunks = this.#chunks;
    if (chunks.length > 0) this.#chunks = [];
    for (const { timeMs, stream, text, isPartial } of chunks) {
      const lines = textOf(typeof text === 'string' ? text : text()).split('\n');
      if (!isPartial) lines.pop();
      for (const line of lines) {
        this.#lines.push(
          isPartial
            ? { timeMs, stream, text: line, partial: true }
            : { timeMs, stream, text: line },
        );
      }
    }
    return this.#lines;
  }

  /** A descriptor that writes to a stream of the log. */
  stream(stream: StreamName): OpenFile {
    return new LogStream(this, stream);
  }

  #add(stream: StreamName, text: string, isPartial: boolean): void {
    this.#chunks.push({ timeMs: this.#engine.nowMs, stream, text, isPartial });
    this.#byteCount += text.length;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
      this.#lineCount += 1;
    }
    if (this.#lineCount > LINES_MAX || this.#byteCount > BYTES_MAX) this.#tooMuch();
    this.#grown?.wakeAll(this.#engine);
  }

  #tooMuch(): never {
    const how =
      this.#lineCount > LINES_MAX ? `${LINES_MAX} lines` : `${BYTES_MAX / 1024 / 1024} MiB`;
    return this.#engine.spend(
      'entries',
      `container ${this.#name} never stops logging: it wrote more than ${how}`,
    );
  }
}

class LogStream implements OpenFile {
  readonly name: string;
  readonly changed = undefined;
  readonly #log: ContainerLog;
  readonly #stream: StreamName;

  constructor(log: ContainerLog, stream: StreamName) {
    this.name = stream === 'stdout' ? 'pipe:[11]' : 'pipe:[12]';
    this.#log = log;
    this.#stream = stream;
  }

  peek(): string {
    return '';
  }

  take(): void {}

  write(data: string): 'done' {
    this.#log.append(this.#stream, data);
    return 'done';
  }

  /** Writes lines that are only made when somebody reads the log. */
  writeLater(make: () => string): void {
    this.#log.appendLater(this.#stream, make);
  }

  retain(): void {}

  release(): void {}
}

/** Writes lines to an open file; where it is a container's log they are only made when somebody reads them. */
export function printLater(file: OpenFile | undefined, make: () => string): void {
  if (file instanceof LogStream) file.writeLater(make);
  else file?.write(make());
}
