/**
 * `kubectl rollout pause` and `resume`: whether a Deployment acts on changes of its template.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/cmd/rollout/rollout_pause.go, rollout_resume.go
 */
import type { Deployment } from '../../../api/types.gen.ts';
import { readOutputFormat } from '../../output-format.ts';
import { printResult } from '../../result.ts';
import { visitTargets } from '../../targets.ts';
import type { Verb } from '../../verb.ts';
import { aboutObject, changingFlags, patchTo, rolloutTargets } from './targets.ts';

function pausing(paused: boolean): Verb {
  const name = paused ? 'pause' : 'resume';
  const word = paused ? 'paused' : 'resumed';
  return {
    name,
    about: paused ? 'Mark the provided resource as paused' : 'Resume a paused resource',
    usage: `rollout ${name} RESOURCE`,
    flags: changingFlags,
    *run(invocation) {
      const { flags, context } = invocation;
      const format = readOutputFormat(flags, context.files);
      const { targets, errors } = rolloutTargets(invocation);
      yield* visitTargets(invocation, targets, errors, function* (info) {
        const { row, object } = info;
        if (row.kind !== 'Deployment') {
          throw aboutObject(info, `${name.slice(0, -1)}ing is not supported`);
        }
        const deployment = object as unknown as Deployment;
        const isPaused = deployment.spec?.paused ?? false;
        if (isPaused === paused) {
          throw aboutObject(info, paused ? 'is already paused' : 'is not paused');
        }
        const spec: Record<string, unknown> = { ...deployment.spec, paused };
        if (!paused) delete spec.paused;
        const wanted = { ...object, spec };
        const changed = yield* patchTo(invocation, info, wanted, {
          fieldManager: 'kubectl-rollout',
        });
        printResult(invocation, format, row, changed ?? object, word);
      });
    },
  };
}

export const pause = pausing(true);
export const resume = pausing(false);
