/**
 * `kubectl create`: objects of files, or objects made of flags.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/cmd/create/create.go
 * Docs: /docs/reference/kubectl/generated/kubectl_create/
 */
import type { KubeObject } from '../../../api/object.ts';
import { KubectlError, usageError, withSource } from '../../errors.ts';
import { helpOf } from '../../help.ts';
import { withLastApplied } from '../../last-applied.ts';
import { readOutputFormat } from '../../output-format.ts';
import { readRawBody } from '../../manifests.ts';
import { rawCreate } from '../../raw.ts';
import { printResult } from '../../result.ts';
import { resolveTargets } from '../../targets.ts';
import type { Process } from '../../../engine/process.ts';
import { collect, throwCollected } from '../../errors.ts';
import {
  dryRunFlag,
  dryRunOf,
  dryRunSuffix,
  fieldManagerFlag,
  fieldValidationOf,
  fileFlags,
  outputFlags,
  selectorFlag,
  validateFlag,
} from '../../verb.ts';
import type { Invocation, Verb } from '../../verb.ts';
import { createConfigMap } from './configmap.ts';
import { createCronJob, createJob } from './job.ts';
import { createDeployment } from './deployment.ts';
import { createNamespace, createServiceAccount } from './plain.ts';
import { createSecret } from './secret.ts';
import { createService } from './service.ts';

export const create: Verb = {
  name: 'create',
  about: 'Create a resource from a file or from stdin',
  usage: 'create -f FILENAME',
  flags: [
    ...fileFlags,
    ...outputFlags,
    selectorFlag,
    dryRunFlag,
    validateFlag,
    fieldManagerFlag,
    { name: 'edit', type: 'bool', unsupported: true },
    { name: 'raw', type: 'string' },
    { name: 'save-config', type: 'bool' },
  ],
  verbs: [
    createConfigMap,
    createCronJob,
    createDeployment,
    createJob,
    createNamespace,
    createSecret,
    createService,
    createServiceAccount,
  ],
  *run(invocation) {
    const { flags, args, path, out } = invocation;
    if (args.length > 0) throw usageError(path, `Unexpected args: [${args.join(' ')}]`);
    if (flags.list('filename').length === 0) {
      out.stderr('Error: must specify one of -f and -k\n\n');
      out.stderr(helpOf(create, path));
      return 1;
    }
    if (flags.has('raw')) return yield* createRaw(invocation);
    yield* createFromFiles(invocation);
    return 0;
  },
};

/** The body is sent as it is: its kind need not be one that is stored. */
function* createRaw(invocation: Invocation): Process<number> {
  const [path = ''] = invocation.flags.list('filename');
  return yield* rawCreate(invocation, readRawBody(invocation.context, path));
}

function* createFromFiles(invocation: Invocation): Process {
  const { flags, context, api } = invocation;
  const fieldValidation = fieldValidationOf(flags);
  const format = readOutputFormat(flags, context.files);
  const dryRun = dryRunOf(invocation);
  const { targets, errors } = resolveTargets(invocation, {
    args: [],
    filenames: flags.list('filename'),
    recursive: flags.bool('recursive'),
    selector: flags.has('selector') ? flags.text('selector') : undefined,
    validate: fieldValidation !== 'Ignore',
  });
  if (targets.length === 0 && errors.length === 0) {
    throw new KubectlError('no objects passed to create');
  }
  const all = [...errors];
  for (const target of targets) {
    if (target.form !== 'object' || !target.manifest) continue;
    const { row, namespace, source = '' } = target;
    const body = flags.bool('save-config') ? withLastApplied(target.manifest) : target.manifest;
    try {
      const object =
        dryRun === 'client'
          ? (body as unknown as KubeObject)
          : yield* api.create(row, namespace, body, {
              fieldManager: flags.text('field-manager', 'kubectl-create'),
              fieldValidation,
              dryRun: dryRun === 'server' || undefined,
            });
      printResult(invocation, format, row, object, `created${dryRunSuffix(dryRun)}`);
    } catch (error) {
      collect(all, withSource('creating', source, error));
    }
  }
  throwCollected(all);
}
