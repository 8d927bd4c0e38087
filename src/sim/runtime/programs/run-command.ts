/**
 * Runs a command as a child of a program and waits for its end, with its output collected.
 */
import type { Process } from '../../engine/process.ts';
import { isErrno } from '../errno.ts';
import { findExecutable } from '../executables.ts';
import { Collector, DeviceFile } from '../open-file.ts';
import type { OpenFile } from '../open-file.ts';
import type { OsProcess } from '../os-process.ts';

const OUTPUT_MAX = 1_000_000;

/** Runs a command; code 127 when there is none of that name. */
export function* runCommand(
  parent: OsProcess,
  argv: readonly string[],
  input?: OpenFile,
): Process<{ readonly code: number; readonly output: string }> {
  const found = findExecutable(parent, argv[0] ?? '');
  if (isErrno(found)) return { code: 127, output: '' };
  let output = '';
  const collector = new Collector((data) => {
    if (output.length < OUTPUT_MAX) output += data;
  });
  const files = new Map<number, OpenFile>([
    [0, input ?? new DeviceFile('/dev/null', '')],
    [1, collector],
    [2, collector],
  ]);
  const child = parent.space.spawn(
    {
      system: parent.system,
      parent,
      argv,
      env: new Map(parent.env),
      cwd: parent.cwd,
      files,
      uid: parent.uid,
      gid: parent.gid,
      groups: parent.groups,
    },
    found.program,
  );
  const status = yield* child.exited.wait();
  return { code: status.code, output };
}
