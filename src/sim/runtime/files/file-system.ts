/**
 * The files that a process sees: a root tree, volumes mounted over it, devices and /proc.
 *
 * - Paths are walked part by part as the kernel does it: mounts, symbolic links (at most 40), `..`, permissions.
 * - Every operation returns an error by name instead of throwing; programs put it into their own words.
 * - The root may be an image's tree that many containers share; the first change copies what it touches.
 *
 * Upstream: Linux path_resolution(7)
 */
import { isErrno } from '../errno.ts';
import type { Errno } from '../errno.ts';
import { DeviceFile } from '../open-file.ts';
import type { OpenFile } from '../open-file.ts';
import type { FileTree } from './file-tree.ts';
import { directory, regularFile, symbolicLink } from './node.ts';
import type { Directory, FileNode, NodeOrigin, RegularFile } from './node.ts';
import { procNode } from './proc-files.ts';
import { RegularHandle } from './regular-handle.ts';
import type { OpenMode } from './regular-handle.ts';
import type { Viewer } from './viewer.ts';

const LINKS_MAX = 40;

/** A tree in the place of a path. */
export interface Mount {
  readonly path: string;
  readonly tree: FileTree;
  readonly readOnly: boolean;
  /** What /proc/mounts says: `ext4`, `tmpfs`. */
  readonly type: string;
}

/** Where a path leads. `node` is undefined when only the last part is missing. */
export interface Place {
  readonly path: string;
  /** Undefined inside /proc. */
  readonly tree: FileTree | undefined;
  /** The path inside the tree. */
  readonly parts: readonly string[];
  readonly node: FileNode | undefined;
  readonly readOnly: boolean;
  /** For an entry of /proc/PID/fd: what is open there. */
  readonly file?: OpenFile | undefined;
}

/** What a file system is made of. */
export interface FileSystemOptions {
  readonly root: FileTree;
  readonly isRootReadOnly: boolean;
  readonly mounts: readonly Mount[];
}

const devices = new Map<string, DeviceFile>([
  ['null', new DeviceFile('/dev/null', '')],
  ['tty', new DeviceFile('/dev/tty', '')],
  ['zero', new DeviceFile('/dev/zero', '\0'.repeat(65_536))],
  ['full', new DeviceFile('/dev/full', '\0'.repeat(65_536), true)],
  ['random', new DeviceFile('/dev/urandom', '\x5a\xa5\x3c\xc3'.repeat(16_384))],
]);

/** A name on the way to mounts: what is mounted there, and the names below. */
interface MountPoint {
  mount?: Mount;
  below?: Map<string, MountPoint>;
}

/** Paths that were split: programs look at the same ones again and again. */
const knownNames = new Map<string, readonly string[]>();
const knownNamesMax = 1_000;

function namesOf(path: string): readonly string[] {
  let names = knownNames.get(path);
  if (names === undefined) {
    names = path.split('/').filter((name) => name !== '' && name !== '.');
    if (knownNames.size >= knownNamesMax) knownNames.clear();
    knownNames.set(path, names);
  }
  return names;
}

/** The file system of one container or terminal. */
export class FileSystem {
  readonly #clock: { readonly nowMs: number };
  readonly #options: FileSystemOptions;
  readonly #mounts: Map<string, Mount>;
  /** The same as a tree of names. */
  readonly #points: MountPoint = {};

  constructor(clock: { readonly nowMs: number }, options: FileSystemOptions) {
    this.#clock = clock;
    this.#options = options;
    this.#mounts = new Map(options.mounts.map((mount) => [mount.path, mount]));
    for (const mount of options.mounts) {
      let point = this.#points;
      for (const name of namesOf(mount.path)) {
        point.below ??= new Map();
        const next = point.below.get(name) ?? {};
        point.below.set(name, next);
        point = next;
      }
      point.mount = mount;
    }
  }

  /** Follows a path as `who` sees it (root at `/` when undefined). */
  walk(who: Viewer | undefined, path: string, followLast = true): Place | Errno {
    if (path === '') return 'ENOENT';
    return this.#walk(who, absolutePath(who?.cwd ?? '/', path), followLast, 0);
  }

