/**
 * ls and find.
 *
 * Upstream: busybox coreutils/ls.c, findutils/find.c
 */
import { momentOf } from '../calendar.ts';
import { isErrno } from '../errno.ts';
import type { FileNode } from '../files/node.ts';
import type { OsProcess } from '../os-process.ts';
import { baseName } from '../os-process.ts';
import { matchesPattern } from '../shell/pattern.ts';
import { complain, fileProblem, readOptions } from './utility.ts';
import { groupName, userName } from './users.ts';

interface Entry {
  readonly name: string;
  readonly node: FileNode;
}

const HALF_YEAR_MS = 365 * 12 * 3600_000;
const BLOCK_KIB = 4;

/** ls [-1AaCdhlnRrSt] [FILE]... */
export function ls(process: OsProcess, args: readonly string[], name: string): number {
  const options = readOptions(
    process,
    args.filter((word) => !word.startsWith('--color') && word !== '--full-time'),
    name,
    '1AaCdFgHhiklLnpqRrsStuxX',
  );
  if (options === undefined) return 1;
  return new Listing(process, name, options.flags).run(
    options.operands.length === 0 ? ['.'] : options.operands,
  );
}

class Listing {
  readonly #process: OsProcess;
  readonly #name: string;
  readonly #flags: ReadonlySet<string>;
  #code = 0;
  #text = '';

  constructor(process: OsProcess, name: string, flags: ReadonlySet<string>) {
    this.#process = process;
    this.#name = name;
    this.#flags = flags;
  }

