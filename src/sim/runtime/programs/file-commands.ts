/**
 * Commands that make, copy, move and remove files.
 *
 * Upstream: busybox coreutils
 */
import type { Process } from '../../engine/process.ts';
import { tryParseTime } from '../../api/time.ts';
import { errorText, isErrno } from '../errno.ts';
import type { Errno } from '../errno.ts';
import { readAll } from '../open-file.ts';
import type { OpenFile } from '../open-file.ts';
import type { OsProcess } from '../os-process.ts';
import { baseName } from '../os-process.ts';
import { complain, fileProblem, readOptions, usage, valueOf } from './utility.ts';

/** cat [FILE]... */
export function* cat(process: OsProcess, args: readonly string[], name: string): Process<number> {
  const options = readOptions(process, args, name, 'nbuvetAE');
  if (options === undefined) return 1;
  const paths = options.operands.length === 0 ? ['-'] : options.operands;
  let code = 0;
  let line = 0;
  for (const path of paths) {
    const file =
      path === '-' ? process.file(0) : process.system.files.open(process, path, { read: true });
    if (file === undefined || isErrno(file)) {
      code = complain(process, name, `can't open '${path}': ${errorText(file ?? 'EBADF')}`);
      continue;
    }
    for (;;) {
      const data = file.peek();
      if (data === '') break;
      if (data === undefined) {
        if (file.changed === undefined) break;
        yield* file.changed.wait();
        continue;
      }
      file.take(data.length);
      const text = options.flags.has('n')
        ? data.replace(/[^\n]*\n?/g, (one) =>
            one === '' ? '' : `${String((line += 1)).padStart(6)}\t${one}`,
          )
        : data;
      const error = yield* process.write(1, text);
      if (error !== undefined) return complain(process, name, `write error: ${errorText(error)}`);
    }
  }
  return code;
}

/** tee [-a] [FILE]... */
export function* tee(process: OsProcess, args: readonly string[], name: string): Process<number> {
  const options = readOptions(process, args, name, 'ai');
  if (options === undefined) return 1;
  const mode = options.flags.has('a') ? { append: true } : { truncate: true };
  const files: OpenFile[] = [];
  let code = 0;
  for (const path of options.operands) {
    const file = process.system.files.open(process, path, { write: true, create: true, ...mode });
    if (isErrno(file)) code = complain(process, name, fileProblem(path, file));
    else files.push(file);
  }
  const input = process.file(0);
  const text = input === undefined ? '' : yield* readAll(input);
  for (const file of files) file.write(text);
  yield* process.write(1, text);
  return code;
}

/** touch [-c] [-d TIME] FILE... */
export function touch(process: OsProcess, args: readonly string[], name: string): number {
  const options = readOptions(process, args, name, 'acmfhd:t:r:');
  if (options === undefined) return 1;
  if (options.operands.length === 0)
    return usage(process, 'touch [-cham] [-d DATE] [-t DATE] [-r FILE] FILE...');
  const given = valueOf(options, 'd');
  let mtimeMs = process.system.engine.nowMs;
  if (given !== undefined) {
    const parsed = parseDate(given);
    if (parsed === undefined) return complain(process, name, `invalid date '${given}'`);
    mtimeMs = parsed;
  }
  let code = 0;
  const { files } = process.system;
  for (const path of options.operands) {
    const exists = !isErrno(files.stat(process, path));
    if (!exists && options.flags.has('c')) continue;
    const opened = exists ? undefined : files.open(process, path, { write: true, create: true });
    const error =
      opened !== undefined && isErrno(opened) ? opened : files.update(process, path, { mtimeMs });
    if (error !== undefined) code = complain(process, name, fileProblem(path, error));
  }
  return code;
}

/** Reads `2026-01-01 00:00:00`, `2026-01-01`, `@seconds` to virtual milliseconds. */
export function parseDate(text: string): number | undefined {
  const seconds = /^@(-?\d+)$/.exec(text)?.[1];
  if (seconds !== undefined) return Number(seconds) * 1000 - 1_767_225_600_000;
  const match = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d)(:\d\d)?)?(?:Z| UTC)?$/.exec(text);
  if (match === null) return undefined;
  return tryParseTime(`${match[1] ?? ''}T${match[2] ?? '00:00'}${match[3] ?? ':00'}Z`);
}

/** mkdir [-p] [-m MODE] DIRECTORY... */
export function mkdir(process: OsProcess, args: readonly string[], name: string): number {
  const options = readOptions(process, args, name, 'pm:v');
  if (options === undefined) return 1;
  if (options.operands.length === 0) return usage(process, 'mkdir [-m MODE] [-p] DIRECTORY...');
  const mode = parseInt(valueOf(options, 'm') ?? '777', 8);
  let code = 0;
  for (const path of options.operands) {
    const error = options.flags.has('p')
      ? makeParents(process, path, mode)
      : process.system.files.makeDirectory(process, path, mode);
    if (error === undefined) continue;
    code = complain(process, name, `can't create directory '${path}': ${errorText(error)}`);
  }
  return code;
}

