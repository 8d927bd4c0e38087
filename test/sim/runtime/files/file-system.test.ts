import { describe, expect, test } from 'vitest';
import { FileSystem } from '#sim/runtime/files/file-system.ts';
import { FileTree } from '#sim/runtime/files/file-tree.ts';
import type { OpenFile } from '#sim/runtime/open-file.ts';
import type { Viewer } from '#sim/runtime/files/viewer.ts';

const clock = { nowMs: 0 };

/** A root with a few files and links, a volume at /data and a file mounted at /etc/hosts. */
function fileSystem(): FileSystem {
  const root = FileTree.empty(0);
  root.putText('/etc/passwd', 'root', 0);
  root.putText('/etc/hosts', 'hidden by a mount', 0);
  root.putText('/usr/bin/tool', 'tool', 0, 0o755);
  root.putLink('/bin', '/usr/bin', 0);
  root.putLink('/usr/lib', '../etc', 0);
  root.putLink('/loop', '/loop', 0);
  root.putText('/data/hidden', 'hidden by a mount', 0);
  const volume = FileTree.empty(0);
  volume.putText('/logs/today', 'in the volume', 0);
  volume.putLink('/up', '../etc/passwd', 0);
  const hosts = FileTree.empty(0);
  const file = hosts.putText('/hosts', 'mounted', 0);
  return new FileSystem(clock, {
    root,
    isRootReadOnly: false,
    mounts: [
      { path: '/data', tree: volume, readOnly: false, type: 'ext4' },
      { path: '/etc/hosts', tree: new FileTree(hosts.owner, file), readOnly: true, type: 'ext4' },
    ],
  });
}

function viewer(fields: Partial<Viewer> = {}): Viewer {
  return {
    pid: 7,
    uid: 0,
    gid: 0,
    groups: [],
    cwd: '/etc',
    umask: 0o022,
    space: { get: () => undefined, list: () => [] },
    ...fields,
  };
}

describe('a path', () => {
  test.each([
    ['/etc/passwd', 'root'],
    ['passwd', 'root'],
    ['//etc/./passwd', 'root'],
    ['/etc/../etc/passwd', 'root'],
    ['/nothing/../etc/passwd', 'root'],
    ['/../../etc/passwd', 'root'],
    ['/bin/tool', 'tool'],
    ['/usr/lib/passwd', 'root'],
    ['/bin/../lib/passwd', 'root'],
    ['/data/logs/today', 'in the volume'],
    ['/data/up', 'root'],
    ['/data/logs/../up', 'root'],
    ['/data/../etc/passwd', 'root'],
    ['/etc/hosts', 'mounted'],
    ['/data/hidden', 'ENOENT'],
    ['/loop', 'ELOOP'],
    ['/etc/passwd/more', 'ENOTDIR'],
    ['/nothing/more', 'ENOENT'],
    ['/etc', 'EISDIR'],
    ['', 'ENOENT'],
  ])('%j reads as %j', (path, text) => {
    expect(fileSystem().readText(viewer(), path)).toBe(text);
  });

  test.each([
    ['/bin', '/bin', ['bin']],
    ['/bin/', '/usr/bin', ['usr', 'bin']],
    ['/bin/new', '/usr/bin/new', ['usr', 'bin', 'new']],
    ['/data/logs', '/data/logs', ['logs']],
    ['/data', '/data', []],
    ['/', '/', []],
  ])('%j leads to %j, which is %j in its tree', (path, full, parts) => {
    const place = fileSystem().walk(viewer(), path, false);
    expect(place).toMatchObject({ path: full, parts });
  });

  test('is refused where a directory on the way may not be entered', () => {
    const files = fileSystem();
    files.update(undefined, '/etc', { mode: 0o700 });
    expect(files.readText(viewer({ uid: 5 }), '/etc/passwd')).toBe('EACCES');
    expect(files.readText(viewer({ uid: 5 }), '/bin/tool')).toBe('tool');
  });

  test('is read-only where the mount is', () => {
    const files = fileSystem();
    expect(files.open(viewer(), '/etc/hosts', { write: true })).toBe('EROFS');
    expect(files.open(viewer(), '/etc/passwd', { write: true })).not.toBe('EROFS');
  });

  test('sees what a program has changed since the last look', () => {
    const files = fileSystem();
    expect(files.readText(undefined, '/data/new/note')).toBe('ENOENT');
    files.makeDirectory(undefined, '/data/new');
    files.makeLink(undefined, '/etc/passwd', '/data/new/note');
    expect(files.readText(undefined, '/data/new/note')).toBe('root');
    files.remove(undefined, '/data/new/note');
    expect(files.readText(undefined, '/data/new/note')).toBe('ENOENT');
  });

  test('below /proc is made at each look', () => {
    const files = fileSystem();
    const at = (nowMs: number): unknown => {
      clock.nowMs = nowMs;
      return files.readText(undefined, '/proc/uptime');
    };
    expect([at(0), at(2_000)]).toEqual(['1000.00 1500.00\n', '1002.00 1503.00\n']);
    clock.nowMs = 0;
    expect(files.readText(undefined, '/proc/../etc/passwd')).toBe('root');
    expect(files.walk(undefined, '/proc/uptime')).toMatchObject({ path: '/proc/uptime' });
    expect(files.readText(undefined, '/proc/nothing')).toBe('ENOENT');
  });

  test('to a descriptor in /proc leads to what is open there', () => {
    const open = { name: '/dev/null' } as OpenFile;
    const self = {
      ...viewer(),
      parent: undefined,
      argv: ['sh'],
      comm: 'sh',
      env: new Map(),
      hasCapabilities: true,
      descriptors: () => [1],
      file: (descriptor: number) => (descriptor === 1 ? open : undefined),
    };
    const who = viewer({
      space: { get: (pid) => (pid === 7 ? self : undefined), list: () => [self] },
    });
    const place = fileSystem().walk(who, '/proc/self/fd/1');
    expect(place).toMatchObject({ path: '/proc/7/fd/1', file: open });
    expect(fileSystem().open(who, '/proc/self/fd/1', { write: true })).toBe(open);
  });
});
