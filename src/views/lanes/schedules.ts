/**
 * A lane for each CronJob: its Jobs as thin bars from their creation to their end, those that overlap below one another,
 * and marks where a run was skipped or missed.
 */
import { isConditionTrue } from '#sim/api/conditions.ts';
import { parseObjectKey } from '#sim/api/object-key.ts';
import { controllerOf } from '#sim/api/owner-references.ts';
import type { CronJob, Job } from '#sim/api/types.gen.ts';
import type { History } from '#sim/lab/history.ts';
import { entriesAbout } from '../trace-index.ts';
import type { StateId } from '../vocabulary.ts';
import type { Words } from '../words/en.ts';
import type { Lane, Mark, Segment, TimeWindow } from './lane.ts';
import { keysUntil } from './segments.ts';

/** Jobs that overlap beyond this number share the last row. */
const rowsMax = 4;
const rowPx = 6;

/** Makes the lanes of all CronJobs that lived in a window, in order of creation. */
export function scheduleLanes(history: History, window: TimeWindow, words: Words): Lane[] {
  return keysUntil(history, 'CronJob', window).map((key) => scheduleLane(history, key, words));
}

function scheduleLane(history: History, key: string, words: Words): Lane {
  const { name } = parseObjectKey(key);
  const versions = history.versions(key);
  const cronJob = versions.findLast(({ object }) => object !== undefined)?.object as
    CronJob | undefined;
  const segments = inRows(jobsOf(history, versions[0]?.object?.metadata.uid));
  const rows = Math.max(1, ...segments.map(({ row = 0 }) => row + 1));
  const schedule = cronJob?.spec.schedule ?? '';
  return {
    kind: 'schedule',
    label: name,
    detail: schedule,
    title: `CronJob ${name}: ${schedule}`,
    object: key,
    heightPx: Math.max(38, rows * rowPx + 24),
    rows: Math.max(2, rows),
    segments,
    marks: marksOf(history, key, words),
  };
}

function jobsOf(history: History, uid: string | undefined): Segment[] {
  return history.keys('Job').flatMap((key) => {
    const versions = history.versions(key);
    const first = versions[0]?.object;
    if (first === undefined || controllerOf(first)?.uid !== uid) return [];
    const end = versions.find(({ object }) => object === undefined || endOf(object as Job) !== '');
    const fromMs = versions[0]?.timeMs ?? 0;
    const toMs = end?.timeMs ?? history.endMs;
    const state = stateOf(end?.object as Job | undefined, end !== undefined);
    return [{ fromMs, toMs, state, title: parseObjectKey(key).name }];
  });
}

function endOf({ status }: Job): 'Complete' | 'Failed' | '' {
  if (isConditionTrue(status?.conditions, 'Complete')) return 'Complete';
  return isConditionTrue(status?.conditions, 'Failed') ? 'Failed' : '';
}

/** A Job that was removed before it ended is drawn as one on its way out. */
function stateOf(job: Job | undefined, hasEnd: boolean): StateId {
  if (job === undefined) return hasEnd ? 'terminating' : 'running';
  return endOf(job) === 'Complete' ? 'succeeded' : 'failed';
}

/** Gives each Job the first row that is free when it begins. */
function inRows(jobs: readonly Segment[]): Segment[] {
  const busyUntil: number[] = [];
  return [...jobs]
    .sort((one, other) => one.fromMs - other.fromMs)
    .map((job) => {
      const free = busyUntil.findIndex((untilMs) => untilMs <= job.fromMs);
      const row = Math.min(rowsMax - 1, free === -1 ? busyUntil.length : free);
      busyUntil[row] = Math.max(busyUntil[row] ?? 0, job.toMs);
      return { ...job, row };
    });
}

function marksOf(history: History, key: string, words: Words): Mark[] {
  const { trace } = history;
  const wordOf: Readonly<Record<string, string>> = {
    'skip-run': words.runSkipped,
    'miss-run': words.runMissed,
  };
  return entriesAbout(history, key).flatMap((entry): Mark[] => {
    const verb = trace.verb(entry);
    const timeMs = trace.timeMs(entry);
    if (verb === 'start-run') return [{ timeMs, word: '', tone: 'plain', weight: 1, entry }];
    const word = wordOf[verb];
    return word === undefined ? [] : [{ timeMs, word, tone: 'bad', weight: 6, entry }];
  });
}
