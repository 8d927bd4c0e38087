/**
 * The pods of a Job: made from its template with the tracking finalizer and, in an Indexed Job, with their index as label,
 * annotation, part of the name, host name and environment variable.
 *
 * Upstream: pkg/controller/job/job_controller.go manageJob; indexed_job_utils.go addCompletionIndexEnvVariables,
 *   podGenerateNameWithIndex
 * Docs: /docs/concepts/workloads/controllers/job/#completion-mode
 */
import { keyOf } from '../api/object-key.ts';
import { nameOf, namespaceOf } from '../api/object.ts';
import { newControllerRef } from '../api/owner-references.ts';
import type { Container, Job, PodTemplateSpec } from '../api/types.gen.ts';
import type { Process } from '../engine/process.ts';
import { failureCountAnnotations } from './job-index-failures.ts';
import type { JobSync, JobTools, Managed } from './job-state.ts';
import {
  completionIndexAnnotation,
  hasBackoffLimitPerIndex,
  jobTrackingFinalizer,
} from './job-util.ts';
import { createPod } from './pod-control.ts';
import { isNamespaceTerminating, retryable, slowStartBatch } from './worker.ts';
import type { RetryableError } from './worker.ts';

const completionIndexVariable = 'JOB_COMPLETION_INDEX';
/** A name that the API server is to complete may have so many characters. Upstream: MaxGeneratedNameLength */
const generatedBaseMax = 58;
/** The size of the first batch of creations. Upstream: SlowStartInitialBatchSize */
const firstBatchSize = 1;

/** What is to be created. */
export interface Creation {
  readonly count: number;
  /** How many pods should be active, for the trace. */
  readonly wanted: number;
  /** The indexes of the new pods, in an Indexed Job. */
  readonly indexes?: readonly number[] | undefined;
}

/** Returns the `generateName` of an index's pods; a long name of the Job is cut, the index is not. */
export function podGenerateNameWithIndex(jobName: string, index: number): string {
  const suffix = `-${index}-`;
  return `${jobName.slice(0, Math.max(0, generatedBaseMax - suffix.length))}${suffix}`;
}

/** Returns the template of a Job's pods without what belongs to an index. */
export function jobPodTemplate({ spec }: Job): PodTemplateSpec {
  const { template } = spec;
  const given = template.metadata?.finalizers ?? [];
  const finalizers = given.includes(jobTrackingFinalizer)
    ? given
    : [...given, jobTrackingFinalizer];
  return { ...template, metadata: { ...template.metadata, finalizers } };
}

/** Returns the template with which the pod of an index is made. */
export function indexedPodTemplate(
  template: PodTemplateSpec,
  jobName: string,
  index: number,
  annotations: Readonly<Record<string, string>>,
): PodTemplateSpec {
  const { metadata, spec } = template;
  const own = { [completionIndexAnnotation]: String(index) };
  const { initContainers } = spec;
  return {
    metadata: {
      ...metadata,
      labels: { ...metadata?.labels, ...own },
      annotations: { ...metadata?.annotations, ...own, ...annotations },
    },
    spec: {
      ...spec,
      hostname: `${jobName}-${index}`,
      ...(initContainers === undefined ? {} : { initContainers: initContainers.map(withIndex) }),
      containers: spec.containers.map(withIndex),
    },
  };
}

function withIndex(container: Container): Container {
  const env = container.env ?? [];
  if (env.some(({ name }) => name === completionIndexVariable)) return container;
  const fieldPath = `metadata.labels['${completionIndexAnnotation}']`;
  const variable = {
    name: completionIndexVariable,
    valueFrom: { fieldRef: { fieldPath } },
  };
  return { ...container, env: [...env, variable] };
}

/** Creates pods in batches that grow as long as none fails. */
export function* createJobPods(
  tools: JobTools,
  sync: JobSync,
  { count, wanted, indexes }: Creation,
): Process<Managed> {
  const { context, expectations } = tools;
  const { job, key } = sync;
  const active = sync.active.length;
  expectations.expectCreations(key, count);
  if (count === 0) return { active, error: undefined };
  context.engine.record(context.name, 'create-pods', keyOf(job), {
    desired: wanted,
    active,
    count,
    ...(indexes === undefined ? {} : { indexes }),
  });
  const template = jobPodTemplate(job);
  let next = 0;
  const result = yield* slowStartBatch(context, 'create', count, firstBatchSize, () => {
    next += 1;
    return createOne(tools, sync, template, indexes?.[next - 1]);
  });
  for (let missing = count - result.successCount; missing > 0; missing -= 1) {
    expectations.creationObserved(key);
  }
  return { active: active + result.successCount, error: result.error };
}

function* createOne(
  { context, consistency }: JobTools,
  { job, key, delayedDeletion }: JobSync,
  template: PodTemplateSpec,
  index: number | undefined,
): Process<RetryableError | undefined> {
  const reference = newControllerRef(job);
  const name = nameOf(job);
  const annotations =
    index !== undefined && hasBackoffLimitPerIndex(job)
      ? failureCountAnnotations(job, delayedDeletion.get(index))
      : {};
  const own =
    index === undefined ? template : indexedPodTemplate(template, name, index, annotations);
  const base = index === undefined ? undefined : podGenerateNameWithIndex(name, index);
  try {
    const pod = yield* createPod(context, namespaceOf(job), own, job, reference, base);
    consistency.wroteAt(key, pod);
    return undefined;
  } catch (thrown) {
    const error = retryable(thrown);
    return isNamespaceTerminating(error) ? undefined : error;
  }
}
