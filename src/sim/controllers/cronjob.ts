/**
 * The CronJob controller: a Job for each time of a schedule, as the concurrency policy allows, and no more old Jobs than
 * are wanted.
 *
 * - A CronJob is looked at when it or one of its Jobs changes, and a tenth of a second after each time of its schedule.
 * - A run that Forbid has skipped is made up for as soon as the running Job has ended, if its deadline allows.
 * - Jobs are its own by the name of their controller; it adopts none.
 *
 * Upstream: pkg/controller/cronjob/cronjob_controllerv2.go ControllerV2
 * Docs: /docs/concepts/workloads/controllers/cron-jobs/
 */
import { CronScheduleError, parseCronSchedule } from '../api/cron-schedule.ts';
import { deepEqual } from '../api/deep-equal.ts';
import { goQuote } from '../api/go-format.ts';
import { isBeingDeleted, nameOf, namespaceOf, namespacedName, uidOf } from '../api/object.ts';
import { keyOf } from '../api/object-key.ts';
import { controllerOf, isControlledBy } from '../api/owner-references.ts';
import { isAlreadyExists, isNotFound } from '../api/status-error.ts';
import { formatTime, parseTime } from '../api/time.ts';
import { findTimeZone, formatRfc1123 } from '../api/time-zone.ts';
import type { CronJob, Job } from '../api/types.gen.ts';
import type { ComponentContext } from '../client/component.ts';
import { referenceTo } from '../client/event-recorder.ts';
import type { Informer } from '../client/informer.ts';
import { Workqueue } from '../client/workqueue.ts';
import type { Process } from '../engine/process.ts';
import { cleanupFinishedJobs, deleteJob } from './cronjob-history.ts';
import type { CronJobSync } from './cronjob-history.ts';
import {
  InvalidScheduleError,
  areTooManyMissed,
  isLastRun,
  isTooLate,
  jobFromTemplate,
  jobNameOf,
  mostRecentScheduleTime,
  nextScheduleDelay,
} from './cronjob-schedule.ts';
import type { Timetable } from './cronjob-schedule.ts';
import { finishedConditionOf, isJobSucceeded } from './job-util.ts';
import { SyncError, caches, isNamespaceTerminating, retryable, startWorkers } from './worker.ts';
import type { RetryableError } from './worker.ts';

/** Keys synced at one time. Upstream: ConcurrentCronJobSyncs */
const workerCount = 5;

/** Runs every CronJob. */
export class CronJobController {
  readonly #context: ComponentContext;
  readonly #queue: Workqueue;
  readonly #cronJobs: Informer<CronJob>;
  readonly #jobs: Informer<Job>;

  constructor(context: ComponentContext) {
    this.#context = context;
    this.#queue = new Workqueue(context.engine, context.name);
    this.#cronJobs = context.informers.of('CronJob');
    this.#jobs = context.informers.of('Job');
  }