function makeParents(process: OsProcess, path: string, mode: number): Errno | undefined {
  const parts = path.split('/').filter((part) => part !== '');
  let made = path.startsWith('/') ? '' : '.';
  for (const part of parts) {
    made += `/${part}`;
    const error = process.system.files.makeDirectory(process, made, mode);
    if (error === 'EEXIST') {
      const node = process.system.files.stat(process, made);
      if (!isErrno(node) && node.kind !== 'directory') return 'ENOTDIR';
    } else if (error !== undefined) return error;
  }
  return undefined;
}

/** rm [-rf] FILE... */
export function rm(process: OsProcess, args: readonly string[], name: string): number {
  const options = readOptions(process, args, name, 'rRfi');
  if (options === undefined) return 1;
  const { flags } = options;
  const isRecursive = flags.has('r') || flags.has('R');
  if (options.operands.length === 0) {
    return flags.has('f') ? 0 : usage(process, 'rm [-irf] FILE...');
  }
  let code = 0;
  for (const path of options.operands) {
    const node = process.system.files.stat(process, path, false);
    if (isErrno(node)) {
      if (flags.has('f') && node === 'ENOENT') continue;
      code = complain(process, name, `can't remove '${path}': ${errorText(node)}`);
    } else if (node.kind === 'directory' && !isRecursive) {
      code = complain(process, name, `'${path}' is a directory`);
    } else {
      const failed = removeTree(process, path);
      if (failed === undefined) continue;
      code = complain(process, name, `can't remove '${failed.path}': ${errorText(failed.error)}`);
    }
  }
  return code;
}

function removeTree(process: OsProcess, path: string): { path: string; error: Errno } | undefined {
  const { files } = process.system;
  const node = files.stat(process, path, false);
  const isDirectory = !isErrno(node) && node.kind === 'directory';
  if (isDirectory) {
    const names = files.list(process, path);
    for (const entry of isErrno(names) ? [] : names) {
      const failed = removeTree(process, `${path}/${entry}`);
      if (failed !== undefined) return failed;
    }
  }
  const error = files.remove(process, path, isDirectory);
  return error === undefined ? undefined : { path, error };
}

/** rmdir [-p] DIRECTORY... */
export function rmdir(process: OsProcess, args: readonly string[], name: string): number {
  const options = readOptions(process, args, name, 'p');
  if (options === undefined) return 1;
  let code = 0;
  for (const path of options.operands) {
    const error = process.system.files.remove(process, path, true);
    if (error !== undefined) code = complain(process, name, `'${path}': ${errorText(error)}`);
  }
  return code;
}

/** Where a file goes: into a directory under its own name, or to that name. */
function targetOf(process: OsProcess, source: string, target: string): string {
  const node = process.system.files.stat(process, target);
  const isDirectory = !isErrno(node) && node.kind === 'directory';
  const base = baseName(source.replace(/\/+$/, ''));
  return isDirectory ? `${target.replace(/\/+$/, '')}/${base}` : target;
}

/** cp [-rap] SOURCE... DESTINATION */
export function cp(process: OsProcess, args: readonly string[], name: string): number {
  const options = readOptions(process, args, name, 'rRapfiLPHlsTudvn');
  if (options === undefined) return 1;
  const { flags, operands } = options;
  const target = operands.at(-1);
  if (operands.length < 2 || target === undefined) {
    return usage(
      process,
      'cp [-arPLHpfinlsTu] SOURCE DEST\nor: cp [-arPLHpfinlsu] SOURCE... DIRECTORY',
    );
  }
  const isRecursive = flags.has('r') || flags.has('R') || flags.has('a');
  let code = 0;
  for (const source of operands.slice(0, -1)) {
    const problem = copy(process, source, targetOf(process, source, target), isRecursive);
    if (problem !== undefined) code = complain(process, name, problem);
  }
  return code;
}

