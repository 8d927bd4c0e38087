/**
 * The transcript: every command that a lab, a reader or a recording gave, with what it printed and when.
 *
 * Output is kept in pieces with their times, so that a terminal can be shown as it was at any moment.
 */
import type { EntryId } from '../engine/trace.ts';

/** A piece of output. */
export interface Output {
  readonly timeMs: number;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** One command. `endMs` and `exitCode` are undefined while it runs. */
export interface Command {
  readonly startMs: number;
  readonly text: string;
  /** Who gave it. */
  readonly origin: 'lab' | 'reader' | 'setup';
  readonly entry: EntryId;
  readonly output: Output[];
  endMs: number | undefined;
  exitCode: number | undefined;
}

/** The commands of a run in the order in which they began. */
export class Transcript {
  readonly commands: Command[] = [];

  begin(startMs: number, text: string, origin: Command['origin'], entry: EntryId): Command {
    const command: Command = {
      startMs,
      text,
      origin,
      entry,
      output: [],
      endMs: undefined,
      exitCode: undefined,
    };
    this.commands.push(command);
    return command;
  }
}

/** Returns all that a command printed on one stream, up to a time. */
export function outputOf(
  command: Command,
  stream: Output['stream'],
  untilMs: number = Infinity,
): string {
  return command.output
    .filter((piece) => piece.stream === stream && piece.timeMs <= untilMs)
    .map((piece) => piece.text)
    .join('');
}
