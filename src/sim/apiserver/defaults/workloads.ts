/**
 * Defaults of the controllers' kinds: Deployment, ReplicaSet, StatefulSet, DaemonSet, Job, CronJob,
 * ReplicationController.
 *
 * Upstream: pkg/apis/apps/v1/defaults.go, pkg/apis/batch/v1/defaults.go, pkg/apis/core/v1/defaults.go
 */
import type {
  CronJob,
  DaemonSet,
  Deployment,
  Job,
  PodTemplate,
  ReplicaSet,
  ReplicationController,
  StatefulSet,
} from '../../api/types.gen.ts';
import type { Draft } from '../draft.ts';
import { defaultPodTemplate } from './pod-spec.ts';

const defaultRevisionHistoryLimit = 10;
const maxInt32 = 2 ** 31 - 1;

/** Fills in the defaults of a Deployment. */
export function defaultDeployment({ spec }: Draft<Deployment>): void {
  defaultPodTemplate(spec.template);
  spec.replicas ??= 1;
  spec.strategy ??= {};
  spec.strategy.type ??= 'RollingUpdate';
  if (spec.strategy.type === 'RollingUpdate') {
    spec.strategy.rollingUpdate ??= {};
    spec.strategy.rollingUpdate.maxUnavailable ??= '25%';
    spec.strategy.rollingUpdate.maxSurge ??= '25%';
  }
  spec.revisionHistoryLimit ??= defaultRevisionHistoryLimit;
  spec.progressDeadlineSeconds ??= 600;
}

/** Fills in the defaults of a ReplicaSet. */
export function defaultReplicaSet({ spec }: Draft<ReplicaSet>): void {
  defaultPodTemplate(spec.template);
  spec.replicas ??= 1;
}

/** Fills in the defaults of a ReplicationController, whose labels and selector may come from its template. */
export function defaultReplicationController(controller: Draft<ReplicationController>): void {
  const { metadata, spec } = controller;
  const labels = spec.template?.metadata?.labels;
  if (spec.template) defaultPodTemplate(spec.template);
  spec.replicas ??= 1;
  if (!labels) return;
  if (Object.keys(spec.selector ?? {}).length === 0) spec.selector = { ...labels };
  if (Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = { ...labels };
}

/** Fills in the defaults of a StatefulSet. `type: RollingUpdate` written alone stays without a partition. */
export function defaultStatefulSet({ spec }: Draft<StatefulSet>): void {
  defaultPodTemplate(spec.template);
  spec.podManagementPolicy ??= 'OrderedReady';
  spec.updateStrategy ??= {};
  if (spec.updateStrategy.type === undefined) {
    spec.updateStrategy.type = 'RollingUpdate';
    spec.updateStrategy.rollingUpdate ??= {};
    spec.updateStrategy.rollingUpdate.partition ??= 0;
  }
  if (spec.updateStrategy.type === 'RollingUpdate' && spec.updateStrategy.rollingUpdate) {
    spec.updateStrategy.rollingUpdate.partition ??= 0;
  }
  spec.persistentVolumeClaimRetentionPolicy ??= {};
  spec.persistentVolumeClaimRetentionPolicy.whenDeleted ||= 'Retain';
  spec.persistentVolumeClaimRetentionPolicy.whenScaled ||= 'Retain';
  spec.replicas ??= 1;
  spec.revisionHistoryLimit ??= defaultRevisionHistoryLimit;
  for (const claim of spec.volumeClaimTemplates ?? []) {
    claim.apiVersion ??= 'v1';
    claim.kind ??= 'PersistentVolumeClaim';
    claim.spec.volumeMode ??= 'Filesystem';
    claim.status ??= {};
    claim.status.phase ??= 'Pending';
  }
}

/** Fills in the defaults of a DaemonSet. */
export function defaultDaemonSet({ spec }: Draft<DaemonSet>): void {
  defaultPodTemplate(spec.template);
  spec.updateStrategy ??= {};
  spec.updateStrategy.type ??= 'RollingUpdate';
  if (spec.updateStrategy.type === 'RollingUpdate') {
    spec.updateStrategy.rollingUpdate ??= {};
    spec.updateStrategy.rollingUpdate.maxUnavailable ??= 1;
    spec.updateStrategy.rollingUpdate.maxSurge ??= 0;
  }
  spec.revisionHistoryLimit ??= defaultRevisionHistoryLimit;
}

/** Fills in the defaults of a Job. */
export function defaultJob(job: Draft<Job>): void {
  const { metadata, spec } = job;
  defaultPodTemplate(spec.template);
  if (spec.completions === undefined && spec.parallelism === undefined) {
    spec.completions = 1;
    spec.parallelism = 1;
  }
  spec.parallelism ??= 1;
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? 6 : maxInt32;
  const labels = spec.template.metadata?.labels;
  // With a generated selector the labels are taken over once the template has those for it.
  const hasLabels = Object.keys(metadata.labels ?? {}).length > 0;
  if (spec.manualSelector === true && labels && !hasLabels) metadata.labels = { ...labels };
  spec.completionMode ??= 'NonIndexed';
  spec.suspend ??= false;
  spec.podReplacementPolicy ??= spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed';
  spec.manualSelector ??= false;
  defaultFailurePolicy(spec);
}

function defaultFailurePolicy(spec: Draft<Job>['spec']): void {
  for (const rule of spec.podFailurePolicy?.rules ?? []) {
    for (const pattern of rule.onPodConditions ?? []) pattern.status ||= 'True';
  }
}

/** Fills in the defaults of a CronJob. The Job in it gets only those of its pod template. */
export function defaultCronJob({ spec }: Draft<CronJob>): void {
  const job = spec.jobTemplate.spec;
  if (job) {
    defaultPodTemplate(job.template);
    defaultFailurePolicy(job);
  }
  spec.concurrencyPolicy ??= 'Allow';
  spec.suspend ??= false;
  spec.successfulJobsHistoryLimit ??= 3;
  spec.failedJobsHistoryLimit ??= 1;
}

/** Fills in the defaults of a PodTemplate. */
export function defaultPodTemplateKind(object: Draft<PodTemplate>): void {
  if (object.template) defaultPodTemplate(object.template);
}
