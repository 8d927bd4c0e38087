/**
 * The files of the images in the catalogue: built once, at the first use, and shared by all containers.
 */
import { bytesOf } from './bytes.ts';
import { FileTree } from './files/file-tree.ts';
import { device, regularFile } from './files/node.ts';
import type { NodeOrigin } from './files/node.ts';
import type { Program } from './os-process.ts';

/** When the files of images were made: midnight of 1970-01-01, in virtual milliseconds. */
export const IMAGE_TIME_MS = -1_767_225_600_000;

/** Programs by path. */
export type Programs = Readonly<Record<string, Program>>;

function originOf(tree: FileTree): NodeOrigin {
  return { owner: tree.owner, uid: 0, gid: 0, mtimeMs: IMAGE_TIME_MS };
}

/** Puts programs into a tree. */
export function putPrograms(tree: FileTree, programs: Programs): void {
  const origin = originOf(tree);
  for (const [path, program] of Object.entries(programs)) {
    tree.put(path, regularFile(origin, `\x7fELF${path}\0`, 0o755, program));
  }
}

/** Makes a tree that holds programs and devices and nothing else: an image made from scratch. */
export function bareTree(programs: Programs): FileTree {
  const tree = FileTree.empty(IMAGE_TIME_MS);
  putDevices(tree);
  putPrograms(tree, programs);
  return tree;
}

/** Makes a tree as distributions have it, with one program for many commands (busybox) linked under their names. */
export function userlandTree(commands: readonly string[], program: Program): FileTree {
  const tree = bareTree({ '/bin/busybox': program });
  const origin = originOf(tree);
  for (const path of ['etc', 'root', 'usr/bin', 'usr/sbin', 'var/log', 'var/run', 'run', 'sys']) {
    tree.makeDirectories(path, origin);
  }
  tree.makeDirectories('tmp', origin, 0o1777);
  for (const command of commands) {
    if (command !== 'busybox') tree.putLink(`/bin/${command}`, '/bin/busybox', IMAGE_TIME_MS);
  }
  putText(
    tree,
    '/etc/passwd',
    'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/bin/false\n' +
      'nginx:x:101:101:nginx:/:/bin/false\n',
  );
  putText(tree, '/etc/group', 'root:x:0:\nnogroup:x:65534:\nnginx:x:101:\n');
  return tree;
}

/** Puts a file of text into a tree that is being built. */
export function putText(tree: FileTree, path: string, text: string): void {
  tree.putText(path, bytesOf(text), IMAGE_TIME_MS);
}

/** Makes the devices of a container; runtimes make them anew for each. */
export function putDevices(tree: FileTree, mtimeMs = IMAGE_TIME_MS): void {
  const origin = { ...originOf(tree), mtimeMs };
  for (const kind of ['null', 'zero', 'full', 'random', 'tty'] as const) {
    tree.put(`/dev/${kind}`, device(origin, kind));
  }
  tree.put('/dev/urandom', device(origin, 'random'));
  tree.putLink('/dev/stdin', '/proc/self/fd/0', mtimeMs);
  tree.putLink('/dev/stdout', '/proc/self/fd/1', mtimeMs);
  tree.putLink('/dev/stderr', '/proc/self/fd/2', mtimeMs);
  tree.putLink('/dev/fd', '/proc/self/fd', mtimeMs);
  tree.makeDirectories('/dev/shm', origin, 0o1777);
  tree.makeDirectories('/proc', origin, 0o555);
}