  /** The node at a path. */
  stat(who: Viewer | undefined, path: string, followLast = true): FileNode | Errno {
    const place = this.walk(who, path, followLast);
    if (isErrno(place)) return place;
    return place.node ?? 'ENOENT';
  }

  /** The content of a regular file. */
  readText(who: Viewer | undefined, path: string): string | Errno {
    const node = this.stat(who, path);
    if (isErrno(node)) return node;
    if (node.kind === 'directory') return 'EISDIR';
    if (node.kind !== 'file') return '';
    return this.mayAccess(who, node, 4) ? node.content : 'EACCES';
  }

  open(who: Viewer | undefined, path: string, mode: OpenMode): OpenFile | Errno {
    const place = this.walk(who, path);
    if (isErrno(place)) return place;
    if (place.file !== undefined) return place.file;
    const node = place.node;
    if (node === undefined) return this.#create(who, place, mode);
    if (mode.exclusive === true && mode.create === true) return 'EEXIST';
    if (node.kind === 'directory') return mode.write === true ? 'EISDIR' : 'EISDIR';
    if (node.kind === 'device') return devices.get(node.device) ?? 'EIO';
    if (mode.write === true && place.tree === undefined) return new ProcWriter(place.path);
    if (mode.write === true && place.readOnly) return 'EROFS';
    const wanted = (mode.read === true ? 4 : 0) | (mode.write === true ? 2 : 0);
    if (!this.mayAccess(who, node, wanted)) return 'EACCES';
    let file = node as RegularFile;
    if (mode.write === true && place.tree !== undefined) {
      file = place.tree.ownNode(place.parts) as RegularFile;
      if (mode.truncate === true) {
        file.content = '';
        file.mtimeMs = this.#now();
      }
    }
    return new RegularHandle(place.path, file, mode, () => this.#now());
  }

  makeDirectory(who: Viewer | undefined, path: string, mode = 0o777): Errno | undefined {
    const place = this.walk(who, path, false);
    if (isErrno(place)) return place;
    if (place.node !== undefined) return 'EEXIST';
    return this.#change(who, place, (parent, name) => {
      parent.entries.set(
        name,
        directory(this.#origin(who, place), mode & ~(who?.umask ?? 0o022), parent.isInMemory),
      );
    });
  }

  makeLink(who: Viewer | undefined, target: string, path: string): Errno | undefined {
    const place = this.walk(who, path, false);
    if (isErrno(place)) return place;
    if (place.node !== undefined) return 'EEXIST';
    return this.#change(who, place, (parent, name) => {
      parent.entries.set(name, symbolicLink(this.#origin(who, place), target));
    });
  }

  /** Removes a file, a link, or an empty directory when `isDirectory`. */
  remove(who: Viewer | undefined, path: string, isDirectory = false): Errno | undefined {
    const place = this.walk(who, path, false);
    if (isErrno(place)) return place;
    const node = place.node;
    if (node === undefined) return 'ENOENT';
    if (node.kind === 'directory') {
      if (!isDirectory) return 'EISDIR';
      if (this.#mounts.has(place.path)) return 'EBUSY';
      if (node.entries.size > 0) return 'ENOTEMPTY';
    } else if (isDirectory) return 'ENOTDIR';
    if (this.#mounts.has(place.path)) return 'EBUSY';
    return this.#change(who, place, (parent, name) => parent.entries.delete(name));
  }

  rename(who: Viewer | undefined, from: string, to: string): Errno | undefined {
    const source = this.walk(who, from, false);
    if (isErrno(source)) return source;
    if (source.node === undefined || source.tree === undefined) return 'ENOENT';
    const target = this.walk(who, to, false);
    if (isErrno(target)) return target;
    const moved = source.tree.ownNode(source.parts);
    if (moved === undefined) return 'ENOENT';
    if (target.node?.kind === 'directory' && moved.kind !== 'directory') return 'EISDIR';
    const owner = target.tree?.owner;
    if (owner === undefined) return 'EROFS';
    const error = this.#change(who, source, (parent, name) => parent.entries.delete(name));
    if (error !== undefined) return error;
    return this.#change(who, target, (parent, name) => {
      parent.entries.set(name, { ...moved, owner });
    });
  }

