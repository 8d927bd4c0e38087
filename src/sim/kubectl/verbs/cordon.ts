/**
 * `kubectl cordon` and `uncordon`: whether new pods may come to a node.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/cmd/drain/drain.go RunCordonOrUncordon
 * Docs: /docs/reference/kubectl/generated/kubectl_cordon/
 */
import type { Node } from '../../api/types.gen.ts';
import type { Process } from '../../engine/process.ts';
import { throwCollected, usageError } from '../errors.ts';
import { fetchAll, resolveTargets } from '../targets.ts';
import type { Info } from '../targets.ts';
import { dryRunFlag, dryRunOf, dryRunSuffix, selectorFlag } from '../verb.ts';
import type { Invocation, Verb } from '../verb.ts';

/** Reads the nodes that a command names; with one that does not exist, nothing is done. */
export function* nodesNamed(invocation: Invocation, verb: string): Process<Info[]> {
  const { args, flags, path } = invocation;
  const selector = flags.text('selector');
  if (args.length === 0 && selector === '') throw usageError(path, `USAGE: ${verb} NODE [flags]`);
  if (args.length > 0 && selector !== '') {
    throw usageError(path, 'cannot specify both a node name and a --selector option');
  }
  const { targets } = resolveTargets(
    invocation,
    selector === ''
      ? { args: args.map((arg) => (arg.includes('/') ? arg : `nodes/${arg}`)) }
      : { args: ['nodes'], selector },
  );
  const errors: Error[] = [];
  const nodes = yield* fetchAll(invocation, targets, errors);
  throwCollected(errors);
  return nodes;
}

function cordoning(wanted: boolean): Verb {
  const name = wanted ? 'cordon' : 'uncordon';
  return {
    name,
    about: wanted ? 'Mark node as unschedulable' : 'Mark node as schedulable',
    usage: `${name} NODE`,
    flags: [selectorFlag, dryRunFlag],
    *run(invocation) {
      const { api, out } = invocation;
      const nodes = yield* nodesNamed(invocation, name);
      const dryRun = dryRunOf(invocation);
      for (const info of nodes) {
        const { spec } = info.object as unknown as Node;
        const sentence = `node/${info.name}`;
        if ((spec?.unschedulable ?? false) === wanted) {
          out.stdout(`${sentence} already ${name}ed${dryRunSuffix(dryRun)}\n`);
          continue;
        }
        const patch = { spec: { unschedulable: wanted ? true : null } };
        if (dryRun !== 'client') {
          yield* api.patch(info.row, '', info.name, 'strategic', patch, {
            dryRun: dryRun === 'server' || undefined,
          });
        }
        out.stdout(`${sentence} ${name}ed${dryRunSuffix(dryRun)}\n`);
      }
    },
  };
}

export const cordon = cordoning(true);
export const uncordon = cordoning(false);
