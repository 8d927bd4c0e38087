/**
 * kill and killall.
 *
 * Upstream: busybox procps/kill.c
 */
import type { OsProcess } from '../os-process.ts';
import { SIGTERM, signalName, signalNames, signalNumber } from '../signals.ts';
import { complain } from './utility.ts';

/** Reads the signal option; undefined for a signal that does not exist. */
function readSignal(args: readonly string[]): { signal: number | undefined; rest: string[] } {
  const [first = '', second, ...others] = args;
  if (first === '-s' || first === '-n') return { signal: signalNumber(second ?? ''), rest: others };
  if (/^-./.test(first) && first !== '--') {
    return { signal: signalNumber(first.slice(1)), rest: args.slice(1) };
  }
  return { signal: SIGTERM, rest: first === '--' ? args.slice(1) : [...args] };
}

function mayKill(process: OsProcess, target: OsProcess): boolean {
  return process.uid === 0 || process.uid === target.uid;
}

/** kill [-SIGNAL] PID...; `-l` lists the signals. */
export function kill(process: OsProcess, args: readonly string[], name: string): number {
  if (args[0] === '-l') {
    const [, ...wanted] = args;
    const lines =
      wanted.length === 0
        ? signalNames().map((signal, index) => `${String(index + 1).padStart(2)}) ${signal}`)
        : wanted.map((word) => {
            const number = signalNumber(word) ?? 0;
            return /^\d+$/.test(word) ? signalName(number > 128 ? number - 128 : number) : number;
          });
    process.print(1, `${lines.join('\n')}\n`);
    return 0;
  }
  const { signal, rest } = readSignal(args);
  if (signal === undefined) {
    return complain(process, name, `bad signal name '${(args[0] ?? '').replace(/^-/, '')}'`);
  }
  if (rest.length === 0) return complain(process, name, 'you need to specify whom to kill');
  let code = 0;
  for (const word of rest) {
    if (!/^-?\d+$/.test(word)) {
      code = complain(process, name, `invalid number '${word}'`);
      continue;
    }
    const pid = Number(word);
    if (pid === -1) {
      for (const target of process.space.list()) {
        if (target !== process && target.pid !== 1) target.kill(signal, process.pid);
      }
      continue;
    }
    const target = process.space.get(Math.abs(pid));
    if (target === undefined) {
      code = complain(process, name, `can't kill pid ${pid}: No such process`);
    } else if (!mayKill(process, target)) {
      code = complain(process, name, `can't kill pid ${pid}: Operation not permitted`);
    } else target.kill(signal, process.pid);
  }
  return code;
}

/** The name by which killall and pgrep know a process. */
export function processName(process: OsProcess): string {
  return process.comm.replace(/:.*/, '');
}

/** killall [-SIGNAL] NAME... */
export function killall(process: OsProcess, args: readonly string[], name: string): number {
  const { signal, rest } = readSignal(args.filter((word) => word !== '-q'));
  if (signal === undefined) return complain(process, name, `bad signal name '${args[0] ?? ''}'`);
  let code = 0;
  for (const word of rest) {
    const found = process.space
      .list()
      .filter((other) => other !== process && processName(other) === word);
    if (found.length === 0) {
      code = 1;
      if (!args.includes('-q')) complain(process, name, `${word}: no process killed`);
    }
    for (const target of found) target.kill(signal, process.pid);
  }
  return code;
}
