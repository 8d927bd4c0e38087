/**
 * Error numbers of system calls, by name, with the words that C libraries have for them.
 */

const messages = {
  EPERM: 'Operation not permitted',
  ENOENT: 'No such file or directory',
  EIO: 'Input/output error',
  EBADF: 'Bad file descriptor',
  EACCES: 'Permission denied',
  EEXIST: 'File exists',
  ENOTDIR: 'Not a directory',
  EISDIR: 'Is a directory',
  EINVAL: 'Invalid argument',
  ENOSPC: 'No space left on device',
  EROFS: 'Read-only file system',
  EPIPE: 'Broken pipe',
  EBUSY: 'Device or resource busy',
  ENOTEMPTY: 'Directory not empty',
  ELOOP: 'Too many levels of symbolic links',
  ENOEXEC: 'Exec format error',
  ESRCH: 'No such process',
} as const;

/** The name of an error. */
export type Errno = keyof typeof messages;

/** Returns the words for an error, as `strerror` has them. */
export function errorText(errno: Errno): string {
  return messages[errno];
}

/** Tells an error from a result. */
export function isErrno(value: unknown): value is Errno {
  return typeof value === 'string' && value in messages;
}