function copy(
  process: OsProcess,
  source: string,
  target: string,
  isRecursive: boolean,
): string | undefined {
  const { files } = process.system;
  const node = files.stat(process, source);
  if (isErrno(node)) return `can't stat '${source}': ${errorText(node)}`;
  if (node.kind === 'directory') {
    if (!isRecursive) return `omitting directory '${source}'`;
    const error = files.makeDirectory(process, target, node.mode);
    if (error !== undefined && error !== 'EEXIST') {
      return `can't create directory '${target}': ${errorText(error)}`;
    }
    const names = files.list(process, source);
    for (const entry of isErrno(names) ? [] : names) {
      const problem = copy(process, `${source}/${entry}`, `${target}/${entry}`, true);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }
  const text = files.readText(process, source);
  if (isErrno(text)) return `can't open '${source}': ${errorText(text)}`;
  const file = files.open(process, target, { write: true, create: true, truncate: true });
  if (isErrno(file)) return `can't create '${target}': ${errorText(file)}`;
  file.write(text);
  if ((node.mode & 0o111) !== 0) files.update(process, target, { mode: node.mode });
  return undefined;
}

/** mv [-f] SOURCE... DESTINATION */
export function mv(process: OsProcess, args: readonly string[], name: string): number {
  const options = readOptions(process, args, name, 'finTv');
  if (options === undefined) return 1;
  const target = options.operands.at(-1);
  if (options.operands.length < 2 || target === undefined) {
    return usage(process, 'mv [-finT] SOURCE DEST');
  }
  let code = 0;
  for (const source of options.operands.slice(0, -1)) {
    const error = process.system.files.rename(process, source, targetOf(process, source, target));
    if (error !== undefined) {
      code = complain(process, name, `can't rename '${source}': ${errorText(error)}`);
    }
  }
  return code;
}

/** ln -s TARGET LINK */
export function ln(process: OsProcess, args: readonly string[], name: string): number {
  const options = readOptions(process, args, name, 'sfnbTv');
  if (options === undefined) return 1;
  const [source = '', target = baseName(source)] = options.operands;
  if (source === '') return usage(process, 'ln [-sfnbtv] [-S SUF] TARGET... LINK|DIR');
  const path = targetOf(process, source, target);
  const { files } = process.system;
  if (options.flags.has('f')) files.remove(process, path);
  if (!options.flags.has('s')) {
    const problem = copy(process, source, path, false);
    return problem === undefined ? 0 : complain(process, name, problem);
  }
  const error = files.makeLink(process, source, path);
  return error === undefined ? 0 : complain(process, name, fileProblem(path, error));
}

/** readlink [-f] FILE */
export function readlink(process: OsProcess, args: readonly string[], name: string): number {
  const options = readOptions(process, args, name, 'fnv');
  const path = options?.operands[0];
  if (options === undefined || path === undefined) return usage(process, 'readlink [-fnv] FILE');
  if (options.flags.has('f')) return realpath(process, [path], name);
  const node = process.system.files.stat(process, path, false);
  if (isErrno(node) || node.kind !== 'link') return 1;
  process.print(1, `${node.target}\n`);
  return 0;
}

/** realpath FILE... */
export function realpath(process: OsProcess, args: readonly string[], name: string): number {
  let code = 0;
  for (const path of args) {
    const place = process.system.files.walk(process, path);
    if (isErrno(place)) code = complain(process, name, fileProblem(path, place));
    else process.print(1, `${place.path}\n`);
  }
  return code;
}

/** basename PATH [SUFFIX] */
export function basename(process: OsProcess, args: readonly string[]): number {
  const [path = '', suffix = ''] = args;
  let base = baseName(path.replace(/(.)\/+$/, '$1'));
  if (suffix !== '' && base.endsWith(suffix) && base !== suffix) {
    base = base.slice(0, -suffix.length);
  }
  process.print(1, `${base}\n`);
  return 0;
}

/** dirname PATH */
export function dirname(process: OsProcess, args: readonly string[]): number {
  const path = (args[0] ?? '').replace(/(.)\/+$/, '$1');
  const cut = path.lastIndexOf('/');
  process.print(1, `${cut < 0 ? '.' : cut === 0 ? '/' : path.slice(0, cut)}\n`);
  return 0;
}

/** chmod MODE FILE... */
export function chmod(process: OsProcess, args: readonly string[], name: string): number {
  const options = args.filter((word) => !/^-[Rcvf]+$/.test(word));
  const [mode = '', ...paths] = options;
  let code = 0;
  for (const path of paths) {
    const node = process.system.files.stat(process, path);
    const bits = isErrno(node) ? undefined : changedMode(node.mode, mode);
    if (bits === undefined && !isErrno(node)) {
      return complain(process, name, `invalid mode '${mode}'`);
    }
    const error = isErrno(node)
      ? node
      : process.system.files.update(process, path, { mode: bits ?? node.mode });
    if (error !== undefined) code = complain(process, name, fileProblem(path, error));
  }
  return code;
}

function changedMode(mode: number, change: string): number | undefined {
  if (/^[0-7]+$/.test(change)) return parseInt(change, 8);
  let result = mode;
  for (const part of change.split(',')) {
    const match = /^([ugoa]*)([-+=])([rwxXst]*)$/.exec(part);
    if (match === null) return undefined;
    const [, who = '', operator = '', letters = ''] = match;
    let bits = 0;
    if (letters.includes('r')) bits |= 0o444;
    if (letters.includes('w')) bits |= 0o222;
    if (letters.includes('x')) bits |= 0o111;
    let mask = 0;
    if (who === '' || /[ua]/.test(who)) mask |= 0o700;
    if (who === '' || /[ga]/.test(who)) mask |= 0o070;
    if (who === '' || /[oa]/.test(who)) mask |= 0o007;
    if (operator === '+') result |= bits & mask;
    else if (operator === '-') result &= ~(bits & mask);
    else result = (result & ~mask) | (bits & mask);
  }
  return result;
}

/** chown USER[:GROUP] FILE... */
export function chown(process: OsProcess, args: readonly string[], name: string): number {
  const [owner = '', ...paths] = args.filter((word) => !/^-[Rcvfh]+$/.test(word));
  const [user = '', group] = owner.split(':');
  const changes: { uid?: number; gid?: number } = {};
  if (/^\d+$/.test(user)) changes.uid = Number(user);
  if (group !== undefined && /^\d+$/.test(group)) changes.gid = Number(group);
  let code = 0;
  for (const path of paths) {
    const error = process.uid === 0 ? process.system.files.update(process, path, changes) : 'EPERM';
    if (error !== undefined) code = complain(process, name, fileProblem(path, error));
  }
  return code;
}

/** mktemp [-d] [TEMPLATE] */
export function mktemp(process: OsProcess, args: readonly string[], name: string): number {
  const template = args.find((word) => !word.startsWith('-')) ?? '/tmp/tmp.XXXXXX';
  const path = template.replace(/X+$/, (letters) =>
    Array.from(letters, () => process.system.random.pick([...'abcdefghijklmnopqrstuvwxyz'])).join(
      '',
    ),
  );
  const { files } = process.system;
  const made = args.includes('-d')
    ? files.makeDirectory(process, path, 0o700)
    : files.open(process, path, { write: true, create: true });
  if (made !== undefined && isErrno(made)) return complain(process, name, fileProblem(path, made));
  process.print(1, `${path}\n`);
  return 0;
}

/** dd if=FILE of=FILE bs=SIZE count=COUNT */
export function* dd(process: OsProcess, args: readonly string[], name: string): Process<number> {
  const settings = new Map(args.map((word) => word.split('=', 2) as [string, string]));
  const { files } = process.system;
  const from = settings.get('if');
  const to = settings.get('of');
  const input = from === undefined ? process.file(0) : files.open(process, from, { read: true });
  const output =
    to === undefined
      ? process.file(1)
      : files.open(process, to, { write: true, create: true, truncate: true });
  if (input === undefined || isErrno(input)) {
    return complain(
      process,
      name,
      `can't open '${from ?? 'standard input'}': ${errorText(input ?? 'EBADF')}`,
    );
  }
  if (output === undefined || isErrno(output)) {
    return complain(
      process,
      name,
      `can't open '${to ?? 'standard output'}': ${errorText(output ?? 'EBADF')}`,
    );
  }
  const size = sizeOf(settings.get('bs') ?? '512');
  const count = Number(settings.get('count') ?? Infinity);
  let blocks = 0;
  let bytes = 0;
  while (blocks < count) {
    let block = '';
    while (block.length < size) {
      const data = input.peek();
      if (data === undefined && input.changed !== undefined) yield* input.changed.wait();
      if (data === undefined || data === '') break;
      const taken = data.slice(0, size - block.length);
      input.take(taken.length);
      block += taken;
    }
    if (block === '') break;
    const result = output.write(block);
    if (result !== 'done') {
      process.print(
        2,
        `${name}: error writing '${to ?? ''}': ${errorText(result === 'full' ? 'EIO' : result)}\n`,
      );
      return 1;
    }
    blocks += 1;
    bytes += block.length;
    // About a gigabyte a second.
    if (blocks % Math.max(1, Math.floor(1_000_000 / size)) === 0)
      yield* process.system.engine.delay(1);
  }
  process.print(2, `${blocks}+0 records in\n${blocks}+0 records out\n${bytes} bytes copied\n`);
  return 0;
}

/** Bytes of `1M`, `4k`, `512`. */
export function sizeOf(text: string): number {
  const match = /^(\d+)([kKMGbc]?)B?$/.exec(text);
  const units: Record<string, number> = {
    k: 1024,
    K: 1024,
    M: 1024 ** 2,
    G: 1024 ** 3,
    b: 512,
    c: 1,
  };
  return Number(match?.[1] ?? 0) * (units[match?.[2] ?? ''] ?? 1);
}
