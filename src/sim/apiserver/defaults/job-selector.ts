/**
 * The selector that the API server makes for a Job, so that each Job has pods of its own.
 *
 * Upstream: pkg/registry/batch/job/strategy.go generateSelector
 * Docs: /docs/concepts/workloads/controllers/job/#specifying-your-own-pod-selector
 */
import type { Job } from '../../api/types.gen.ts';

const nameLabels = ['job-name', 'batch.kubernetes.io/job-name'];
const controllerUidLabel = 'batch.kubernetes.io/controller-uid';
const uidLabels = ['controller-uid', controllerUidLabel];

/**
 * Returns a new Job, which has its name and UID by now, with labels on its template and a selector for them. A Job
 * with `manualSelector` is returned as it is.
 */
export function generateJobSelector(job: Job): Job {
  if (job.spec.manualSelector === true) return job;
  const { name = '', uid = '' } = job.metadata;
  const given = job.spec.template.metadata?.labels ?? {};
  const labels: Record<string, string> = { ...given };
  for (const label of nameLabels) labels[label] ??= name;
  for (const label of uidLabels) labels[label] ??= uid;
  const matchLabels = { [controllerUidLabel]: uid, ...job.spec.selector?.matchLabels };
  // A Job without labels takes over those of its template.
  const hasLabels = Object.keys(job.metadata.labels ?? {}).length > 0;
  return {
    ...job,
    metadata: hasLabels ? job.metadata : { ...job.metadata, labels },
    spec: {
      ...job.spec,
      selector: { ...job.spec.selector, matchLabels },
      template: { ...job.spec.template, metadata: { ...job.spec.template.metadata, labels } },
    },
  };
}
