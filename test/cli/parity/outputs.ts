/** Commands of a replay, made from steps of a recording. */
import type { Step } from '#cli/parity/scenario.ts';
import type { Command } from '#sim/lab/transcript.ts';

/** A command that printed what a step tells. */
export function command({ atMs, cmd = '', stdout = '', stderr = '', exit }: Step): Command {
  return {
    startMs: atMs,
    text: cmd,
    origin: 'lab',
    entry: 0,
    output: [
      { timeMs: atMs, stream: 'stdout', text: stdout },
      { timeMs: atMs, stream: 'stderr', text: stderr },
    ],
    endMs: atMs,
    exitCode: exit ?? undefined,
  };
}
