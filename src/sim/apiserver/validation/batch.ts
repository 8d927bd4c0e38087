/**
 * Validation of Jobs and CronJobs.
 *
 * Upstream: pkg/apis/batch/validation/validation.go
 * Docs: /docs/concepts/workloads/controllers/job/
 */
import { scheduleError } from '../../api/cron-schedule.ts';
import { semanticEqual } from '../../api/deep-equal.ts';
import {
  child,
  duplicate,
  index,
  invalid,
  key,
  notSupported,
  required,
  tooMany,
} from '../../api/field-error.ts';
import type { FieldError } from '../../api/field-error.ts';
import { sortKeys } from '../../api/go-format.ts';
import { isDns1123Label, isQualifiedName } from '../../api/names.ts';
import { matchesLabels } from '../../api/selector.ts';
import { findTimeZone } from '../../api/time-zone.ts';
import type {
  CronJob,
  Job,
  JobSpec,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyRule,
  SuccessPolicy,
} from '../../api/types.gen.ts';
import { immutableMessage, labelSelector, nonNegative, textErrors } from './checks.ts';
import { internalForm } from './internal-form.ts';
import type { KindRules } from './kind-rules.ts';
import { validatePodTemplate } from './pod-spec.ts';
import { templateWarnings, workloadNameWarnings } from './pod-warnings.ts';
import { printedSelector } from './selector-form.ts';
import { asSelector, labelMismatch, templateLabels } from './selectors.ts';

/** Label that ties a Job to its pods by the Job's UID. */
export const controllerUidLabel = 'batch.kubernetes.io/controller-uid';

function createJob(job: Job): FieldError[] {
  const errors = [...generatedSelector(job), ...selectedJobSpec('spec', job.spec)];
  const { completionMode, completions } = job.spec;
  if (completionMode !== 'Indexed' || !completions || completions < 1) return errors;
  const podName = `${job.metadata.name ?? ''}-${completions - 1}`;
  if (isDns1123Label(podName).length > 0) {
    const detail = `will not able to create pod with invalid DNS label: ${podName}`;
    errors.push(invalid('metadata.name', job.metadata.name, detail));
  }
  return errors;
}

function generatedSelector(job: Job): FieldError[] {
  const { manualSelector, selector } = job.spec;
  if (manualSelector === true || !selector) return [];
  const { uid = '', name = '' } = job.metadata;
  const errors: FieldError[] = [];
  const given = job.spec.template.metadata?.labels ?? {};
  const expected = {
    'controller-uid': uid,
    'job-name': name,
    [controllerUidLabel]: uid,
    'batch.kubernetes.io/job-name': name,
  };
  for (const [label, value] of Object.entries(expected)) {
    const at = key('spec.template.metadata.labels', label);
    const detail = `must be '${value}'`;
    if (given[label] === undefined) errors.push(required(at, detail));
    else if (given[label] !== value) errors.push(invalid(at, sortKeys(given), detail));
  }
  const meaning = asSelector(selector);
  if (meaning && !matchesLabels(meaning, expected)) {
    const detail = '`selector` not auto-generated';
    errors.push(invalid('spec.selector', printedSelector(selector), detail));
  }
  return errors;
}

function selectedJobSpec(path: string, spec: JobSpec): FieldError[] {
  const errors = jobSpec(path, spec);
  const at = child(path, 'selector');
  const templatePath = child(path, 'template');
  if (!spec.selector) {
    return [...errors, required(at), labelMismatch(templatePath, spec.template)];
  }
  errors.push(...labelSelector(at, spec.selector));
  const meaning = asSelector(spec.selector);
  if (meaning) errors.push(...templateLabels(templatePath, spec.template, meaning));
  return errors;
}

function jobSpec(path: string, spec: JobSpec): FieldError[] {
  const errors: FieldError[] = [];
  const numbers = [
    'parallelism',
    'completions',
    'activeDeadlineSeconds',
    'backoffLimit',
    'ttlSecondsAfterFinished',
    'backoffLimitPerIndex',
    'maxFailedIndexes',
  ] as const;
  for (const field of numbers) errors.push(...nonNegative(child(path, field), spec[field]));
  if (spec.managedBy !== undefined) {
    const isPath = spec.managedBy.includes('/') && isQualifiedName(spec.managedBy).length === 0;
    const detail = 'must be a domain-prefixed path (such as "acme.io/foo")';
    if (!isPath) errors.push(invalid(child(path, 'managedBy'), spec.managedBy, detail));
  }
  errors.push(...indexedMode(path, spec));
  errors.push(...failurePolicy(child(path, 'podFailurePolicy'), spec));
  if (spec.successPolicy)
    errors.push(...successPolicy(child(path, 'successPolicy'), spec, spec.successPolicy));
  const replacement = spec.podReplacementPolicy;
  const replacements = spec.podFailurePolicy ? ['Failed'] : ['Failed', 'TerminatingOrFailed'];
  if (replacement !== undefined && !replacements.includes(replacement)) {
    errors.push(notSupported(child(path, 'podReplacementPolicy'), replacement, replacements));
  }
  errors.push(...validatePodTemplate(child(path, 'template'), spec.template));
  const restartPath = child(path, 'template', 'spec', 'restartPolicy');
  const restart = spec.template.spec.restartPolicy ?? '';
  if (restart !== 'OnFailure' && restart !== 'Never') {
    errors.push(required(restartPath, 'valid values: "OnFailure", "Never"'));
  } else if (spec.podFailurePolicy && restart !== 'Never') {
    const detail = 'only "Never" is supported when podFailurePolicy is specified';
    errors.push(invalid(restartPath, restart, detail));
  }
  return errors;
}