  /** Changes a node's mode, owner or time. */
  update(
    who: Viewer | undefined,
    path: string,
    changes: { mode?: number; uid?: number; gid?: number; mtimeMs?: number },
  ): Errno | undefined {
    const place = this.walk(who, path);
    if (isErrno(place)) return place;
    if (place.node === undefined) return 'ENOENT';
    if (place.tree === undefined || place.node.kind === 'device') return undefined;
    if (place.readOnly) return 'EROFS';
    if (who !== undefined && who.uid !== 0 && who.uid !== place.node.uid) {
      const isTouch = changes.mtimeMs !== undefined && this.mayAccess(who, place.node, 2);
      if (!isTouch) return changes.mtimeMs === undefined ? 'EPERM' : 'EACCES';
    }
    const node = place.tree.ownNode(place.parts);
    if (node !== undefined) Object.assign(node, changes);
    return undefined;
  }

  /** Whether the bits (4 read, 2 write, 1 execute) are granted; root is asked for nothing but to execute. */
  mayAccess(who: Viewer | undefined, node: FileNode, bits: number): boolean {
    if (who === undefined || who.uid === 0) {
      return (bits & 1) === 0 || node.kind === 'directory' || (node.mode & 0o111) !== 0;
    }
    if (node.uid === who.uid) return ((node.mode >> 6) & bits) === bits;
    const isGroup = node.gid === who.gid || who.groups.includes(node.gid);
    return ((node.mode >> (isGroup ? 3 : 0)) & bits) === bits;
  }

  /** Whether what is at a place may be written, the mount included. */
  mayWrite(who: Viewer | undefined, place: Place): boolean {
    if (place.node === undefined || place.readOnly) return false;
    return this.mayAccess(who, place.node, 2);
  }

  /** The entries of a directory, mount points included, in no order. */
  list(who: Viewer | undefined, path: string): string[] | Errno {
    const place = this.walk(who, path);
    if (isErrno(place)) return place;
    if (place.node === undefined) return 'ENOENT';
    if (place.node.kind !== 'directory') return 'ENOTDIR';
    if (!this.mayAccess(who, place.node, 4)) return 'EACCES';
    return [...place.node.entries.keys()];
  }

  /** The text of /proc/mounts. */
  mountTable(): string {
    const access = this.#options.isRootReadOnly ? 'ro' : 'rw';
    const lines = [`overlay / overlay ${access},relatime 0 0`, 'proc /proc proc rw 0 0'];
    for (const mount of this.#mounts.values()) {
      const flags = mount.readOnly ? 'ro,relatime' : 'rw,relatime';
      lines.push(`${mount.type} ${mount.path} ${mount.type} ${flags} 0 0`);
    }
    return lines.map((line) => `${line}\n`).join('');
  }

