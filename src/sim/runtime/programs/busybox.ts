/**
 * busybox: one program that is many commands; its first word says which.
 *
 * Simplified: the commands that examples use; the others of busybox say that they are not part of this simulation, and give 127.
 */
import type { Process } from '../../engine/process.ts';
import type { OsProcess, Program } from '../os-process.ts';
import { baseName } from '../os-process.ts';
import { shellProgram } from '../shell/shell-program.ts';
import { awk } from './awk.ts';
import { expr } from './expr.ts';
import * as fileCommands from './file-commands.ts';
import { grep } from './grep.ts';
import { head, tail } from './head-tail.ts';
import { kill, killall } from './kill.ts';
import { find, ls } from './ls.ts';
import { httpd, nc, nslookup, wget } from './network-commands.ts';
import { echo, printf } from './output.ts';
import { sed } from './sed.ts';
import * as systemCommands from './system-commands.ts';
import { test } from './test.ts';
import * as textCommands from './text-commands.ts';
import { complain, programOf } from './utility.ts';
import type { Utility } from './utility.ts';

const { basename, cat, chmod, chown, cp, dd, dirname, ln, mkdir, mktemp, mv, readlink } =
  fileCommands;
const { realpath, rm, rmdir, tee, touch } = fileCommands;
const { date, env, hostname, id, mount, nproc, pidof, printenv, ps, sleep, stat } = systemCommands;
const { timeout, tty, uname, which, whoami, xargs } = systemCommands;
const { base64, cut, nl, od, rev, seq, sort, tac, tr, uniq, wc, yes } = textCommands;

const utilities: Readonly<Record<string, Utility>> = {
  '[': (process, args, name) => test(process, args, name, '['),
  '[[': (process, args, name) => test(process, args, name, '[['),
  awk,
  base64,
  basename,
  cat,
  chmod,
  chown,
  cp,
  cut,
  date,
  dd,
  dirname,
  echo,
  egrep: grep,
  env,
  expr,
  false: () => 1,
  fgrep: grep,
  find,
  grep,
  head,
  hostname,
  id,
  kill,
  killall,
  ln,
  ls,
  mkdir,
  mktemp,
  mount,
  mv,
  nc,
  nl,
  nproc,
  nslookup,
  od,
  pgrep: pidof,
  pidof,
  pkill: pidof,
  printenv,
  printf,
  ps,
  pwd: (process) => {
    process.print(1, `${process.cwd}\n`);
    return 0;
  },
  readlink,
  realpath,
  rev,
  rm,
  rmdir,
  sed,
  seq,
  sleep,
  sort,
  stat,
  sync: () => 0,
  tac,
  tail,
  tee,
  test: (process, args, name) => test(process, args, name, 'test'),
  timeout,
  touch,
  tr,
  true: () => 0,
  tty,
  uname,
  uniq,
  wc,
  wget,
  which,
  whoami,
  xargs,
  yes,
};

/** Commands of busybox that this simulation lacks. */
const absent =
  'arping bunzip2 bzip2 chroot clear cmp comm crontab dc diff dmesg dos2unix du df ed fold free ftpget getopt gunzip gzip ' +
  'ifconfig install ip iostat last less logger lsof md5sum mknod more mpstat netstat nice nohup passwd patch ping route ' +
  'sha1sum sha256sum split strings stty su sysctl tar telnet time top traceroute truncate unzip uptime vi watch xxd zcat';

function notSimulated(process: OsProcess, _args: readonly string[], name: string): number {
  return complain(process, name, 'not in this simulation', 127);
}

function* shell(process: OsProcess): Process<number> {
  process.comm = baseName(process.argv[0] ?? 'sh');
  return yield* shellProgram(process);
}

const programs = new Map<string, Program>([
  ...absent.split(' ').map((name): [string, Program] => [name, programOf(name, notSimulated)]),
  ...Object.entries(utilities).map(([name, utility]): [string, Program] => [
    name,
    programOf(name, utility),
  ]),
  ['httpd', httpd],
  ['sh', shell],
  ['ash', shell],
]);

/** The program of a command that images have and this simulation lacks: it says so and gives 127. */
export function absentProgram(name: string): Program {
  return programOf(name, notSimulated);
}

/** bash, as images have it: the same shell. */
export const bashProgram: Program = shell;

/** The names of the commands. */
export const busyboxCommands: readonly string[] = [...programs.keys()].sort();

/** `/bin/busybox`. */
export const busyboxProgram: Program = (process) => {
  let name = baseName(process.argv[0] ?? '');
  if (name === 'busybox') {
    process.argv = process.argv.slice(1);
    name = baseName(process.argv[0] ?? '');
  }
  const program = programs.get(name);
  if (program !== undefined) return program(process);
  process.print(2, `${name}: applet not found\n`);
  process.exit(127);
  return undefined;
};