function indexedMode(path: string, spec: JobSpec): FieldError[] {
  const errors: FieldError[] = [];
  const mode = spec.completionMode;
  if (mode !== undefined && mode !== 'NonIndexed' && mode !== 'Indexed') {
    errors.push(notSupported(child(path, 'completionMode'), mode, ['NonIndexed', 'Indexed']));
  }
  if (mode === 'Indexed') {
    if (spec.completions === undefined) {
      errors.push(required(child(path, 'completions'), 'when completion mode is Indexed'));
    }
    if ((spec.parallelism ?? 0) > 100_000) {
      const detail = 'must be less than or equal to 100000 when completion mode is Indexed';
      errors.push(invalid(child(path, 'parallelism'), spec.parallelism, detail));
    }
    return errors;
  }
  for (const field of ['backoffLimitPerIndex', 'maxFailedIndexes'] as const) {
    if (spec[field] === undefined) continue;
    errors.push(invalid(child(path, field), spec[field], 'requires indexed completion mode'));
  }
  return errors;
}

const maxRules = 20;
const actions = ['Count', 'FailIndex', 'FailJob', 'Ignore'];

function failurePolicy(path: string, spec: JobSpec): FieldError[] {
  const rules = spec.podFailurePolicy?.rules ?? [];
  const at = child(path, 'rules');
  const errors = rules.length > maxRules ? [tooMany(at, rules.length, maxRules)] : [];
  return [...errors, ...rules.flatMap((rule, i) => failureRule(index(at, i), rule, spec))];
}

function failureRule(path: string, rule: PodFailurePolicyRule, spec: JobSpec): FieldError[] {
  const errors: FieldError[] = [];
  const actionPath = child(path, 'action');
  if (rule.action === '') {
    const list = actions.map((action) => `"${action}"`).join(' ');
    errors.push(required(actionPath, `valid values: [${list}]`));
  } else if (rule.action === 'FailIndex' && spec.backoffLimitPerIndex === undefined) {
    const detail = 'requires the backoffLimitPerIndex to be set';
    errors.push(invalid(actionPath, rule.action, detail));
  } else if (!actions.includes(rule.action)) {
    errors.push(notSupported(actionPath, rule.action, actions));
  }
  if (rule.onExitCodes)
    errors.push(...exitCodes(child(path, 'onExitCodes'), rule.onExitCodes, spec));
  const conditions = rule.onPodConditions ?? [];
  const conditionsPath = child(path, 'onPodConditions');
  if (conditions.length > maxRules)
    errors.push(tooMany(conditionsPath, conditions.length, maxRules));
  for (const [i, { type, status }] of conditions.entries()) {
    const at = index(conditionsPath, i);
    errors.push(...textErrors(child(at, 'type'), type, isQualifiedName));
    const words = ['False', 'True', 'Unknown'];
    if (!words.includes(status ?? '')) {
      errors.push(notSupported(child(at, 'status'), status ?? '', words));
    }
  }
  const given = Number(rule.onExitCodes !== undefined) + Number(conditions.length > 0);
  if (given !== 1) {
    const detail =
      given === 0
        ? 'specifying one of OnExitCodes and OnPodConditions is required'
        : 'specifying both OnExitCodes and OnPodConditions is not supported';
    errors.push({ type: 'FieldValueInvalid', field: path, detail });
  }
  return errors;
}

