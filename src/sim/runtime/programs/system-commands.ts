/**
 * Commands about the system, users, processes and time.
 *
 * Upstream: busybox coreutils, procps
 */
import { anyOf } from '../../engine/any-of.ts';
import type { Process } from '../../engine/process.ts';
import { momentOf } from '../calendar.ts';
import type { Moment } from '../calendar.ts';
import { errorText, isErrno } from '../errno.ts';
import { findExecutable } from '../executables.ts';
import { readAll } from '../open-file.ts';
import type { OsProcess } from '../os-process.ts';
import { ProgramReplaced, baseName } from '../os-process.ts';
import { SIGTERM, signalNumber } from '../signals.ts';
import { parseDate } from './file-commands.ts';
import { processName } from './kill.ts';
import { groupName, knownGroupName, knownUserName, userName } from './users.ts';
import { complain, readOptions, usage, valueOf } from './utility.ts';

/** date [-u] [-d TIME] [-I] [+FORMAT] */
export function date(process: OsProcess, args: readonly string[], name: string): number {
  const options = readOptions(process, args, name, 'ud:D:r:R');
  if (options === undefined) return 1;
  const given = valueOf(options, 'd');
  const ms = given === undefined ? process.system.engine.nowMs : parseDate(given);
  if (ms === undefined) return complain(process, name, `invalid date '${given ?? ''}'`);
  const moment = momentOf(ms);
  const format = options.operands.find((word) => word.startsWith('+'))?.slice(1);
  const isMail = options.flags.has('R');
  const shown = format ?? (isMail ? '%a, %d %b %Y %H:%M:%S +0000' : '%a %b %e %H:%M:%S UTC %Y');
  process.print(1, `${formatMoment(shown, moment)}\n`);
  return 0;
}

