/**
 * The rows of Job, CronJob, HorizontalPodAutoscaler and PodDisruptionBudget.
 *
 * Upstream: pkg/printers/internalversion/printers.go printJob, printCronJob, formatHPAMetrics
 */
import { isConditionTrue } from '../../api/conditions.ts';
import { formatLabelSelector } from '../../api/selector.ts';
import { formatAge, tryParseTime } from '../../api/time.ts';
import type {
  CronJob,
  HorizontalPodAutoscaler,
  Job,
  MetricSpec,
  MetricStatus,
  PodDisruptionBudget,
} from '../../api/types.gen.ts';
import { age, columns } from './table.ts';
import type { KindPrinter } from './table.ts';
import { containersOf } from './workloads.ts';

function jobStatus(job: Job): string {
  const { conditions } = job.status ?? {};
  if (isConditionTrue(conditions, 'Complete')) return 'Complete';
  if (isConditionTrue(conditions, 'Failed')) return 'Failed';
  if (job.metadata.deletionTimestamp) return 'Terminating';
  if (isConditionTrue(conditions, 'Suspended')) return 'Suspended';
  if (isConditionTrue(conditions, 'FailureTarget')) return 'FailureTarget';
  if (isConditionTrue(conditions, 'SuccessCriteriaMet')) return 'SuccessCriteriaMet';
  return 'Running';
}

function jobCompletions({ spec, status }: Job): string {
  const succeeded = status?.succeeded ?? 0;
  if (spec?.completions !== undefined && spec.completions !== null) {
    return `${succeeded}/${spec.completions}`;
  }
  const parallelism = spec?.parallelism ?? 0;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function jobDuration({ status }: Job, nowMs: number): string {
  const started = status?.startTime ? tryParseTime(status.startTime) : undefined;
  if (started === undefined) return '';
  const ended = status?.completionTime ? tryParseTime(status.completionTime) : undefined;
  return formatAge(Math.trunc(((ended ?? nowMs) - started) / 1_000) * 1_000);
}

export const jobPrinter: KindPrinter<Job> = {
  columns: columns('Name,Status,Completions,Duration,Age|Containers,Images,Selector'),
  cells: (job, nowMs) => [
    job.metadata.name ?? '',
    jobStatus(job),
    jobCompletions(job),
    jobDuration(job, nowMs),
    age(job.metadata.creationTimestamp, nowMs),
    ...containersOf(job.spec?.template),
    formatLabelSelector(job.spec?.selector),
  ],
};

export const cronJobPrinter: KindPrinter<CronJob> = {
  columns: columns(
    'Name,Schedule,Timezone,Suspend,Active,Last Schedule,Age|Containers,Images,Selector',
  ),
  cells: ({ metadata, spec, status }, nowMs) => [
    metadata.name ?? '',
    spec?.schedule ?? '',
    spec?.timeZone ?? '<none>',
    spec?.suspend ? 'True' : 'False',
    (status?.active ?? []).length,
    status?.lastScheduleTime ? age(status.lastScheduleTime, nowMs) : '<none>',
    age(metadata.creationTimestamp, nowMs),
    ...containersOf(spec?.jobTemplate.spec?.template),
    formatLabelSelector(spec?.jobTemplate.spec?.selector),
  ],
};

/** One metric as `cpu: 10%/50%`. */
export function formatMetric(spec: MetricSpec, status: MetricStatus | undefined): string {
  const resource = spec.resource ?? spec.containerResource;
  const current = status?.resource?.current ?? status?.containerResource?.current;
  if (resource) {
    const { target } = resource;
    if (target.averageValue !== undefined) {
      return `${resource.name}: ${current?.averageValue ?? '<unknown>'}/${target.averageValue}`;
    }
    const used = current?.averageUtilization;
    const wanted = target.averageUtilization;
    const shown = used === undefined ? '<unknown>' : `${used}%`;
    return `${resource.name}: ${shown}/${wanted === undefined ? '<auto>' : `${wanted}%`}`;
  }
  if (spec.pods) {
    const now = status?.pods?.current.averageValue ?? '<unknown>';
    return `${now}/${spec.pods.target.averageValue ?? ''}`;
  }
  const target = spec.external?.target ?? spec.object?.target;
  const now = status?.external?.current ?? status?.object?.current;
  if (target?.averageValue !== undefined) {
    return `${now?.averageValue ?? '<unknown>'}/${target.averageValue} (avg)`;
  }
  return `${now?.value ?? '<unknown>'}/${target?.value ?? ''}`;
}

function formatMetrics({ spec, status }: HorizontalPodAutoscaler): string {
  const metrics = spec?.metrics ?? [];
  if (metrics.length === 0) return '<none>';
  const shown = metrics
    .slice(0, 2)
    .map((metric, index) => formatMetric(metric, status?.currentMetrics?.[index] ?? undefined));
  const more = metrics.length > 2 ? ` + ${metrics.length - 2} more...` : '';
  return `${shown.join(', ')}${more}`;
}

export const autoscalerPrinter: KindPrinter<HorizontalPodAutoscaler> = {
  columns: columns('Name,Reference,Targets,MinPods,MaxPods,Replicas,Age'),
  cells: (scaler, nowMs) => {
    const { metadata, spec, status } = scaler;
    return [
      metadata.name ?? '',
      `${spec?.scaleTargetRef.kind ?? ''}/${spec?.scaleTargetRef.name ?? ''}`,
      formatMetrics(scaler),
      spec?.minReplicas ?? '<unset>',
      spec?.maxReplicas ?? 0,
      status?.currentReplicas ?? 0,
      age(metadata.creationTimestamp, nowMs),
    ];
  },
};

export const disruptionBudgetPrinter: KindPrinter<PodDisruptionBudget> = {
  columns: columns('Name,Min Available,Max Unavailable,Allowed Disruptions,Age'),
  cells: ({ metadata, spec, status }, nowMs) => [
    metadata.name ?? '',
    spec?.minAvailable ?? 'N/A',
    spec?.maxUnavailable ?? 'N/A',
    status?.disruptionsAllowed ?? 0,
    age(metadata.creationTimestamp, nowMs),
  ],
};
