/** One part of the benchmarks, to be asked for by its name. */
export interface BenchPart {
  readonly name: string;
  /** What it measures, in a line. */
  readonly summary: string;
  /** Measures and prints. Rejects with a sentence when it cannot. */
  run(options: BenchOptions): Promise<void>;
}

/** What all parts are run with. */
export interface BenchOptions {
  /** Whether what takes minutes is run too. */
  readonly isFull: boolean;
  /** A folder with a built site; undefined: build one. */
  readonly dist: string | undefined;
  readonly print: (line: string) => void;
}