function exitCodes(
  path: string,
  { containerName, operator, values }: PodFailurePolicyOnExitCodesRequirement,
  spec: JobSpec,
): FieldError[] {
  const errors: FieldError[] = [];
  const operators = ['In', 'NotIn'];
  const at = child(path, 'operator');
  if (operator === '') errors.push(required(at, 'valid values: ["In" "NotIn"]'));
  else if (!operators.includes(operator)) errors.push(notSupported(at, operator, operators));
  const pod = spec.template.spec;
  const names = [...pod.containers, ...(pod.initContainers ?? [])].map(({ name }) => name);
  if (containerName !== undefined && !names.includes(containerName)) {
    const detail = 'must be one of the container or initContainer names in the pod template';
    errors.push(invalid(child(path, 'containerName'), containerName, detail));
  }
  const valuesPath = child(path, 'values');
  if (values.length === 0) {
    errors.push(invalid(valuesPath, null, 'at least one value is required'));
  } else if (values.length > 255) errors.push(tooMany(valuesPath, values.length, 255));
  const seen = new Set<number>();
  for (const [i, value] of values.entries()) {
    if (operator === 'In' && value === 0) {
      errors.push(invalid(index(valuesPath, i), value, 'must not be 0 for the In operator'));
    }
    if (seen.has(value)) errors.push(duplicate(index(valuesPath, i), value));
    seen.add(value);
  }
  if (values.some((value, i) => i > 0 && (values[i - 1] ?? value) > value)) {
    errors.push(invalid(valuesPath, values, 'must be ordered'));
  }
  return errors;
}

function successPolicy(path: string, spec: JobSpec, policy: SuccessPolicy): FieldError[] {
  if (spec.completionMode !== 'Indexed') {
    const value = internalForm('SuccessPolicy', policy);
    return [invalid(path, value, 'requires indexed completion mode')];
  }
  const at = child(path, 'rules');
  if (policy.rules.length === 0) {
    const detail = 'at least one rules must be specified when the successPolicy is specified';
    return [required(at, detail)];
  }
  const errors = policy.rules.length > maxRules ? [tooMany(at, policy.rules.length, maxRules)] : [];
  for (const [i, rule] of policy.rules.entries()) {
    const rulePath = index(at, i);
    if (rule.succeededCount === undefined && rule.succeededIndexes === undefined) {
      const detail = 'at least one of succeededCount or succeededIndexes must be specified';
      errors.push(required(rulePath, detail));
    }
    if (rule.succeededIndexes !== undefined) {
      const error = indexesError(rule.succeededIndexes, spec.completions ?? 0);
      const detail = `error parsing succeededIndexes: ${error ?? ''}`;
      const indexesPath = child(rulePath, 'succeededIndexes');
      if (error) errors.push(invalid(indexesPath, rule.succeededIndexes, detail));
    }
    errors.push(...nonNegative(child(rulePath, 'succeededCount'), rule.succeededCount));
  }
  return errors;
}

/** Checks text such as `0-2,5`; returns what is wrong with it. */
function indexesError(text: string, completions: number): string | undefined {
  let last = -1;
  for (const fragment of text === '' ? [] : text.split(',')) {
    const parts = fragment.split('-');
    if (parts.length > 2) {
      return (
        `the fragment "${fragment}" violates the requirement that an index interval can have at most two parts ` +
        "separated by '-'"
      );
    }
    for (const part of parts) {
      if (!/^\d+$/.test(part)) return `cannot convert string to integer for index: "${part}"`;
      const value = Number(part);
      if (value >= completions) return `too large index: "${part}"`;
      if (value <= last) return `non-increasing order, previous: ${last}, current: ${value}`;
      last = value;
    }
  }
  return undefined;
}

function updateJob(job: Job, old: Job): FieldError[] {
  const errors = createJobSpec(job);
  const { spec } = job;
  const frozen = (field: keyof JobSpec, printed: unknown): void => {
    if (semanticEqual(spec[field], old.spec[field])) return;
    errors.push(invalid(`spec.${field}`, printed ?? null, immutableMessage));
  };
  const isIndexed = spec.completionMode === 'Indexed';
  const isElastic = isIndexed && spec.completions === spec.parallelism;
  if (!isElastic) frozen('completions', spec.completions);
  frozen('selector', printedSelector(spec.selector));
  errors.push(...templateChanges(job, old));
  frozen('completionMode', spec.completionMode);
  frozen('podFailurePolicy', internalForm('PodFailurePolicy', spec.podFailurePolicy));
  frozen('backoffLimitPerIndex', spec.backoffLimitPerIndex);
  frozen('managedBy', spec.managedBy);
  frozen('successPolicy', internalForm('SuccessPolicy', spec.successPolicy));
  return errors;
}

/** Upstream checks the spec twice here, and the causes tell its errors twice. */
function createJobSpec(job: Job): FieldError[] {
  const spec = selectedJobSpec('spec', job.spec);
  return [...generatedSelector(job), ...spec, ...spec];
}