  run(paths: readonly string[]): number {
    const files: Entry[] = [];
    const directories: Entry[] = [];
    const isLong = this.#flags.has('l') || this.#flags.has('n');
    for (const path of paths) {
      const { files: fileSystem } = this.#process.system;
      let node = fileSystem.stat(this.#process, path, !isLong || path.endsWith('/'));
      if (node === 'ENOENT') node = fileSystem.stat(this.#process, path, false);
      if (isErrno(node)) this.#code = complain(this.#process, this.#name, fileProblem(path, node));
      else if (node.kind === 'directory' && !this.#flags.has('d')) {
        directories.push({ name: path, node });
      } else files.push({ name: path, node });
    }
    this.#printEntries(this.#sorted(files));
    const hasTitles = paths.length > 1 || this.#flags.has('R');
    for (const [index, entry] of this.#sorted(directories).entries()) {
      this.#printDirectory(entry.name, hasTitles, index > 0 || files.length > 0);
    }
    this.#process.print(1, this.#text);
    return this.#code;
  }

  #printDirectory(path: string, hasTitle: boolean, hasGap: boolean): void {
    const { files } = this.#process.system;
    const names = files.list(this.#process, path);
    if (isErrno(names)) {
      this.#code = complain(
        this.#process,
        this.#name,
        `can't open '${path}': ${fileProblem('', names).slice(2)}`,
      );
      return;
    }
    const shown = names.filter((name) => !name.startsWith('.') || this.#isAll);
    if (this.#flags.has('a')) shown.push('.', '..');
    const entries: Entry[] = [];
    for (const name of shown) {
      const node = files.stat(this.#process, `${path}/${name}`, name === '.' || name === '..');
      if (!isErrno(node)) entries.push({ name, node });
    }
    if (hasGap) this.#text += '\n';
    if (hasTitle) this.#text += `${path}:\n`;
    if (this.#flags.has('l') || this.#flags.has('n')) {
      const blocks = entries.reduce((sum, { node }) => sum + blocksOf(node), 0);
      this.#text += `total ${blocks}\n`;
    }
    const sorted = this.#sorted(entries);
    this.#printEntries(sorted);
    if (!this.#flags.has('R')) return;
    for (const { name, node } of sorted) {
      if (node.kind !== 'directory' || name === '.' || name === '..') continue;
      this.#printDirectory(path === '/' ? `/${name}` : `${path}/${name}`, true, true);
    }
  }

  get #isAll(): boolean {
    return this.#flags.has('a') || this.#flags.has('A');
  }

  #sorted(entries: readonly Entry[]): Entry[] {
    const order = (left: Entry, right: Entry): number => {
      if (this.#flags.has('t') && left.node.mtimeMs !== right.node.mtimeMs) {
        return right.node.mtimeMs - left.node.mtimeMs;
      }
      if (this.#flags.has('S')) {
        const difference = sizeOfNode(right.node) - sizeOfNode(left.node);
        if (difference !== 0) return difference;
      }
      return left.name < right.name ? -1 : left.name > right.name ? 1 : 0;
    };
    const sorted = [...entries].sort(order);
    return this.#flags.has('r') ? sorted.reverse() : sorted;
  }

  #printEntries(entries: readonly Entry[]): void {
    for (const entry of entries) {
      const isLong = this.#flags.has('l') || this.#flags.has('n');
      this.#text += `${isLong ? this.#long(entry) : this.#short(entry)}\n`;
    }
  }

  #short({ name, node }: Entry): string {
    const isMarked = this.#flags.has('F') || this.#flags.has('p');
    return isMarked && node.kind === 'directory' ? `${name}/` : name;
  }

  #long({ name, node }: Entry): string {
    const isNumeric = this.#flags.has('n');
    const user = isNumeric ? String(node.uid) : userName(this.#process, node.uid);
    const group = isNumeric ? String(node.gid) : groupName(this.#process, node.gid);
    const size = sizeOfNode(node);
    const shownSize = this.#flags.has('h') ? humanSize(size) : String(size);
    const place = node.kind === 'device' ? '  1,   3'.padStart(9) : shownSize.padStart(9);
    const target = node.kind === 'link' ? ` -> ${node.target}` : '';
    return (
      `${modeText(node)}${String(linksOf(node)).padStart(5)} ${user.padEnd(8)} ${group.padEnd(8)} ` +
      `${place} ${timeText(node.mtimeMs, this.#process.system.engine.nowMs)} ${name}${target}`
    );
  }
}

function sizeOfNode(node: FileNode): number {
  if (node.kind === 'file') return node.content.length;
  if (node.kind === 'link') return node.target.length;
  if (node.kind !== 'directory') return 0;
  return node.isInMemory === true ? (node.entries.size + 2) * 20 : 4096;
}

function blocksOf(node: FileNode): number {
  if (node.kind === 'directory') return node.isInMemory === true ? 0 : BLOCK_KIB;
  if (node.kind !== 'file') return 0;
  return Math.ceil(node.content.length / 4096) * BLOCK_KIB;
}

function linksOf(node: FileNode): number {
  if (node.kind !== 'directory') return 1;
  // A directory that an overlay has merged counts one link.
  if (node.isMerged === true) return 1;
  let count = 2;
  for (const child of node.entries.values()) if (child.kind === 'directory') count += 1;
  return count;
}

/** `drwxr-xr-x`. */
export function modeText(node: FileNode): string {
  const kind = { file: '-', directory: 'd', link: 'l', device: 'c' }[node.kind];
  const bits = [...'rwxrwxrwx'].map((letter, index) =>
    (node.mode & (0o400 >> index)) === 0 ? '-' : letter,
  );
  const special = (place: number, bit: number, set: string): void => {
    if ((node.mode & bit) !== 0) bits[place] = bits[place] === '-' ? set.toUpperCase() : set;
  };
  special(2, 0o4000, 's');
  special(5, 0o2000, 's');
  special(8, 0o1000, 't');
  return kind + bits.join('');
}

function timeText(ms: number, nowMs: number): string {
  const { monthName, day, hour, minute, year } = momentOf(ms);
  const isRecent = ms <= nowMs + 60_000 && nowMs - ms < HALF_YEAR_MS;
  const date = `${monthName} ${day.replace(/^0/, ' ')}`;
  return isRecent ? `${date} ${hour}:${minute}` : `${date}  ${year}`;
}

/** `1.5K`. */
export function humanSize(bytes: number): string {
  if (bytes < 1024) return String(bytes);
  const units = ['K', 'M', 'G', 'T'];
  let value = bytes;
  let unit = -1;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value.toFixed(1)}${units[unit] ?? ''}`;
}

/** find [PATH]... [-maxdepth N] [-mindepth N] [-type T] [-name PATTERN] [-path PATTERN] [-print] [-delete] */
export function find(process: OsProcess, args: readonly string[], name: string): number {
  const firstTest = args.findIndex((word) => word.startsWith('-') || word === '!');
  const paths = firstTest < 0 ? args : args.slice(0, firstTest);
  const tests: ((path: string, node: FileNode) => boolean)[] = [];
  let minDepth = 0;
  let maxDepth = Infinity;
  let isDelete = false;
  const words = firstTest < 0 ? [] : args.slice(firstTest);
  let isNegated = false;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    const value = words[index + 1] ?? '';
    let check: ((path: string, node: FileNode) => boolean) | undefined;
    if (word === '!' || word === '-not') {
      isNegated = true;
      continue;
    }
    if (word === '-print') continue;
    if (word === '-delete') {
      isDelete = true;
      continue;
    }
    if (word === '-maxdepth') maxDepth = Number(value);
    else if (word === '-mindepth') minDepth = Number(value);
    else if (word === '-name') check = (path) => matchesPattern(value, baseName(path));
    else if (word === '-path') check = (path) => matchesPattern(value, path);
    else if (word === '-type') {
      const kinds: Record<string, string> = { f: 'file', d: 'directory', l: 'link', c: 'device' };
      check = (_path, node) => node.kind === kinds[value];
    } else return complain(process, name, `unrecognized: ${word}`);
    index += 1;
    if (check !== undefined) {
      const [test, negated] = [check, isNegated];
      tests.push((path, node) => test(path, node) !== negated);
    }
    isNegated = false;
  }
  let code = 0;
  const visit = (path: string, depth: number): void => {
    const node = process.system.files.stat(process, path, false);
    if (isErrno(node)) {
      code = complain(process, name, fileProblem(path, node));
      return;
    }
    const isShown = depth >= minDepth && tests.every((test) => test(path, node));
    if (isShown && !isDelete) process.print(1, `${path}\n`);
    if (node.kind === 'directory' && depth < maxDepth) {
      const names = process.system.files.list(process, path);
      for (const entry of isErrno(names) ? [] : names.sort()) {
        visit(path.endsWith('/') ? `${path}${entry}` : `${path}/${entry}`, depth + 1);
      }
    }
    if (isShown && isDelete) process.system.files.remove(process, path, node.kind === 'directory');
  };
  for (const path of paths.length === 0 ? ['.'] : paths) visit(path, 0);
  return code;
}
