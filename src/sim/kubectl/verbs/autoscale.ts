/**
 * `kubectl autoscale`: a HorizontalPodAutoscaler for what can be scaled.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/cmd/autoscale/autoscale.go
 * Docs: /docs/reference/kubectl/generated/kubectl_autoscale/
 */
import { apiVersionOf } from '../../api/kinds.ts';
import type { JsonObject, KubeObject } from '../../api/object.ts';
import { isQuantity } from '../../api/quantity.ts';
import { KubectlError } from '../errors.ts';
import type { Flags } from '../flags.ts';
import { readOutputFormat } from '../output-format.ts';
import { printResult } from '../result.ts';
import { mapResource, resolveTargets, visitTargets } from '../targets.ts';
import {
  dryRunFlag,
  dryRunOf,
  dryRunSuffix,
  fieldManagerFlag,
  fileFlags,
  outputFlags,
} from '../verb.ts';
import type { Verb } from '../verb.ts';

export const autoscale: Verb = {
  name: 'autoscale',
  about: 'Auto-scale a deployment, replica set, stateful set, or replication controller',
  usage:
    'autoscale (-f FILENAME | TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS [--cpu=CPU] [--memory=MEMORY]',
  flags: [
    ...fileFlags,
    ...outputFlags,
    dryRunFlag,
    fieldManagerFlag,
    { name: 'min', type: 'int' },
    { name: 'max', type: 'int' },
    { name: 'cpu', type: 'string' },
    { name: 'cpu-percent', type: 'int' },
    { name: 'memory', type: 'string' },
    { name: 'name', type: 'string' },
  ],
  *run(invocation) {
    const { flags, args, context, api, out } = invocation;
    if (flags.has('cpu-percent')) {
      out.stderr(
        "Flag --cpu-percent has been deprecated, Use --cpu with percentage or resource quantity format (e.g., '70%' for utilization or '500m' for milliCPU).\n",
      );
    }
    if (!flags.has('max')) throw new KubectlError('required flag(s) "max" not set');
    checkBounds(flags);
    const metrics = metricsOf(flags);
    const format = readOutputFormat(flags, context.files);
    const dryRun = dryRunOf(invocation);
    const { targets, errors } = resolveTargets(invocation, {
      args,
      filenames: flags.list('filename'),
      recursive: flags.bool('recursive'),
    });
    const row = mapResource(context, 'horizontalpodautoscalers.autoscaling');
    yield* visitTargets(invocation, targets, errors, function* (info) {
      if (!info.row.subresources.includes('scale')) {
        throw new KubectlError(
          `cannot autoscale a ${info.row.kind}: could not find scale subresource for ${info.row.group === '' ? '/' : ''}${apiVersionOf(info.row)}, Resource=${info.row.plural} in discovery information`,
        );
      }
      const body: JsonObject = {
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        metadata: { name: flags.text('name') || info.name },
        spec: {
          maxReplicas: flags.int('max', 0),
          ...(metrics.length > 0 ? { metrics } : {}),
          ...(flags.int('min', -1) > 0 ? { minReplicas: flags.int('min', 0) } : {}),
          scaleTargetRef: {
            apiVersion: apiVersionOf(info.row),
            kind: info.row.kind,
            name: info.name,
          },
        },
        status: { currentMetrics: null, desiredReplicas: 0 },
      };
      const object =
        dryRun === 'client'
          ? (body as unknown as KubeObject)
          : yield* api.create(row, info.namespace, body, {
              fieldManager: flags.text('field-manager', 'kubectl-autoscale'),
              dryRun: dryRun === 'server' || undefined,
            });
      printResult(invocation, format, row, object, `autoscaled${dryRunSuffix(dryRun)}`);
    });
  },
};

function checkBounds(flags: Flags): void {
  const max = flags.int('max', -1);
  const min = flags.int('min', -1);
  if (max < 1) {
    throw new KubectlError(`--max=MAXPODS is required and must be at least 1, max: ${max}`);
  }
  if (max < min) {
    throw new KubectlError(
      `--max=MAXPODS must be larger or equal to --min=MINPODS, max: ${max}, min: ${min}`,
    );
  }
  if (flags.has('cpu') && flags.has('cpu-percent')) {
    throw new KubectlError('--cpu-percent and --cpu are mutually exclusive');
  }
}

function metricsOf(flags: Flags): JsonObject[] {
  const metrics: JsonObject[] = [];
  const percent = flags.int('cpu-percent', -1);
  const cpu = percent >= 0 ? `${percent}%` : flags.text('cpu');
  for (const [name, text] of [
    ['cpu', cpu],
    ['memory', flags.text('memory')],
  ] as const) {
    if (text === '') continue;
    metrics.push({ resource: { name, target: targetOf(name, text) }, type: 'Resource' });
  }
  return metrics;
}

function targetOf(name: string, text: string): JsonObject {
  const percent = /^(\d+)%$/.exec(text);
  if (percent) return { averageUtilization: Number(percent[1]), type: 'Utilization' };
  if (isQuantity(text)) return { averageValue: text, type: 'AverageValue' };
  throw new KubectlError(`invalid resource ${name} value: ${text}`);
}
