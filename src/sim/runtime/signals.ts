/**
 * The signals of Linux on x86: numbers, names without `SIG`, and what a process does that does not handle one.
 *
 * Docs: /docs/concepts/workloads/pods/pod-lifecycle/ (termination)
 */

const names = (
  'HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU ' +
  'XFSZ VTALRM PROF WINCH IO PWR SYS'
).split(' ');

export const SIGHUP = 1;
export const SIGINT = 2;
export const SIGQUIT = 3;
export const SIGKILL = 9;
export const SIGUSR1 = 10;
export const SIGUSR2 = 12;
export const SIGPIPE = 13;
export const SIGTERM = 15;
export const SIGCHLD = 17;
export const SIGCONT = 18;
export const SIGSTOP = 19;
export const SIGWINCH = 28;

const ignoredByDefault = new Set([SIGCHLD, SIGCONT, 23, SIGWINCH]);
const stopsByDefault = new Set([SIGSTOP, 20, 21, 22]);

/** Returns the number of a signal given as `15`, `TERM` or `SIGTERM`, in any case; undefined when there is none. */
export function signalNumber(text: string): number | undefined {
  if (/^\d+$/.test(text)) {
    const number = Number(text);
    return number <= 64 ? number : undefined;
  }
  const name = text.toUpperCase().replace(/^SIG/, '');
  if (name === 'EXIT') return 0;
  const index = names.indexOf(name);
  if (index >= 0) return index + 1;
  const realTime = /^RTMIN(?:\+(\d+))?$/.exec(name);
  return realTime === null ? undefined : 34 + Number(realTime[1] ?? 0);
}

/** Returns the name of a signal without `SIG`: `TERM`; of a real-time signal its number. */
export function signalName(number: number): string {
  return number === 0 ? 'EXIT' : (names[number - 1] ?? String(number));
}

/** What a signal does to a process that does not handle it. */
export function defaultAction(signal: number): 'end' | 'ignore' | 'stop' | 'continue' {
  if (signal === SIGCONT) return 'continue';
  if (stopsByDefault.has(signal)) return 'stop';
  return ignoredByDefault.has(signal) ? 'ignore' : 'end';
}

/** All signals in the order of their numbers, as `kill -l` lists them. */
export function signalNames(): readonly string[] {
  return names;
}

const descriptions: Readonly<Record<number, string>> = {
  1: 'Hangup',
  2: 'Interrupt',
  3: 'Quit',
  4: 'Illegal instruction',
  6: 'Aborted',
  8: 'Floating point exception',
  9: 'Killed',
  10: 'User defined signal 1',
  11: 'Segmentation fault',
  12: 'User defined signal 2',
  13: 'Broken pipe',
  14: 'Alarm clock',
  15: 'Terminated',
};

/** Returns the words for a signal, as `strsignal` has them. */
export function signalDescription(number: number): string {
  return descriptions[number] ?? `Signal ${number}`;
}
