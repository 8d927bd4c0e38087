/**
 * A tree of files with one root: an image's, a container's own layer over it, or a volume's.
 *
 * Nodes of another owner are copied on the way down before the first change (copy-up), so the shared ones never change.
 */
import { directory, regularFile, symbolicLink } from './node.ts';
import type { Directory, FileNode, NodeOrigin, RegularFile } from './node.ts';

/** A root node and who owns what is changed below it. */
export class FileTree {
  readonly owner: object;
  root: FileNode;

  constructor(owner: object, root: FileNode) {
    this.owner = owner;
    this.root = root;
  }

  /** Makes an empty tree that owns itself. */
  static empty(mtimeMs: number, mode = 0o755, isInMemory = false): FileTree {
    const owner = {};
    const origin = { owner, uid: 0, gid: 0, mtimeMs };
    return new FileTree(owner, directory(origin, mode, isInMemory));
  }

  /** Makes a tree that begins with the nodes of this one and copies what it changes. */
  derive(): FileTree {
    return new FileTree({}, this.root);
  }

  /** Returns the node at a path given by its parts; links are not followed. */
  lookup(parts: readonly string[]): FileNode | undefined {
    let node: FileNode | undefined = this.root;
    for (const part of parts) {
      if (node?.kind !== 'directory') return undefined;
      node = node.entries.get(part);
    }
    return node;
  }

  /** Returns the directory at a path, owned by this tree; it and those above it are copied if they must be. */
  ownDirectory(parts: readonly string[]): Directory {
    let node = this.#own(this.root) as Directory;
    this.root = node;
    for (const part of parts) {
      const child = this.#own(node.entries.get(part)) as Directory;
      node.entries.set(part, child);
      node = child;
    }
    return node;
  }

  /** Returns the node at a path, owned by this tree. Undefined when there is none. */
  ownNode(parts: readonly string[]): FileNode | undefined {
    const name = parts.at(-1);
    if (name === undefined) {
      this.root = this.#own(this.root) as FileNode;
      return this.root;
    }
    if (this.lookup(parts) === undefined) return undefined;
    const parent = this.ownDirectory(parts.slice(0, -1));
    const node = this.#own(parent.entries.get(name));
    if (node !== undefined) parent.entries.set(name, node);
    return node;
  }

  /** Makes directories down to a path where they are missing; returns the last one. For building trees. */
  makeDirectories(path: string, origin: NodeOrigin, mode = 0o755): Directory {
    const parts = path.split('/').filter((part) => part !== '');
    const made: string[] = [];
    let node = this.ownDirectory([]);
    for (const part of parts) {
      made.push(part);
      if (node.entries.get(part)?.kind !== 'directory') {
        node.entries.set(part, directory(origin, mode, node.isInMemory));
        node.mtimeMs = origin.mtimeMs;
      }
      node = this.ownDirectory(made);
    }
    return node;
  }

  /** Puts a file at a path, with the directories above it. For building trees. */
  put(path: string, file: FileNode): void {
    const cut = path.lastIndexOf('/');
    const origin = { owner: this.owner, uid: file.uid, gid: file.gid, mtimeMs: file.mtimeMs };
    const parent = this.makeDirectories(path.slice(0, Math.max(cut, 0)), origin);
    parent.entries.set(path.slice(cut + 1), file);
    parent.mtimeMs = file.mtimeMs;
  }

  /** Puts a regular file with content at a path. For building trees. */
  putText(path: string, content: string, mtimeMs: number, mode = 0o644): RegularFile {
    const file = regularFile({ owner: this.owner, uid: 0, gid: 0, mtimeMs }, content, mode);
    this.put(path, file);
    return file;
  }

  /** Puts a symbolic link at a path. For building trees. */
  putLink(path: string, target: string, mtimeMs: number): void {
    this.put(path, symbolicLink({ owner: this.owner, uid: 0, gid: 0, mtimeMs }, target));
  }

  #own(node: FileNode | undefined): FileNode | undefined {
    if (node === undefined || node.owner === this.owner) return node;
    if (node.kind === 'directory') {
      return { ...node, owner: this.owner, entries: new Map(node.entries), isMerged: true };
    }
    return { ...node, owner: this.owner };
  }
}
