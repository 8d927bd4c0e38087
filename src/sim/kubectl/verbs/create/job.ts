/**
 * `kubectl create job` and `kubectl create cronjob`.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/cmd/create/create_job.go, create_cronjob.go
 */
import type { JsonObject } from '../../../api/object.ts';
import { apiVersionOf } from '../../../api/kinds.ts';
import type { CronJob } from '../../../api/types.gen.ts';
import type { Process } from '../../../engine/process.ts';
import { KubectlError } from '../../errors.ts';
import { fetchTarget, resolveTargets } from '../../targets.ts';
import type { Invocation, Verb } from '../../verb.ts';
import { createGenerated, generatedFlags, nameArgument } from './generated.ts';

export const createJob: Verb = {
  name: 'job',
  about: 'Create a job with the specified name',
  usage: 'create job NAME --image=image [--from=cronjob/name] -- [COMMAND] [args...]',
  flags: [...generatedFlags, { name: 'image', type: 'string' }, { name: 'from', type: 'string' }],
  *run(invocation) {
    const { flags, args, dashAt } = invocation;
    const name = nameArgument(invocation);
    const [image, from] = [flags.text('image'), flags.text('from')];
    const command = dashAt < 0 ? [] : args.slice(dashAt);
    if ((image === '') === (from === '')) {
      throw new KubectlError('either --image or --from must be specified');
    }
    if (from !== '' && command.length > 0) {
      throw new KubectlError('cannot specify --from and command');
    }
    const body = from === '' ? jobOf(name, image, command) : yield* jobFrom(invocation, name, from);
    yield* createGenerated(invocation, 'job', 'jobs.batch', body);
  },
};

function jobOf(name: string, image: string, command: readonly string[]): JsonObject {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: { template: podTemplate(name, image, command, 'Never') },
    status: {},
  };
}

function podTemplate(
  name: string,
  image: string,
  command: readonly string[],
  restartPolicy: string,
): JsonObject {
  const container = { name, image, ...(command.length > 0 ? { command } : {}), resources: {} };
  return { metadata: {}, spec: { containers: [container], restartPolicy } };
}

function* jobFrom(invocation: Invocation, name: string, from: string): Process<JsonObject> {
  const { targets } = resolveTargets(invocation, { args: [from] });
  const [target] = targets;
  const [info] = target ? yield* fetchTarget(invocation, target) : [];
  if (info?.row.kind !== 'CronJob') {
    const kind = info ? `*${info.row.version}.${info.row.kind}` : '<nil>';
    throw new KubectlError(`unknown object type ${kind}`);
  }
  const { metadata, spec } = info.object as unknown as CronJob;
  const template = spec?.jobTemplate;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name,
      ...(template?.metadata?.labels ? { labels: template.metadata.labels } : {}),
      annotations: {
        ...template?.metadata?.annotations,
        'cronjob.kubernetes.io/instantiate': 'manual',
      },
      ownerReferences: [
        {
          apiVersion: apiVersionOf(info.row),
          kind: 'CronJob',
          name: metadata.name ?? '',
          uid: metadata.uid ?? '',
          controller: true,
        },
      ],
    },
    spec: template?.spec as unknown as JsonObject,
    status: {},
  };
}

export const createCronJob: Verb = {
  name: 'cronjob',
  aliases: ['cj'],
  about: 'Create a cron job with the specified name',
  usage:
    "create cronjob NAME --image=image --schedule='0/5 * * * ?' -- [COMMAND] [args...] [flags]",
  flags: [
    ...generatedFlags,
    { name: 'image', type: 'string' },
    { name: 'schedule', type: 'string' },
    { name: 'restart', type: 'string' },
  ],
  *run(invocation) {
    const { flags, args, dashAt } = invocation;
    const missing = ['image', 'schedule'].filter((flag) => flags.text(flag) === '');
    if (missing.length > 0) {
      throw new KubectlError(
        `required flag(s) ${missing.map((one) => `"${one}"`).join(', ')} not set`,
      );
    }
    const name = nameArgument(invocation);
    const command = dashAt < 0 ? [] : args.slice(dashAt);
    const restart = flags.text('restart', 'OnFailure');
    const template = podTemplate(name, flags.text('image'), command, restart);
    yield* createGenerated(invocation, 'cronjob', 'cronjobs.batch', {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name },
      spec: {
        schedule: flags.text('schedule'),
        jobTemplate: { metadata: { name }, spec: { template } },
      },
      status: {},
    });
  },
};
