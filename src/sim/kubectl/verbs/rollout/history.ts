/**
 * `kubectl rollout history`: the revisions of a workload, or the template of one.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/cmd/rollout/rollout_history.go
 */
import { writeTemplate } from '../../describe/template.ts';
import { Description } from '../../describe/text.ts';
import { KubectlError } from '../../errors.ts';
import { objectName } from '../../names.ts';
import { printObject, readOutputFormat } from '../../output-format.ts';
import type { PodTemplateSpec } from '../../../api/types.gen.ts';
import { alignTabs, describeStyle } from '../../tabwriter.ts';
import { visitTargets } from '../../targets.ts';
import { outputFlags } from '../../verb.ts';
import type { Verb } from '../../verb.ts';
import { hasRevisions, revisionsOf, shownTemplate } from './revisions.ts';
import type { Revision } from './revisions.ts';
import { groupKind, rolloutFlags, rolloutTargets } from './targets.ts';

export const history: Verb = {
  name: 'history',
  about: 'View rollout history',
  usage: 'rollout history (TYPE NAME | TYPE/NAME) [flags]',
  flags: [...rolloutFlags, ...outputFlags, { name: 'revision', type: 'int' }],
  *run(invocation) {
    const { flags, context, out } = invocation;
    const wanted = flags.int('revision', 0);
    if (wanted < 0)
      throw new KubectlError('revision must be a positive integer: ' + String(wanted));
    const format = readOutputFormat(flags, context.files);
    const { targets, errors } = rolloutTargets(invocation);
    yield* visitTargets(invocation, targets, errors, function* (info) {
      if (!hasRevisions(info)) {
        throw new KubectlError(`no history viewer has been implemented for "${groupKind(info)}"`);
      }
      const revisions = yield* revisionsOf(invocation, info);
      const one = wanted > 0 ? find(revisions, wanted) : undefined;
      if (format.form !== 'default') {
        for (const { object } of one ? [one] : revisions) {
          printObject(format, info.row, object, out.stdout);
        }
        return;
      }
      const name = objectName(info.row, info.name);
      if (one)
        out.stdout(`${name} with revision #${wanted}\n${templateText(shownTemplate(one))}\n`);
      else out.stdout(`${name} \n${historyText(revisions)}\n`);
    });
  },
};

function find(revisions: readonly Revision[], number: number): Revision {
  const revision = revisions.find((one) => one.number === number);
  if (!revision) throw new KubectlError('unable to find the specified revision');
  return revision;
}

/** A pod template with tabs between names and values, as upstream leaves them. */
export function templateText(template: PodTemplateSpec | undefined): string {
  const text = new Description();
  writeTemplate(text, template);
  return text.unaligned();
}

function historyText(revisions: readonly Revision[]): string {
  if (revisions.length === 0) return 'No rollout history found.';
  const rows = ['REVISION\tCHANGE-CAUSE'];
  for (const { number, changeCause } of revisions)
    rows.push(`${number}\t${changeCause || '<none>'}`);
  return alignTabs(`${rows.join('\n')}\n`, describeStyle);
}
