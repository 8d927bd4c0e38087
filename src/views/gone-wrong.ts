/** What counts as gone wrong: drawn in the colour of failure, painted in the strip, asked about first. */

/** Verbs that tell of something that should not have happened. */
const failures = new Set([
  'request-failed',
  'oom-killed',
  'sigkill',
  'backoff',
  'unschedulable',
  'pull-failed',
  'start-failed',
  'poststart-failed',
  'prestop-failed',
  'prestop-overrun',
  'progress-deadline-exceeded',
  'node-unknown',
  'rejected',
]);

type Detail = Readonly<Record<string, unknown>>;

/** What is looked at of an entry. */
interface Happening {
  readonly verb: string;
  readonly detail?: Detail | undefined;
}

/** Whether an entry tells of something that went wrong. */
export function hasGoneWrong({ verb, detail }: Happening): boolean {
  if (failures.has(verb)) return true;
  switch (verb) {
    case 'probe':
    case 'probe-threshold':
      return detail?.['result'] === 'failure';
    case 'container-exited':
      return Number(detail?.['exitCode'] ?? 0) !== 0;
    case 'refused':
      return !isExpectedRefusal(detail);
    default:
      return false;
  }
}

/** Answers with which components live: they create what may be there already, and try again what came too late. */
const expected = new Set(['AlreadyExists', 'Conflict', 'NotFound']);

/** Whether a component, not a person, was refused what it asks for without knowing whether it may. */
export function isExpectedRefusal(detail: Detail | undefined): boolean {
  return expected.has(String(detail?.['reason'])) && detail?.['by'] !== 'kubectl';
}