/** Formats a moment as strftime does. */
export function formatMoment(format: string, moment: Moment): string {
  const { year, month, day, hour, minute, second, monthName, weekdayName } = moment;
  const parts: Record<string, string> = {
    Y: year,
    y: year.slice(2),
    m: month,
    d: day,
    e: day.replace(/^0/, ' '),
    H: hour,
    I: String(((Number(hour) + 11) % 12) + 1).padStart(2, '0'),
    p: Number(hour) < 12 ? 'AM' : 'PM',
    M: minute,
    S: second,
    N: `${moment.millisecond}000000`,
    s: String(moment.epochSeconds),
    a: weekdayName,
    b: monthName,
    h: monthName,
    u: String(moment.weekday === 0 ? 7 : moment.weekday),
    w: String(moment.weekday),
    F: `${year}-${month}-${day}`,
    T: `${hour}:${minute}:${second}`,
    R: `${hour}:${minute}`,
    D: `${month}/${day}/${year.slice(2)}`,
    c: `${weekdayName} ${monthName} ${day.replace(/^0/, ' ')} ${hour}:${minute}:${second} ${year}`,
    Z: 'UTC',
    z: '+0000',
    n: '\n',
    t: '\t',
    '%': '%',
  };
  return format.replace(/%[-_0^#]?([a-zA-Z%])/g, (whole, letter: string) => parts[letter] ?? whole);
}

/** sleep NUMBER[smhd]... */
export function* sleep(process: OsProcess, args: readonly string[], name: string): Process<number> {
  if (args.length === 0) return usage(process, 'sleep [N]...');
  let ms = 0;
  for (const word of args) {
    const match = /^(\d+(?:\.\d*)?|\.\d+|infinity|inf)([smhd]?)$/.exec(word);
    if (match === null) return complain(process, name, `invalid number '${word}'`);
    const units: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
    const isEndless = (match[1] ?? '').startsWith('inf');
    ms += isEndless ? Infinity : Number(match[1]) * (units[match[2] || 's'] ?? 1000);
  }
  if (ms === Infinity) yield* process.exited.wait();
  else yield* process.system.engine.delay(ms);
  return 0;
}

/** hostname [-fis] */
export function hostname(process: OsProcess, args: readonly string[]): number {
  const isAddress = args.includes('-i');
  process.print(1, `${isAddress ? (process.system.network?.ip ?? '') : process.system.hostname}\n`);
  return 0;
}

/** env [-i] [NAME=VALUE]... [PROGRAM] */
export function env(process: OsProcess, args: readonly string[], name: string): number {
  const variables = new Map(args[0] === '-i' ? [] : process.env);
  let index = args[0] === '-i' ? 1 : 0;
  for (; /^[^-=][^=]*=/.test(args[index] ?? ''); index += 1) {
    const [key = '', ...value] = (args[index] ?? '').split('=');
    variables.set(key, value.join('='));
  }
  const command = args.slice(index);
  if (command.length === 0) {
    process.print(1, [...variables].map(([key, value]) => `${key}=${value}\n`).join(''));
    return 0;
  }
  process.env = variables;
  return replaceBy(process, command, name);
}

function replaceBy(process: OsProcess, command: readonly string[], name: string): number {
  const found = findExecutable(process, command[0] ?? '');
  if (isErrno(found)) {
    complain(process, name, `can't execute '${command[0] ?? ''}': ${errorText(found)}`);
    return found === 'ENOENT' ? 127 : 126;
  }
  process.becomes(command);
  throw new ProgramReplaced(found.program);
}

/** printenv [NAME]... */
export function printenv(process: OsProcess, args: readonly string[]): number {
  if (args.length === 0) return env(process, [], 'printenv');
  let code = 0;
  for (const name of args) {
    const value = process.env.get(name);
    if (value === undefined) code = 1;
    else process.print(1, `${value}\n`);
  }
  return code;
}

/** id [-ugGn] */
export function id(process: OsProcess, args: readonly string[], name: string): number {
  const options = readOptions(process, args, name, 'ugGnr');
  if (options === undefined) return 1;
  const { flags } = options;
  const groups = [...new Set([process.gid, ...process.groups])].sort((left, right) => left - right);
  if (flags.has('n')) {
    const isUser = flags.has('u');
    const known = isUser
      ? knownUserName(process, process.uid)
      : knownGroupName(process, process.gid);
    if (known !== undefined) {
      process.print(1, `${known}\n`);
      return 0;
    }
    const number = isUser ? process.uid : process.gid;
    return complain(process, name, `unknown ID ${number}`);
  }
  if (flags.has('u')) process.print(1, `${process.uid}\n`);
  else if (flags.has('g')) process.print(1, `${process.gid}\n`);
  else if (flags.has('G')) process.print(1, `${groups.join(' ')}\n`);
  else {
    const shown = (number: number, known: string | undefined): string =>
      known === undefined ? String(number) : `${number}(${known})`;
    const list = groups.map((group) => shown(group, knownGroupName(process, group)));
    const user = shown(process.uid, knownUserName(process, process.uid));
    const group = shown(process.gid, knownGroupName(process, process.gid));
    process.print(1, `uid=${user} gid=${group} groups=${list.join(',')}\n`);
  }
  return 0;
}

/** whoami */
export function whoami(process: OsProcess, _args: readonly string[], name: string): number {
  const known = knownUserName(process, process.uid);
  if (known === undefined) return complain(process, name, `unknown uid ${process.uid}`);
  process.print(1, `${known}\n`);
  return 0;
}

/** ps */
export function ps(process: OsProcess): number {
  let text = 'PID   USER     COMMAND\n';
  for (const other of process.space.list()) {
    const words = other.title ?? other.argv;
    const line = words.join(' ').replace(/[\x00-\x1f]/g, ' ');
    const isOther = !baseName(words[0] ?? '').startsWith(other.comm);
    const user = userName(process, other.uid).slice(0, 8).padEnd(8);
    text += `${String(other.pid).padStart(5)} ${user} ${isOther ? `{${other.comm}} ` : ''}${line}\n`;
  }
  process.print(1, text);
  return 0;
}

/** pidof NAME..., and pgrep NAME with one PID a line. */
export function pidof(process: OsProcess, args: readonly string[], name: string): number {
  const wanted = args.filter((word) => !word.startsWith('-'));
  const isPattern = name === 'pgrep' || name === 'pkill';
  const found = process.space.list().filter((other) => {
    if (other === process) return false;
    const own = processName(other);
    return wanted.some((word) => (isPattern ? own.includes(word) : own === word));
  });
  if (found.length === 0) return 1;
  if (name === 'pkill') {
    const option = args.find((word) => word.startsWith('-'))?.slice(1);
    for (const other of found) {
      other.kill(signalNumber(option ?? 'TERM') ?? SIGTERM, process.pid);
    }
    return 0;
  }
  const pids = found.map((other) => other.pid);
  process.print(
    1,
    isPattern ? pids.map((pid) => `${pid}\n`).join('') : `${pids.reverse().join(' ')}\n`,
  );
  return 0;
}

/** uname [-asnrvm] */
export function uname(process: OsProcess, args: readonly string[]): number {
  const letters = args.join('').replaceAll('-', '') || 's';
  const wanted = letters.includes('a') ? 'snrvm' : letters;
  const parts: readonly [string, string][] = [
    ['s', 'Linux'],
    ['n', process.system.hostname],
    ['r', '6.18.0'],
    ['v', '#1 SMP'],
    ['m', 'x86_64'],
    ['o', 'GNU/Linux'],
  ];
  const shown = parts.filter(([letter]) => wanted.includes(letter)).map(([, text]) => text);
  process.print(1, `${shown.join(' ')}\n`);
  return 0;
}

/** tty */
export function tty(process: OsProcess): number {
  process.print(1, 'not a tty\n');
  return 1;
}

/** which NAME... */
export function which(process: OsProcess, args: readonly string[]): number {
  let code = 0;
  for (const name of args.filter((word) => !word.startsWith('-'))) {
    const found = findExecutable(process, name);
    if (isErrno(found)) code = 1;
    else process.print(1, `${found.path}\n`);
  }
  return code;
}

/** timeout [-s SIGNAL] [-k SECONDS] SECONDS PROGRAM [ARGUMENT]... */
export function* timeout(
  process: OsProcess,
  args: readonly string[],
  name: string,
): Process<number> {
  const options = readOptions(process, args, name, 's:k:', true);
  if (options === undefined) return 1;
  const [limit = '', ...command] = options.operands;
  const match = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(limit);
  if (match === null || command.length === 0)
    return usage(process, 'timeout [-s SIG] SECS PROG ARGS');
  const units: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
  const ms = Number(match[1]) * (units[match[2] || 's'] ?? 1000);
  const found = findExecutable(process, command[0] ?? '');
  if (isErrno(found)) {
    complain(process, name, `can't execute '${command[0] ?? ''}': ${errorText(found)}`);
    return found === 'ENOENT' ? 127 : 126;
  }
  const child = process.space.spawn(
    {
      system: process.system,
      parent: process,
      argv: command,
      env: new Map(process.env),
      cwd: process.cwd,
      files: process.files,
      uid: process.uid,
      gid: process.gid,
      groups: process.groups,
    },
    found.program,
  );
  const first = yield* anyOf(child.exited.wait(), process.system.engine.delay(ms));
  if (first.index === 0) return child.status?.code ?? 0;
  child.kill(signalNumber(valueOf(options, 's') ?? 'TERM') ?? SIGTERM, process.pid);
  const status = yield* child.exited.wait();
  return process.system.shell === 'bash' ? 124 : status.signal === 0 ? status.code : 143;
}

/** xargs [-n COUNT] [-I TEXT] [-r] [PROGRAM [ARGUMENT]...] */
export function* xargs(process: OsProcess, args: readonly string[], name: string): Process<number> {
  const options = readOptions(process, args, name, 'n:I:rt0P:L:', true);
  if (options === undefined) return 1;
  const input = process.file(0);
  const text = input === undefined ? '' : yield* readAll(input);
  const command = options.operands.length === 0 ? ['echo'] : [...options.operands];
  const placeholder = valueOf(options, 'I');
  const separator = options.flags.has('0') ? /\0/ : placeholder === undefined ? /\s+/ : /\n/;
  const words = text.split(separator).filter((word) => word !== '');
  const size = placeholder !== undefined ? 1 : Number(valueOf(options, 'n') ?? Infinity);
  const batches: string[][] = [];
  for (let at = 0; at < words.length; at += size) batches.push(words.slice(at, at + size));
  if (batches.length === 0 && !options.flags.has('r') && placeholder === undefined)
    batches.push([]);
  let code = 0;
  for (const batch of batches) {
    const argv =
      placeholder === undefined
        ? [...command, ...batch]
        : command.map((word) => word.replaceAll(placeholder, batch[0] ?? ''));
    const found = findExecutable(process, argv[0] ?? '');
    if (isErrno(found))
      return complain(process, name, `${argv[0] ?? ''}: ${errorText(found)}`, 127);
    yield* process.system.engine.delay(1);
    const child = process.space.spawn(
      {
        system: process.system,
        parent: process,
        argv,
        env: new Map(process.env),
        cwd: process.cwd,
        files: process.files,
        uid: process.uid,
        gid: process.gid,
        groups: process.groups,
      },
      found.program,
    );
    process.system.countCommand();
    const status = yield* child.exited.wait();
    if (status.code !== 0) code = 123;
  }
  return code;
}

/** mount, df: what is mounted. */
export function mount(process: OsProcess): number {
  for (const line of process.system.files.mountTable().split('\n')) {
    const [device, path, type, flags] = line.split(' ');
    if (path !== undefined) process.print(1, `${device} on ${path} type ${type} (${flags})\n`);
  }
  return 0;
}

/** nproc */
export function nproc(process: OsProcess): number {
  process.print(1, '2\n');
  return 0;
}

/** stat -c FORMAT FILE... */
export function stat(process: OsProcess, args: readonly string[], name: string): number {
  const options = readOptions(process, args, name, 'c:Lft');
  if (options === undefined) return 1;
  let code = 0;
  for (const path of options.operands) {
    const node = process.system.files.stat(process, path, options.flags.has('L'));
    if (isErrno(node)) {
      code = complain(process, name, `can't stat '${path}': ${errorText(node)}`);
      continue;
    }
    const size = node.kind === 'file' ? node.content.length : 4096;
    const kinds = {
      file: 'regular file',
      directory: 'directory',
      link: 'symbolic link',
      device: 'character special file',
    };
    const parts: Record<string, string> = {
      n: path,
      s: String(size),
      a: (node.mode & 0o7777).toString(8),
      u: String(node.uid),
      g: String(node.gid),
      U: userName(process, node.uid),
      G: groupName(process, node.gid),
      F: kinds[node.kind],
      Y: String(momentOf(node.mtimeMs).epochSeconds),
    };
    const format =
      valueOf(options, 'c') ?? '  File: %n\n  Size: %s\t%F\nAccess: (%a) Uid: (%u/%U) Gid: (%g/%G)';
    process.print(
      1,
      `${format.replace(/%([a-zA-Z])/g, (whole, letter: string) => parts[letter] ?? whole)}\n`,
    );
  }
  return code;
}
