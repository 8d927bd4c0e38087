/**
 * Looks with a reading command again and again, a little before and after the recorded moment.
 *
 * A busy machine is late by up to three seconds, and so are its commands or what they look at: what a recorded `kubectl get`
 * shows may be what the simulated cluster showed somewhat earlier or later. A look is taken only when something has changed.
 */
import type { Cluster } from '#sim/cluster.ts';
import type { Process } from '#sim/engine/process.ts';
import type { Task } from '#sim/engine/task.ts';
import type { Terminal } from '#sim/lab/terminal.ts';
import type { Command, Transcript } from '#sim/lab/transcript.ts';

/** How far before and after a step its command may have looked, in ms. The slack of `times` in compare.ts */
const lookSlackMs = 3_000;
/** The least time between two looks. */
const lookPeriodMs = 4;

/** Whether a command line only reads, and ends by itself. */
export function isReading(line: string): boolean {
  return (
    /^kubectl (get|describe|events|rollout history|logs)\b/.test(line) &&
    !/\s(-w|-f|--watch|--follow)\b/.test(line)
  );
}

interface Watching {
  readonly task: Task<unknown>;
}

/** Takes looks with any number of commands. Its terminal must have a transcript of its own. */
export class Looker {
  readonly #cluster: Cluster;
  readonly #terminal: Terminal;
  readonly #transcript: Transcript;
  readonly #watching = new Map<string, Watching>();

  constructor(cluster: Cluster, terminal: Terminal, transcript: Transcript) {
    this.#cluster = cluster;
    this.#terminal = terminal;
    this.#transcript = transcript;
  }

  /** Begins to look with a command; does nothing when it does so already. */
  watch(line: string): void {
    if (this.#watching.has(line)) return;
    this.#watching.set(line, { task: this.#cluster.engine.spawn('looker', this.#look(line)) });
  }

  /** Ends the looks with a command a while after its step has begun. */
  endSoon(line: string): void {
    this.#cluster.engine.schedule(lookSlackMs, () => {
      this.#watching.get(line)?.task.cancel();
      this.#watching.delete(line);
    });
  }

  /** Returns the looks around a moment. */
  around(line: string, timeMs: number): Command[] {
    return this.#transcript.commands.filter(
      (command) =>
        command.text === line &&
        command.exitCode !== undefined &&
        Math.abs(command.startMs - timeMs) <= lookSlackMs,
    );
  }

  *#look(line: string): Process {
    const { engine, server } = this.#cluster;
    let seen = -1;
    for (;;) {
      if (server.store.revision !== seen) {
        seen = server.store.revision;
        yield* this.#terminal.run(line, 'lab');
      }
      yield* engine.delay(lookPeriodMs);
    }
  }
}
