/**
 * `kubectl rollout`: what happens to a workload after its template changes.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/cmd/rollout/rollout.go
 * Docs: /docs/reference/kubectl/generated/kubectl_rollout/
 */
import { usageError } from '../../errors.ts';
import { helpOf } from '../../help.ts';
import type { Verb } from '../../verb.ts';
import { history } from './history.ts';
import { pause, resume } from './pause.ts';
import { restart } from './restart.ts';
import { status } from './status.ts';
import { undo } from './undo.ts';

export const rollout: Verb = {
  name: 'rollout',
  about: 'Manage the rollout of a resource',
  usage: 'rollout SUBCOMMAND',
  flags: [],
  verbs: [history, pause, restart, resume, status, undo],
  *run({ args, path, out }) {
    if (args.length > 0)
      throw usageError(path, `unknown command ${JSON.stringify(args.join(' '))}`);
    out.stdout(helpOf(rollout, path));
  },
};