  #walk(who: Viewer | undefined, path: string, followLast: boolean, depth: number): Place | Errno {
    if (depth > LINKS_MAX) return 'ELOOP';
    const names = namesOf(path);
    let tree: FileTree | undefined = this.#options.root;
    let node: FileNode | undefined = tree.root;
    let readOnly = this.#options.isRootReadOnly;
    let file: OpenFile | undefined;
    let points: MountPoint | undefined = this.#points;
    /** Where the path inside `tree` begins. */
    let first = 0;
    for (let index = 0; index < names.length; index += 1) {
      const name = names[index] as string;
      if (name === '..') {
        const rest = [...names.slice(0, Math.max(index - 1, 0)), ...names.slice(index + 1)];
        const end = path.endsWith('/') ? '/' : '';
        return this.#walk(who, `/${rest.join('/')}${end}`, followLast, depth);
      }
      if (node === undefined) return 'ENOENT';
      if (node.kind !== 'directory') return 'ENOTDIR';
      if (!this.mayAccess(who, node, 1)) return 'EACCES';
      points = points?.below?.get(name);
      const mount = points?.mount;
      if (mount !== undefined) {
        ({ tree, readOnly } = mount);
        node = tree.root;
        file = undefined;
        first = index + 1;
      } else if (tree === undefined || (index === 0 && name === 'proc')) {
        if (tree !== undefined) first = index + 1;
        const parts = names.slice(first, index + 1);
        tree = undefined;
        readOnly = false;
        node = procNode(this.#now(), () => this.mountTable(), parts, who);
        file = openIn(who, parts);
      } else {
        node = node.entries.get(name);
      }
      if (node?.kind !== 'link') continue;
      const isLast = index === names.length - 1;
      if (isLast && !followLast && !path.endsWith('/')) continue;
      if (file !== undefined) {
        const at = `/${names.slice(0, index + 1).join('/')}`;
        return { path: at, tree, parts: names.slice(first, index + 1), node, readOnly, file };
      }
      const above = `/${names.slice(0, index).join('/')}`;
      const target = absolutePath(above, `${node.target}/${names.slice(index + 1).join('/')}`);
      return this.#walk(who, isLast ? target.replace(/\/$/, '') : target, followLast, depth + 1);
    }
    const parts = first === 0 ? names : names.slice(first);
    return { path: `/${names.join('/')}`, tree, parts, node, readOnly, file };
  }

  #create(who: Viewer | undefined, place: Place, mode: OpenMode): OpenFile | Errno {
    if (mode.create !== true) return 'ENOENT';
    let file: RegularFile | undefined;
    const error = this.#change(who, place, (parent, name) => {
      file = regularFile(this.#origin(who, place), '', 0o666 & ~(who?.umask ?? 0o022));
      parent.entries.set(name, file);
    });
    if (error !== undefined || file === undefined) return error ?? 'EIO';
    return new RegularHandle(place.path, file, mode, () => this.#now());
  }

  /** Changes the directory that holds a place. */
  #change(
    who: Viewer | undefined,
    place: Place,
    act: (parent: Directory, name: string) => void,
  ): Errno | undefined {
    const name = place.parts.at(-1);
    if (place.tree === undefined) return 'EPERM';
    if (name === undefined) return 'EBUSY';
    const above = place.parts.slice(0, -1);
    const parent = place.tree.lookup(above);
    if (parent === undefined) return 'ENOENT';
    if (parent.kind !== 'directory') return 'ENOTDIR';
    if (place.readOnly) return 'EROFS';
    if (!this.mayAccess(who, parent, 3)) return 'EACCES';
    const own = place.tree.ownDirectory(above);
    act(own, name);
    own.mtimeMs = this.#now();
    return undefined;
  }

  #origin(who: Viewer | undefined, place: Place): NodeOrigin {
    const parent = place.tree?.lookup(place.parts.slice(0, -1));
    const isGroupInherited = parent !== undefined && (parent.mode & 0o2000) !== 0;
    return {
      owner: place.tree?.owner ?? this,
      uid: who?.uid ?? 0,
      gid: isGroupInherited ? parent.gid : (who?.gid ?? 0),
      mtimeMs: this.#now(),
    };
  }

  #now(): number {
    return this.#clock.nowMs;
  }
}

/** What is open at /proc/PID/fd/N. */
function openIn(who: Viewer | undefined, parts: readonly string[]): OpenFile | undefined {
  const [pid, directoryName, descriptor] = parts;
  if (directoryName !== 'fd' || descriptor === undefined || parts.length !== 3) return undefined;
  return who?.space.get(Number(pid))?.file(Number(descriptor));
}

/** A file of /proc opened for writing: nothing there takes what is written. */
class ProcWriter extends DeviceFile {
  constructor(name: string) {
    super(name, '');
  }

  override write(): Errno {
    return 'EIO';
  }
}

/** Joins a path to the directory it is relative to. */
export function absolutePath(cwd: string, path: string): string {
  return path.startsWith('/') ? path : `${cwd}/${path}`;
}

/** Returns an absolute path without `.`, `..` and doubled slashes, as `cd` keeps it. */
export function cleanPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return `/${parts.join('/')}`;
}