  start(): void {
    const enqueue = (cronJob: CronJob): void => this.#queue.add(namespacedName(cronJob));
    this.#cronJobs.addHandlers({
      onAdd: enqueue,
      onUpdate: (before, after) => this.#updateCronJob(before, after),
      onDelete: enqueue,
    });
    this.#jobs.addHandlers({
      onAdd: (job) => this.#enqueueOwner(job),
      onUpdate: (before, after) => {
        if (!deepEqual(controllerOf(before), controllerOf(after))) this.#enqueueOwner(before);
        this.#enqueueOwner(after);
      },
      onDelete: (job) => this.#enqueueOwner(job),
    });
    startWorkers(this.#context, {
      queue: this.#queue,
      workerCount,
      informers: caches(this.#cronJobs, this.#jobs),
      sync: (key) => this.#sync(key),
    });
  }

  #enqueueOwner(job: Job): void {
    const reference = controllerOf(job);
    if (reference?.kind !== 'CronJob') return;
    const owner = this.#cronJobs.indexer.get(`${namespaceOf(job)}/${reference.name}`);
    if (owner !== undefined && uidOf(owner) === reference.uid)
      this.#queue.add(namespacedName(owner));
  }

  /** A new schedule is looked at when its next time comes, any other change at once. */
  #updateCronJob(before: CronJob, after: CronJob): void {
    const key = namespacedName(after);
    const isSameSchedule =
      before.spec.schedule === after.spec.schedule && before.spec.timeZone === after.spec.timeZone;
    if (isSameSchedule) {
      this.#queue.add(key);
      return;
    }
    const timetable = this.#timetableOf(after);
    if (typeof timetable === 'string') {
      const text = `unparseable schedule for cronjob: ${after.spec.schedule}`;
      this.#context.recorder.event(after, 'Warning', 'UnParseableCronJobSchedule', text);
      return;
    }
    this.#queue.addAfter(key, nextScheduleDelay(after, this.#context.engine.nowMs, timetable));
  }

  /** Reads the schedule; a text is what is wrong with it. */
  #timetableOf({ spec }: CronJob): Timetable | string {
    try {
      const zone = findTimeZone(spec.timeZone ?? '');
      if (zone === undefined) return `unknown time zone ${spec.timeZone ?? ''}`;
      return { schedule: parseCronSchedule(spec.schedule), zone };
    } catch (error) {
      if (!(error instanceof CronScheduleError)) throw error;
      return error.message;
    }
  }

  *#sync(key: string): Process {
    const cronJob = this.#cronJobs.indexer.get(key);
    if (cronJob === undefined) return;
    const jobs = this.#jobs.indexer
      .list(namespaceOf(cronJob))
      .filter((job) => controllerOf(job)?.name === nameOf(cronJob));
    const sync: CronJobSync = { cronJob, status: cronJob.status ?? {}, isChanged: false };
    yield* cleanupFinishedJobs(this.#context, sync, jobs);
    let error: RetryableError | undefined;
    let waitMs: number | undefined;
    try {
      waitMs = yield* this.#syncCronJob(sync, jobs);
    } catch (thrown) {
      error = retryable(thrown);
    }
    if (sync.isChanged) {
      const { active = [], ...status } = sync.status;
      const next = active.length === 0 ? status : { active, ...status };
      yield* this.#context.client.of('CronJob').updateStatus({ ...sync.cronJob, status: next });
    }
    if (error !== undefined) throw error;
    if (waitMs !== undefined) this.#queue.addAfter(key, waitMs);
  }

  /** Returns the milliseconds until the CronJob has to be looked at again, if it has to. */
  *#syncCronJob(sync: CronJobSync, jobs: readonly Job[]): Process<number | undefined> {
    const { recorder, engine } = this.#context;
    yield* this.#reconcileActive(sync, jobs);
    const { cronJob } = sync;
    if (isBeingDeleted(cronJob)) return undefined;
    const { timeZone, suspend, schedule: text } = cronJob.spec;
    if (timeZone !== undefined && findTimeZone(timeZone) === undefined) {
      const why = `invalid timeZone: ${goQuote(timeZone)}: unknown time zone ${timeZone}`;
      recorder.event(cronJob, 'Warning', 'UnknownTimeZone', why);
      return undefined;
    }
    if (suspend === true) return undefined;
    const timetable = this.#timetableOf(cronJob);
    if (typeof timetable === 'string') {
      const why = `unparseable schedule: ${goQuote(text)} : ${timetable}`;
      recorder.event(cronJob, 'Warning', 'UnparseableSchedule', why);
      return undefined;
    }
    const { nowMs } = engine;
    const scheduledMs = this.#dueRun(cronJob, timetable, nowMs);
    if (scheduledMs === 'invalid') return undefined;
    if (scheduledMs !== undefined && this.#mayStart(sync, scheduledMs, nowMs)) {
      yield* this.#startJob(sync, timetable, scheduledMs);
    }
    return nextScheduleDelay({ ...cronJob, status: sync.status }, nowMs, timetable);
  }

  #dueRun(cronJob: CronJob, timetable: Timetable, nowMs: number): number | undefined | 'invalid' {
    const { recorder } = this.#context;
    try {
      const due = mostRecentScheduleTime(cronJob, nowMs, timetable, true);
      if (due.mostRecentMs !== undefined && areTooManyMissed(due)) {
        const text =
          'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew';
        recorder.event(cronJob, 'Warning', 'TooManyMissedTimes', text);
      }
      return due.mostRecentMs;
    } catch (error) {
      if (!(error instanceof InvalidScheduleError)) throw error;
      const text = `invalid schedule: ${cronJob.spec.schedule} : ${error.message}`;
      recorder.event(cronJob, 'Warning', 'InvalidSchedule', text);
      return 'invalid';
    }
  }

  /** Whether the run that is due may start: it is in time, not done yet, and alone where it has to be. */
  #mayStart({ cronJob, status }: CronJobSync, scheduledMs: number, nowMs: number): boolean {
    const { engine, recorder, name: component } = this.#context;
    const scheduled = formatTime(scheduledMs);
    if (isTooLate(cronJob, scheduledMs, nowMs)) {
      const text = `Missed scheduled time to start a job: ${formatRfc1123(scheduledMs)}`;
      recorder.event(cronJob, 'Warning', 'MissSchedule', text);
      engine.record(component, 'miss-run', keyOf(cronJob), { scheduled });
      return false;
    }
    const name = jobNameOf(cronJob, scheduledMs);
    const active = status.active ?? [];
    if (
      active.some((each) => each.name === name) ||
      isLastRun({ ...cronJob, status }, scheduledMs)
    ) {
      return false;
    }
    if (cronJob.spec.concurrencyPolicy !== 'Forbid' || active.length === 0) return true;
    const text =
      'Not starting job because prior execution is running and concurrency policy is Forbid';
    recorder.event(cronJob, 'Normal', 'JobAlreadyActive', text);
    engine.record(component, 'skip-run', keyOf(cronJob), { scheduled, active: active[0]?.name });
    return false;
  }

  /** Brings the list of active Jobs in line with the Jobs that there are. */
  *#reconcileActive(sync: CronJobSync, jobs: readonly Job[]): Process {
    const { client, recorder } = this.#context;
    const isActive = ({ status }: Pick<CronJob, 'status'>, job: Job): boolean =>
      status?.active?.some(({ uid }) => uid === uidOf(job)) === true;
    for (const job of jobs) {
      const finished = finishedConditionOf(job);
      if (finished === undefined) {
        if (isActive(sync, job)) continue;
        const { cronJob } = sync;
        const fresh = yield* client.of('CronJob').get(namespaceOf(cronJob), nameOf(cronJob));
        if (isActive(fresh, job)) {
          sync.cronJob = fresh;
          sync.status = fresh.status ?? {};
          continue;
        }
        const text = `Saw a job that the controller did not create or forgot: ${nameOf(job)}`;
        recorder.event(cronJob, 'Warning', 'UnexpectedJob', text);
        continue;
      }
      if (isActive(sync, job)) {
        forget(sync, uidOf(job));
        const text = `Saw completed job: ${nameOf(job)}, condition: ${finished.type}`;
        recorder.event(sync.cronJob, 'Normal', 'SawCompletedJob', text);
      }
      if (isJobSucceeded(job)) noteSuccess(sync, job.status?.completionTime);
    }
    const known = new Set(jobs.map(uidOf));
    for (const { name = '', namespace = '', uid = '' } of sync.status.active ?? []) {
      if (known.has(uid)) continue;
      try {
        yield* client.of('Job').get(namespace, name);
      } catch (error) {
        if (!isNotFound(error)) throw error;
        recorder.event(sync.cronJob, 'Normal', 'MissingJob', `Active job went missing: ${name}`);
        forget(sync, uid);
      }
    }
  }

  *#startJob(sync: CronJobSync, { zone }: Timetable, scheduledMs: number): Process {
    const { client, engine, recorder, name: component } = this.#context;
    const { cronJob } = sync;
    const namespace = namespaceOf(cronJob);
    const jobs = client.of('Job');
    if (cronJob.spec.concurrencyPolicy === 'Replace') yield* this.#replaceActive(sync);
    const name = jobNameOf(cronJob, scheduledMs);
    const scheduled = formatTime(scheduledMs);
    engine.record(component, 'start-run', keyOf(cronJob), { job: name, scheduled });
    let job: Job;
    try {
      job = yield* jobs.create(namespace, jobFromTemplate(cronJob, scheduledMs, zone));
      recorder.event(cronJob, 'Normal', 'SuccessfulCreate', `Created job ${name}`);
    } catch (thrown) {
      const error = retryable(thrown);
      if (isNamespaceTerminating(error)) throw error;
      if (!isAlreadyExists(error)) {
        recorder.event(cronJob, 'Warning', 'FailedCreate', `Error creating job: ${error.message}`);
        throw error;
      }
      job = yield* jobs.get(namespace, name);
      const isKnown = sync.status.active?.some(({ uid }) => uid === uidOf(job)) === true;
      if (!isControlledBy(job, cronJob) || isKnown) return;
    }
    const active = [...(sync.status.active ?? []), referenceTo(job)];
    sync.status = { ...sync.status, active, lastScheduleTime: scheduled };
    sync.isChanged = true;
  }

  *#replaceActive(sync: CronJobSync): Process {
    const { client, recorder } = this.#context;
    for (const { name = '', namespace = '' } of sync.status.active ?? []) {
      let job: Job;
      try {
        job = yield* client.of('Job').get(namespace, name);
      } catch (thrown) {
        const error = retryable(thrown);
        recorder.event(sync.cronJob, 'Warning', 'FailedGet', `Get job: ${error.message}`);
        throw error;
      }
      if (!(yield* deleteJob(this.#context, sync, job, 'replaced'))) {
        throw new SyncError(`could not replace job ${namespace}/${name}`);
      }
      sync.isChanged = true;
    }
  }
}

function forget(sync: CronJobSync, uid: string): void {
  const active = (sync.status.active ?? []).filter((each) => each.uid !== uid);
  sync.status = { ...sync.status, active };
  sync.isChanged = true;
}

function noteSuccess(sync: CronJobSync, completionTime: string | undefined): void {
  const last = sync.status.lastSuccessfulTime;
  if (completionTime === undefined) return;
  if (last !== undefined && parseTime(completionTime) <= parseTime(last)) return;
  sync.status = { ...sync.status, lastSuccessfulTime: completionTime };
  sync.isChanged = true;
}
