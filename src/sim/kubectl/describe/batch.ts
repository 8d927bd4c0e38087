/**
 * The descriptions of Job and CronJob.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go JobDescriber, CronJobDescriber
 */
import {
  formatLabelSelector,
  formatSelector,
  selectorFromLabelSelector,
} from '../../api/selector.ts';
import { formatAge, tryParseTime } from '../../api/time.ts';
import type { CronJob, Job, JobStatus, JobTemplateSpec } from '../../api/types.gen.ts';
import type { Describer } from './describer.ts';
import { writeTemplate } from './template.ts';
import { controllerText, longTime, writeAnnotations, writeLabels, writeName } from './text.ts';
import type { Description } from './text.ts';

/** So many characters of a list of indexes are shown, up to the next comma. */
const indexesWidth = 50;

export const describeJob: Describer<Job> = {
  *write(out, job) {
    const { metadata, spec, status = {} } = job;
    writeName(out, job);
    out.line(0, 'Selector:', formatSelector(selectorFromLabelSelector(spec.selector)));
    writeLabels(out, 'Labels', metadata.labels);
    writeAnnotations(out, 'Annotations', metadata.annotations);
    const controller = controllerText(job);
    if (controller) out.line(0, 'Controlled By:', controller);
    writeKnown(out, 'Parallelism:', spec.parallelism);
    out.line(0, 'Completions:', spec.completions ?? '<unset>');
    writeKnown(out, 'Completion Mode:', spec.completionMode);
    writeKnown(out, 'Suspend:', spec.suspend);
    writeKnown(out, 'Backoff Limit:', spec.backoffLimit);
    writeKnown(out, 'TTL Seconds After Finished:', spec.ttlSecondsAfterFinished);
    writeTimes(out, status);
    if (spec.activeDeadlineSeconds !== undefined) {
      out.line(0, 'Active Deadline Seconds:', `${spec.activeDeadlineSeconds}s`);
    }
    const ready = status.ready === undefined ? '' : ` (${status.ready} Ready)`;
    const counts = `${status.active ?? 0} Active${ready} / ${status.succeeded ?? 0} Succeeded / ${status.failed ?? 0} Failed`;
    out.line(0, 'Pods Statuses:', counts);
    if (spec.completionMode === 'Indexed') {
      out.line(0, 'Completed Indexes:', cutIndexes(status.completedIndexes ?? ''));
    }
    writeTemplate(out, spec.template);
  },
};

function writeKnown(
  out: Description,
  title: string,
  value: string | number | boolean | undefined,
): void {
  if (value !== undefined) out.line(0, title, value);
}

function writeTimes(out: Description, { startTime, completionTime }: JobStatus): void {
  if (startTime !== undefined) out.line(0, 'Start Time:', longTime(startTime));
  if (completionTime !== undefined) out.line(0, 'Completed At:', longTime(completionTime));
  const startMs = tryParseTime(startTime ?? '');
  const endMs = tryParseTime(completionTime ?? '');
  if (startMs === undefined || endMs === undefined) return;
  out.line(0, 'Duration:', formatAge(endMs - startMs));
}

function cutIndexes(indexes: string): string {
  if (indexes === '') return '<none>';
  const comma = indexes.indexOf(',', indexesWidth);
  return comma < 0 ? indexes : `${indexes.slice(0, comma + 1)}...`;
}

export const describeCronJob: Describer<CronJob> = {
  *write(out, cronJob) {
    const { metadata, spec, status = {} } = cronJob;
    writeName(out, cronJob);
    writeLabels(out, 'Labels', metadata.labels);
    writeAnnotations(out, 'Annotations', metadata.annotations);
    out.line(0, 'Schedule:', spec.schedule);
    out.line(0, 'Concurrency Policy:', spec.concurrencyPolicy ?? '');
    out.line(0, 'Suspend:', boolText(spec.suspend));
    out.line(0, 'Time Zone:', spec.timeZone ?? '<unset>');
    out.line(0, 'Successful Job History Limit:', spec.successfulJobsHistoryLimit ?? '<unset>');
    out.line(0, 'Failed Job History Limit:', spec.failedJobsHistoryLimit ?? '<unset>');
    const deadline = spec.startingDeadlineSeconds;
    const deadlineText = deadline === undefined ? '<unset>' : `${deadline}s`;
    out.line(0, 'Starting Deadline Seconds:', deadlineText);
    writeJobTemplate(out, spec.jobTemplate);
    const last = status.lastScheduleTime;
    out.line(0, 'Last Schedule Time:', last === undefined ? '<unset>' : longTime(last));
    const active = (status.active ?? []).map(({ name = '' }) => name);
    out.line(0, 'Active Jobs:', active.length === 0 ? '<none>' : active.join(', '));
  },
};

function boolText(value: boolean | undefined): string {
  if (value === undefined) return '<unset>';
  return value ? 'True' : 'False';
}

function writeJobTemplate(out: Description, { spec }: JobTemplateSpec): void {
  const { selector, activeDeadlineSeconds } = spec;
  out.line(0, 'Selector:', selector === undefined ? '<unset>' : formatLabelSelector(selector));
  out.line(0, 'Parallelism:', spec.parallelism ?? '<unset>');
  out.line(0, 'Completions:', spec.completions ?? '<unset>');
  if (activeDeadlineSeconds !== undefined) {
    out.line(0, 'Active Deadline Seconds:', `${activeDeadlineSeconds}s`);
  }
  writeTemplate(out, spec.template);
}