/** A suspended Job that never ran may still get scheduling fields. */
function templateChanges(job: Job, old: Job): FieldError[] {
  const [next, before] = [job.spec.template, old.spec.template];
  if (semanticEqual(next, before)) return [];
  const mayChange = old.spec.suspend === true && old.status?.startTime === undefined;
  if (!mayChange) {
    const value = { labels: next.metadata?.labels, Spec: internalForm('PodSpec', next.spec) };
    return [invalid('spec.template', value, immutableMessage)];
  }
  const { affinity, nodeSelector, tolerations, schedulingGates } = before.spec;
  const kept = { ...next.spec, affinity, nodeSelector, tolerations, schedulingGates };
  if (semanticEqual(kept, before.spec)) return [];
  return [
    invalid(
      'spec.template.spec',
      internalForm('PodSpec', kept as typeof next.spec),
      immutableMessage,
    ),
  ];
}

function jobStatus({ status = {} }: Job): FieldError[] {
  const { active = 0, succeeded, failed, ready, terminating } = status;
  const errors = Object.entries({ active, succeeded, failed, ready, terminating }).flatMap(
    ([field, value]) => nonNegative(`status.${field}`, value),
  );
  if (ready !== undefined && ready > active) {
    errors.push(invalid('status.ready', ready, 'cannot set more ready pods than active'));
  }
  return errors;
}

/** Rules of Jobs. */
export const jobRules: KindRules<Job> = {
  rechecksMetadata: true,
  create: createJob,
  update: updateJob,
  subresources: { status: jobStatus },
  warnings: (job) => [
    ...workloadNameWarnings(job.metadata.name ?? ''),
    ...templateWarnings('spec.template', job.spec.template),
  ],
};

/** Longest name that leaves room for the eleven characters which a CronJob appends for its Jobs. */
const maxCronJobName = 52;

function cronJobSpec({ spec }: CronJob): FieldError[] {
  const errors: FieldError[] = [];
  const { schedule, timeZone } = spec;
  if (schedule === '') errors.push(required('spec.schedule'));
  else {
    const error = schedule.includes('TZ')
      ? 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead'
      : scheduleError(schedule);
    if (error !== undefined) errors.push(invalid('spec.schedule', schedule, error));
  }
  errors.push(...nonNegative('spec.startingDeadlineSeconds', spec.startingDeadlineSeconds));
  if (timeZone !== undefined) errors.push(...timeZoneErrors('spec.timeZone', timeZone));
  const policy = spec.concurrencyPolicy ?? '';
  const policies = ['Allow', 'Forbid', 'Replace'];
  if (policy === '') errors.push(required('spec.concurrencyPolicy'));
  else if (!policies.includes(policy)) {
    errors.push(notSupported('spec.concurrencyPolicy', policy, policies));
  }
  if (spec.jobTemplate.spec)
    errors.push(...jobTemplate('spec.jobTemplate.spec', spec.jobTemplate.spec));
  errors.push(...nonNegative('spec.successfulJobsHistoryLimit', spec.successfulJobsHistoryLimit));
  errors.push(...nonNegative('spec.failedJobsHistoryLimit', spec.failedJobsHistoryLimit));
  return errors;
}

/** The Jobs that come of it always get a selector of their own. */
function jobTemplate(path: string, spec: JobSpec): FieldError[] {
  const errors = jobSpec(path, spec);
  if (spec.selector) {
    const detail = '`selector` will be auto-generated';
    errors.push(invalid(child(path, 'selector'), printedSelector(spec.selector), detail));
  }
  if (spec.manualSelector === true) {
    errors.push(notSupported(child(path, 'manualSelector'), true, ['nil', 'false']));
  }
  return errors;
}

function timeZoneErrors(path: string, zone: string): FieldError[] {
  if (zone === '') return [invalid(path, zone, 'timeZone must be nil or non-empty string')];
  if (zone.toLowerCase() === 'local') {
    const detail =
      'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones';
    return [invalid(path, zone, detail)];
  }
  return findTimeZone(zone) ? [] : [invalid(path, zone, `unknown time zone ${zone}`)];
}

/** Rules of CronJobs. */
export const cronJobRules: KindRules<CronJob> = {
  create(cronJob) {
    const errors = cronJobSpec(cronJob);
    const name = cronJob.metadata.name ?? '';
    if (name.length > maxCronJobName) {
      const detail = `must be no more than ${maxCronJobName} characters`;
      errors.push(invalid('metadata.name', name, detail));
    }
    return errors;
  },
  update: cronJobSpec,
  warnings: ({ metadata, spec }) => [
    ...workloadNameWarnings(metadata.name ?? ''),
    ...(spec.jobTemplate.spec
      ? templateWarnings('spec.jobTemplate.spec.template', spec.jobTemplate.spec.template)
      : []),
  ],
};
