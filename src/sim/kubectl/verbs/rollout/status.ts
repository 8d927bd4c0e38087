/**
 * `kubectl rollout status`: one line for each change of the workload until it is rolled out.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/cmd/rollout/rollout_status.go
 */
import type { KubeObject } from '../../../api/object.ts';
import { anyOf } from '../../../engine/any-of.ts';
import type { Process } from '../../../engine/process.ts';
import { KubectlError } from '../../errors.ts';
import { visitTargets } from '../../targets.ts';
import type { Info } from '../../targets.ts';
import type { Invocation, Verb } from '../../verb.ts';
import { rolloutStatus } from './progress.ts';
import { hasRevisions } from './revisions.ts';
import { groupKind, rolloutFlags, rolloutTargets } from './targets.ts';

export const status: Verb = {
  name: 'status',
  about: 'Show the status of the rollout',
  usage: 'rollout status (TYPE NAME | TYPE/NAME) [flags]',
  flags: [
    ...rolloutFlags,
    { name: 'watch', short: 'w', type: 'bool' },
    { name: 'revision', type: 'int' },
    { name: 'timeout', type: 'duration' },
  ],
  *run(invocation) {
    const { targets, errors } = rolloutTargets(invocation);
    const { flags, context } = invocation;
    const timeoutMs = flags.durationMs('timeout', 0);
    const deadlineMs = timeoutMs === 0 ? Infinity : context.engine.nowMs + timeoutMs;
    yield* visitTargets(invocation, targets, errors, (info) =>
      followRollout(invocation, info, deadlineMs),
    );
  },
};

function* followRollout(invocation: Invocation, info: Info, deadlineMs: number): Process {
  const { api, flags, context, out } = invocation;
  const { row, namespace, name } = info;
  const revision = flags.int('revision', 0);
  if (!hasRevisions(info)) {
    throw new KubectlError(`no status viewer has been implemented for ${groupKind(info)}`);
  }
  /** Prints the line of an object; true when there is nothing more to wait for. */
  const show = (object: KubeObject): boolean => {
    const { line, done } = rolloutStatus(row.kind, object, revision);
    out.stdout(line);
    return done || !flags.bool('watch', true);
  };
  const fieldSelector = `metadata.name=${name}`;
  const list = yield* api.list(row, namespace, { fieldSelector });
  const [first] = list.items;
  if (first !== undefined && show(first)) return;
  const { resourceVersion } = list.metadata;
  const stream = yield* api.watch(row, namespace, { fieldSelector, resourceVersion });
  try {
    for (;;) {
      const leftMs = deadlineMs - context.engine.nowMs;
      if (leftMs <= 0) throw new KubectlError('timed out waiting for the condition');
      const next = Number.isFinite(leftMs)
        ? yield* anyOf(stream.next(), context.engine.delay(leftMs))
        : { index: 0, value: yield* stream.next() };
      if (next.index === 1) throw new KubectlError('timed out waiting for the condition');
      const event = next.value as { type: string; object: KubeObject } | undefined;
      if (event === undefined) throw new KubectlError('watch closed before the rollout was done');
      if (event.type === 'DELETED') throw new KubectlError('object has been deleted');
      const isChange = event.type === 'ADDED' || event.type === 'MODIFIED';
      if (isChange && show(event.object)) return;
    }
  } finally {
    stream.close();
  }
}
