/**
 * busybox: one program that is many commands; its first word says which.
 *
 * Simplified: the commands that examples use; the others of busybox say that they are not part of this simulation, and give 127.
 */
import type { Process } from '../../engine/process.ts';
import type { Seam } from '../../part.ts';
import type { OsProcess, Program } from '../os-process.ts';
import { baseName } from '../os-process.ts';
import {
  fileToolsSeam,
  networkToolsSeam,
  shellSeam,
  shellToolsSeam,
  textToolsSeam,
} from '../program-seams.ts';
import type { Tools } from '../program-seams.ts';
import { complain, programOf } from './utility.ts';

/** The commands, by what brings them. */
const tools: readonly (readonly [Seam<Tools>, string])[] = [
  [shellToolsSeam, '[ [[ echo expr false kill killall printf pwd sync test true'],
  [
    fileToolsSeam,
    'basename cat chmod chown cp date dd dirname env find head hostname id ln ls mkdir mktemp mount mv nproc pgrep pidof ' +
      'pkill printenv ps readlink realpath rm rmdir sleep stat tail tee timeout touch tty uname which whoami xargs',
  ],
  [networkToolsSeam, 'httpd nc nslookup wget'],
  [textToolsSeam, 'awk base64 cut egrep fgrep grep nl od rev sed seq sort tac tr uniq wc yes'],
];

/** Commands of busybox that this simulation lacks. */
const absent =
  'arping bunzip2 bzip2 chroot clear cmp comm crontab dc diff dmesg dos2unix du df ed fold free ftpget getopt gunzip gzip ' +
  'ifconfig install ip iostat last less logger lsof md5sum mknod more mpstat netstat nice nohup passwd patch ping route ' +
  'sha1sum sha256sum split strings stty su sysctl tar telnet time top traceroute truncate unzip uptime vi watch xxd zcat';

function notSimulated(process: OsProcess, _args: readonly string[], name: string): number {
  return complain(process, name, 'not in this simulation', 127);
}

/** bash, as images have it: the same shell. */
export const bashProgram: Program = function* (process): Process<number> {
  process.comm = baseName(process.argv[0] ?? 'sh');
  return yield* shellSeam.get()(process);
};

const programs = new Map<string, (name: string) => Program | undefined>([
  ...absent.split(' ').map((name) => [name, absentProgram] as const),
  ...tools.flatMap(([seam, names]) =>
    names.split(' ').map((name) => [name, () => seam.get()[name]] as const),
  ),
  ['sh', () => bashProgram],
  ['ash', () => bashProgram],
]);

/** The program of a command that images have and this simulation lacks: it says so and gives 127. */
export function absentProgram(name: string): Program {
  return programOf(name, notSimulated);
}

/** The names of the commands. */
export const busyboxCommands: readonly string[] = [...programs.keys()].sort();

/** `/bin/busybox`. */
export const busyboxProgram: Program = (process) => {
  let name = baseName(process.argv[0] ?? '');
  if (name === 'busybox') {
    process.argv = process.argv.slice(1);
    name = baseName(process.argv[0] ?? '');
  }
  const program = programs.get(name)?.(name);
  if (program !== undefined) return program(process);
  process.print(2, `${name}: applet not found\n`);
  process.exit(127);
  return undefined;
};
