/**
 * `kubectl cordon` and `uncordon`: whether new pods may come to a node.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/cmd/drain/drain.go RunCordonOrUncordon
 * Docs: /docs/reference/kubectl/generated/kubectl_cordon/
 */
import type { Node } from '../../api/types.gen.ts';
import { usageError } from '../errors.ts';
import { resolveTargets, visitTargets } from '../targets.ts';
import { dryRunFlag, dryRunOf, dryRunSuffix, selectorFlag } from '../verb.ts';
import type { Verb } from '../verb.ts';

function cordoning(wanted: boolean): Verb {
  const name = wanted ? 'cordon' : 'uncordon';
  return {
    name,
    about: wanted ? 'Mark node as unschedulable' : 'Mark node as schedulable',
    usage: `${name} NODE`,
    flags: [selectorFlag, dryRunFlag],
    *run(invocation) {
      const { args, flags, path, api, out } = invocation;
      if (args.length === 0 && !flags.has('selector')) {
        throw usageError(path, `USAGE: ${name} NODE [flags]`);
      }
      const dryRun = dryRunOf(invocation);
      const { targets, errors } = resolveTargets(invocation, {
        args: flags.has('selector') ? ['nodes'] : ['nodes', ...args],
        selector: flags.has('selector') ? flags.text('selector') : undefined,
      });
      yield* visitTargets(invocation, targets, errors, function* (info) {
        const { spec } = info.object as unknown as Node;
        const sentence = `node/${info.name}`;
        if ((spec?.unschedulable ?? false) === wanted) {
          out.stdout(`${sentence} already ${name}ed${dryRunSuffix(dryRun)}\n`);
          return;
        }
        const patch = { spec: { unschedulable: wanted ? true : null } };
        if (dryRun !== 'client') {
          yield* api.patch(info.row, '', info.name, 'strategic', patch, {
            dryRun: dryRun === 'server' || undefined,
          });
        }
        out.stdout(`${sentence} ${name}ed${dryRunSuffix(dryRun)}\n`);
      });
    },
  };
}

export const cordon = cordoning(true);
export const uncordon = cordoning(false);
