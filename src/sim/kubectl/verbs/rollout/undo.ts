/**
 * `kubectl rollout undo`: puts the template of an earlier revision back.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/polymorphichelpers/rollback.go
 */
import { semanticEqual } from '../../../api/deep-equal.ts';
import type { Deployment, PodTemplateSpec, StatefulSet } from '../../../api/types.gen.ts';
import type { Process } from '../../../engine/process.ts';
import { KubectlError } from '../../errors.ts';
import { lastAppliedKey } from '../../last-applied.ts';
import { readOutputFormat } from '../../output-format.ts';
import { withoutHash } from '../../replica-sets.ts';
import { printResult } from '../../result.ts';
import { visitTargets } from '../../targets.ts';
import type { Info } from '../../targets.ts';
import { dryRunFlag, dryRunOf, dryRunSuffix, outputFlags } from '../../verb.ts';
import type { DryRun, Invocation, Verb } from '../../verb.ts';
import { templateText } from './history.ts';
import { hasRevisions, revisionsOf } from './revisions.ts';
import type { Revision } from './revisions.ts';
import { groupKind, rolloutFlags, rolloutTargets } from './targets.ts';

/** Annotations of a Deployment that stay its own when a revision comes back. */
const ownAnnotations = [
  lastAppliedKey,
  'deployment.kubernetes.io/revision',
  'deployment.kubernetes.io/revision-history',
  'deployment.kubernetes.io/desired-replicas',
  'deployment.kubernetes.io/max-replicas',
  'deprecated.deployment.rollback.to',
];

export const undo: Verb = {
  name: 'undo',
  about: 'Undo a previous rollout',
  usage: 'rollout undo (TYPE NAME | TYPE/NAME) [flags]',
  flags: [...rolloutFlags, ...outputFlags, dryRunFlag, { name: 'to-revision', type: 'int' }],
  *run(invocation) {
    const { flags, context } = invocation;
    const format = readOutputFormat(flags, context.files);
    const dryRun = dryRunOf(invocation);
    const { targets, errors } = rolloutTargets(invocation);
    yield* visitTargets(invocation, targets, errors, function* (info) {
      warnIfApplied(invocation, info);
      if (!hasRevisions(info)) {
        throw new KubectlError(`no rollbacker has been implemented for "${groupKind(info)}"`);
      }
      const sentence =
        info.row.kind === 'Deployment'
          ? yield* undoDeployment(invocation, info, dryRun)
          : yield* undoOther(invocation, info, dryRun);
      printResult(invocation, format, info.row, info.object, `${sentence}${dryRunSuffix(dryRun)}`);
    });
  },
};

function warnIfApplied(invocation: Invocation, { row, name, object }: Info): void {
  if (object.metadata.annotations?.[lastAppliedKey] === undefined) return;
  invocation.out.stderr(
    `Warning: resource ${row.plural}/${name} was previously managed with 'kubectl apply'. ` +
      `Rolling back will not update the ${lastAppliedKey} annotation, which may cause unexpected behavior on future 'kubectl apply' operations. ` +
      "Consider using 'kubectl apply' with your previous configuration file instead.\n",
  );
}

function notInHistory(number: number): KubectlError {
  return new KubectlError(`unable to find specified revision ${number} in history`);
}

function skipped(number: number): string {
  return `skipped rollback (current template already matches revision ${number})`;
}

function* undoDeployment(invocation: Invocation, info: Info, dryRun: DryRun): Process<string> {
  const { object, row, namespace, name } = info;
  const deployment = object as unknown as Deployment;
  const wanted = invocation.flags.int('to-revision', 0);
  if (wanted < 0) throw notInHistory(wanted);
  const revisions = yield* revisionsOf(invocation, info);
  const revision = earlier(revisions, wanted);
  if (!revision) {
    if (wanted > 0) throw notInHistory(wanted);
    throw new KubectlError(`no rollout history found for deployment "${name}"`);
  }
  if (dryRun === 'client') return templateText(revision.template);
  if (deployment.spec?.paused) {
    throw new KubectlError(
      "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again",
    );
  }
  const template = withoutHash(revision.template);
  if (semanticEqual(template, withoutHash(deployment.spec?.template))) return skipped(wanted);
  const annotations: Record<string, string> = {};
  for (const key of ownAnnotations) {
    const value = deployment.metadata.annotations?.[key];
    if (value !== undefined) annotations[key] = value;
  }
  for (const [key, value] of Object.entries(revision.object.metadata.annotations ?? {})) {
    if (!ownAnnotations.includes(key)) annotations[key] = value;
  }
  const patch = [
    { op: 'replace', path: '/spec/template', value: template },
    { op: 'replace', path: '/metadata/annotations', value: annotations },
  ];
  yield* invocation.api.patch(row, namespace, name, 'json', patch, {
    dryRun: dryRun === 'server' || undefined,
  });
  return 'rolled back';
}

/** The revision asked for, or the last but one. */
function earlier(revisions: readonly Revision[], wanted: number): Revision | undefined {
  if (wanted > 0) return revisions.find((revision) => revision.number === wanted);
  return revisions.at(-2);
}

function* undoOther(invocation: Invocation, info: Info, dryRun: DryRun): Process<string> {
  const { object, row, namespace, name } = info;
  const wanted = invocation.flags.int('to-revision', 0);
  if (wanted < 0) throw notInHistory(wanted);
  const revisions = yield* revisionsOf(invocation, info);
  if (wanted === 0 && revisions.length <= 1) {
    throw new KubectlError('no last revision to roll back to');
  }
  const revision = earlier(revisions, wanted);
  if (!revision?.patch) throw notInHistory(wanted);
  if (dryRun === 'client') return templateText(revision.template);
  const present: PodTemplateSpec | undefined = (object as unknown as StatefulSet).spec?.template;
  if (semanticEqual(revision.template, present)) return skipped(wanted);
  yield* invocation.api.patch(row, namespace, name, 'strategic', revision.patch, {
    dryRun: dryRun === 'server' || undefined,
  });
  return 'rolled back';
}
