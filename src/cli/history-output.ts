/** Prints a history: as a story, as the rows of a recording, or as a table of what it ended in. */
import type { History } from '#sim/lab/history.ts';
import { accountOf } from '#views/account.ts';
import { outputOf } from '#sim/lab/transcript.ts';
import { watchRows } from '#sim/lab/watch-rows.ts';
import { CliError } from './cli-error.ts';

/** The forms of `-o`. */
export type OutputForm = 'story' | 'jsonl' | 'table';

/** Reads the value of `-o`. Throws CliError. */
export function outputForm(text: string): OutputForm {
  if (text === 'story' || text === 'jsonl' || text === 'table') return text;
  throw new CliError(`-o ${text}: expected story, jsonl or table`);
}

/** Writes a history to standard output in a form. */
export function printHistory(history: History, form: OutputForm): void {
  const write = (line: string): void => {
    process.stdout.write(`${line}\n`);
  };
  if (form === 'jsonl') printRows(history, write);
  else if (form === 'table') printTable(history, write);
  else printStory(history, write);
  if (history.ending.message !== '') process.stderr.write(`${history.ending.message}\n`);
}

function printRows(history: History, write: (line: string) => void): void {
  for (const row of watchRows(history.log, { namespace: 'default', isWide: true })) {
    write(JSON.stringify(row));
  }
  for (const { client, t, ms, outcome, pod } of history.requests.rows()) {
    const status = /^\d+$/.test(outcome) ? Number(outcome) : outcome;
    write(JSON.stringify({ client, t, ms, status, pod }));
  }
}

function printStory(history: History, write: (line: string) => void): void {
  const rows = accountOf(history, 'en');
  const width = Math.max(...rows.map(({ who }) => who.length));
  for (const { timeMs, who, what, count } of rows) {
    const time = `${(timeMs / 1000).toFixed(3).padStart(8)} s`;
    write(`${time}  ${who.padEnd(width)}  ${what}${count > 1 ? ` (${count} times)` : ''}`);
  }
}

function printTable(history: History, write: (line: string) => void): void {
  for (const command of history.transcript.commands) {
    if (command.origin === 'setup') continue;
    write(`${(command.startMs / 1000).toFixed(3)} s $ ${command.text}`);
    write(outputOf(command, 'stdout') + outputOf(command, 'stderr'));
  }
}
