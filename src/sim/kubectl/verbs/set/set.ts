/**
 * `kubectl set`: changes of one field of objects that have a pod template.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/cmd/set/set.go
 * Docs: /docs/reference/kubectl/generated/kubectl_set/
 */
import { usageError } from '../../errors.ts';
import { helpOf } from '../../help.ts';
import type { Verb } from '../../verb.ts';
import { setEnv } from './env.ts';
import { setImage } from './image.ts';
import { setResources } from './resources.ts';

export const set: Verb = {
  name: 'set',
  about: 'Set specific features on objects',
  usage: 'set SUBCOMMAND',
  flags: [],
  verbs: [setEnv, setImage, setResources],
  *run({ args, path, out }) {
    if (args.length > 0)
      throw usageError(path, `unknown command ${JSON.stringify(args.join(' '))}`);
    out.stdout(helpOf(set, path));
  },
};
