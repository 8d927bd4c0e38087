/**
 * `kubectl rollout restart`: a new template that differs only by an annotation with the time.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/polymorphichelpers/objectrestarter.go
 */
import { formatTime } from '../../../api/time.ts';
import type { Deployment } from '../../../api/types.gen.ts';
import { KubectlError } from '../../errors.ts';
import { readOutputFormat } from '../../output-format.ts';
import { printResult } from '../../result.ts';
import { visitTargets } from '../../targets.ts';
import type { Verb } from '../../verb.ts';
import { aboutObject, changingFlags, patchTo, rolloutTargets } from './targets.ts';

const restartedAtKey = 'kubectl.kubernetes.io/restartedAt';
const kinds = new Set(['Deployment', 'DaemonSet', 'StatefulSet']);

export const restart: Verb = {
  name: 'restart',
  about: 'Restart a resource',
  usage: 'rollout restart RESOURCE',
  flags: changingFlags,
  *run(invocation) {
    const { flags, context } = invocation;
    const format = readOutputFormat(flags, context.files);
    const { targets, errors } = rolloutTargets(invocation);
    yield* visitTargets(invocation, targets, errors, function* (info) {
      const { row, object, name } = info;
      if (!kinds.has(row.kind)) throw aboutObject(info, 'restarting is not supported');
      const { spec } = object as unknown as Deployment;
      if (spec?.paused) {
        throw aboutObject(info, "can't restart paused deployment (run rollout resume first)");
      }
      const metadata = spec?.template.metadata ?? {};
      const annotations = {
        ...metadata.annotations,
        [restartedAtKey]: formatTime(context.engine.nowMs),
      };
      const template = { ...spec?.template, metadata: { ...metadata, annotations } };
      const wanted = { ...object, spec: { ...spec, template } };
      const changed = yield* patchTo(invocation, info, wanted, { fieldManager: 'kubectl-rollout' });
      if (changed === undefined) {
        throw new KubectlError(
          `failed to create patch for ${name}: if restart has already been triggered within the past second, please wait before attempting to trigger another`,
        );
      }
      printResult(invocation, format, row, changed, 'restarted');
    });
  },
};
