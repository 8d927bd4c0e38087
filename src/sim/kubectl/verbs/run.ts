/**
 * `kubectl run`: one pod of one image.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/cmd/run/run.go
 * Docs: /docs/reference/kubectl/generated/kubectl_run/
 * Simplified: no `--attach`, `--rm` and `--overrides`.
 */
import type { JsonObject, KubeObject } from '../../api/object.ts';
import { KubectlError } from '../errors.ts';
import { readOutputFormat } from '../output-format.ts';
import { printResult } from '../result.ts';
import { mapResource } from '../targets.ts';
import { dryRunFlag, dryRunOf, dryRunSuffix, fieldManagerFlag, outputFlags } from '../verb.ts';
import type { Verb } from '../verb.ts';

export const run: Verb = {
  name: 'run',
  about: 'Run a particular image on the cluster',
  usage:
    'run NAME --image=image [--env="key=value"] [--port=port] [--dry-run=server|client] [--command] -- [COMMAND] [args...]',
  flags: [
    ...outputFlags,
    dryRunFlag,
    fieldManagerFlag,
    { name: 'image', type: 'string' },
    { name: 'image-pull-policy', type: 'string' },
    { name: 'env', type: 'texts' },
    { name: 'labels', short: 'l', type: 'string' },
    { name: 'annotations', type: 'texts' },
    { name: 'port', type: 'string' },
    { name: 'restart', type: 'string' },
    { name: 'command', type: 'bool' },
    { name: 'privileged', type: 'bool' },
    { name: 'attach', type: 'bool', unsupported: true },
    { name: 'stdin', short: 'i', type: 'bool', unsupported: true },
    { name: 'tty', short: 't', type: 'bool', unsupported: true },
    { name: 'rm', type: 'bool', unsupported: true },
    { name: 'overrides', type: 'string', unsupported: true },
    { name: 'expose', type: 'bool', unsupported: true },
  ],
  *run(invocation) {
    const { flags, args, dashAt, context, api, namespace } = invocation;
    if (!flags.has('image')) throw new KubectlError('required flag(s) "image" not set');
    const names = dashAt < 0 ? args : args.slice(0, dashAt);
    const [name] = names;
    if (name === undefined) throw new KubectlError('NAME is required for run');
    const words = dashAt < 0 ? args.slice(1) : args.slice(dashAt);
    const restart = flags.text('restart', 'Always');
    if (!['Always', 'OnFailure', 'Never'].includes(restart)) {
      throw new KubectlError(`invalid restart policy: ${restart}`);
    }
    const port = flags.text('port');
    const env = flags.list('env').map((text) => {
      const equals = text.indexOf('=');
      if (equals <= 0) throw new KubectlError(`invalid env: ${text}`);
      return { name: text.slice(0, equals), value: text.slice(equals + 1) };
    });
    const policy = flags.text('image-pull-policy');
    const container: JsonObject = {
      name,
      image: flags.text('image'),
      ...(policy === '' ? {} : { imagePullPolicy: policy }),
      ...(words.length > 0 ? { [flags.bool('command') ? 'command' : 'args']: words } : {}),
      ...(port === '' ? {} : { ports: [{ containerPort: Number(port) }] }),
      ...(env.length > 0 ? { env } : {}),
      ...(flags.bool('privileged') ? { securityContext: { privileged: true } } : {}),
      resources: {},
    };
    const annotations = pairs(flags.list('annotations'));
    const labels = flags.has('labels') ? pairs(flags.text('labels').split(',')) : { run: name };
    const body: JsonObject = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name,
        labels,
        ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
      },
      spec: { containers: [container], dnsPolicy: 'ClusterFirst', restartPolicy: restart },
      status: {},
    };
    const dryRun = dryRunOf(invocation);
    const format = readOutputFormat(flags, context.files);
    const row = mapResource(context, 'pods');
    const object =
      dryRun === 'client'
        ? (body as unknown as KubeObject)
        : yield* api.create(row, namespace, body, {
            fieldManager: flags.text('field-manager', 'kubectl-run'),
            dryRun: dryRun === 'server' || undefined,
          });
    printResult(invocation, format, row, object, `created${dryRunSuffix(dryRun)}`);
  },
};

function pairs(texts: readonly string[]): Record<string, string> {
  const map: Record<string, string> = {};
  for (const text of texts) {
    const equals = text.indexOf('=');
    if (equals <= 0) throw new KubectlError(`unexpected label spec: ${text}`);
    map[text.slice(0, equals)] = text.slice(equals + 1);
  }
  return map;
}
