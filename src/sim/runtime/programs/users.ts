/**
 * Names of users and groups, from /etc/passwd and /etc/group of the container.
 */
import { isErrno } from '../errno.ts';
import type { OsProcess } from '../os-process.ts';

function nameIn(process: OsProcess, path: string, id: number): string | undefined {
  const text = process.system.files.readText(undefined, path);
  if (isErrno(text)) return undefined;
  for (const line of text.split('\n')) {
    const fields = line.split(':');
    if (fields[2] === String(id)) return fields[0];
  }
  return undefined;
}

/** The user's name; undefined for an unknown one. */
export function knownUserName(process: OsProcess, uid: number): string | undefined {
  return nameIn(process, '/etc/passwd', uid);
}

/** The group's name; undefined for an unknown one. */
export function knownGroupName(process: OsProcess, gid: number): string | undefined {
  return nameIn(process, '/etc/group', gid);
}

/** The user's name, or the number. */
export function userName(process: OsProcess, uid: number): string {
  return knownUserName(process, uid) ?? String(uid);
}

/** The group's name, or the number. */
export function groupName(process: OsProcess, gid: number): string {
  return knownGroupName(process, gid) ?? String(gid);
}
