/**
 * What a file system is made of: regular files, directories, symbolic links and devices.
 *
 * A node belongs to the tree whose owner it names. A tree may hold nodes of another owner (an image's, shared by all
 * containers made from it): those are copied before they are changed, so an unchanged container costs no nodes.
 */
interface NodeBase {
  readonly owner: object;
  /** Permission bits, with set-id and sticky bits. */
  mode: number;
  uid: number;
  gid: number;
  mtimeMs: number;
}

/**
 * A regular file. One with a program runs it; any other executable file is a script. What a program is does not matter
 * to files: whoever runs one knows.
 */
export interface RegularFile extends NodeBase {
  readonly kind: 'file';
  /** Byte string. */
  content: string;
  readonly program?: object | undefined;
}

/** A directory. */
export interface Directory extends NodeBase {
  readonly kind: 'directory';
  readonly entries: Map<string, FileNode>;
  /** Its entries come from a lower tree and from changes over it. */
  readonly isMerged?: boolean | undefined;
  /** Lies in memory (tmpfs): its size is that of its entries. */
  readonly isInMemory?: boolean | undefined;
}

/** A symbolic link. */
export interface SymbolicLink extends NodeBase {
  readonly kind: 'link';
  readonly target: string;
}

/** A character device. */
export interface Device extends NodeBase {
  readonly kind: 'device';
  readonly device: 'null' | 'zero' | 'full' | 'random' | 'tty';
}

/** Any entry of a directory. */
export type FileNode = RegularFile | Directory | SymbolicLink | Device;

/** Who owns a new node and when it was made. */
export interface NodeOrigin {
  readonly owner: object;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeMs: number;
}

/** Makes an empty directory. */
export function directory(origin: NodeOrigin, mode = 0o755, isInMemory?: boolean): Directory {
  return { ...origin, kind: 'directory', mode, entries: new Map(), isInMemory };
}

/** Makes a regular file. */
export function regularFile(
  origin: NodeOrigin,
  content: string,
  mode = 0o644,
  program?: object,
): RegularFile {
  return { ...origin, kind: 'file', mode, content, program };
}

/** Makes a symbolic link. */
export function symbolicLink(origin: NodeOrigin, target: string): SymbolicLink {
  return { ...origin, kind: 'link', mode: 0o777, target };
}

/** Makes a character device. */
export function device(origin: NodeOrigin, kind: Device['device']): Device {
  return { ...origin, kind: 'device', mode: 0o666, device: kind };
}
