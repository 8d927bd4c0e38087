/**
 * `kubectl expose`: a Service in front of what exists already.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/cmd/expose/expose.go
 * Docs: /docs/reference/kubectl/generated/kubectl_expose/
 */
import { applyMergePatch } from '../../api/merge-patch.ts';
import { valueAt } from '../../api/object.ts';
import type { JsonObject, KubeObject } from '../../api/object.ts';
import type { ContainerPort, LabelSelector } from '../../api/types.gen.ts';
import { KubectlError } from '../errors.ts';
import { readOutputFormat } from '../output-format.ts';
import { printResult } from '../result.ts';
import { mapResource, resolveTargets, visitTargets } from '../targets.ts';
import type { Info } from '../targets.ts';
import {
  dryRunFlag,
  dryRunOf,
  dryRunSuffix,
  fieldManagerFlag,
  fileFlags,
  outputFlags,
  selectorFlag,
} from '../verb.ts';
import type { Invocation, Verb } from '../verb.ts';

export const expose: Verb = {
  name: 'expose',
  about:
    'Take a replication controller, service, deployment or pod and expose it as a new Kubernetes service',
  usage:
    'expose (-f FILENAME | TYPE NAME) [--port=port] [--protocol=TCP|UDP|SCTP] [--target-port=number-or-name] [--name=name] [--type=type]',
  flags: [
    ...fileFlags,
    ...outputFlags,
    dryRunFlag,
    fieldManagerFlag,
    selectorFlag,
    { name: 'port', type: 'string' },
    { name: 'target-port', type: 'string' },
    { name: 'protocol', type: 'string' },
    { name: 'name', type: 'string' },
    { name: 'type', type: 'string' },
    { name: 'cluster-ip', type: 'string' },
    { name: 'external-ip', type: 'string' },
    { name: 'labels', short: 'L', type: 'string' },
    { name: 'session-affinity', type: 'string' },
    { name: 'load-balancer-ip', type: 'string' },
    { name: 'overrides', type: 'string' },
  ],
  *run(invocation) {
    const { flags, args, context, api } = invocation;
    const format = readOutputFormat(flags, context.files);
    const dryRun = dryRunOf(invocation);
    const { targets, errors } = resolveTargets(invocation, {
      args,
      filenames: flags.list('filename'),
      recursive: flags.bool('recursive'),
    });
    const row = mapResource(context, 'services');
    const kept: Kept = {};
    yield* visitTargets(invocation, targets, errors, function* (info) {
      const body = overridden(serviceFor(invocation, info, kept), flags.text('overrides'));
      const object =
        dryRun === 'client'
          ? (body as unknown as KubeObject)
          : yield* api.create(row, info.namespace, body, {
              fieldManager: flags.text('field-manager', 'kubectl-expose'),
              dryRun: dryRun === 'server' || undefined,
            });
      printResult(invocation, format, row, object, `exposed${dryRunSuffix(dryRun)}`);
    });
  },
};

/** Merges the fields of `--overrides` over what was made. Throws KubectlError. */
function overridden(service: JsonObject, overrides: string): JsonObject {
  if (overrides === '') return service;
  try {
    return applyMergePatch(service, JSON.parse(overrides) as JsonObject) as JsonObject;
  } catch {
    throw new KubectlError('Invalid JSON Patch');
  }
}

/** What one command takes from the first object that has it, for all that follow. Upstream: ExposeServiceOptions */
interface Kept {
  selector?: Record<string, string>;
  labels?: Readonly<Record<string, string>> | undefined;
  ports?: JsonObject[];
}

function serviceFor({ flags }: Invocation, info: Info, kept: Kept): JsonObject {
  const name = flags.text('name') || info.name;
  const type = flags.text('type');
  const clusterIP = flags.text('cluster-ip');
  const externalIP = flags.text('external-ip');
  const sessionAffinity = flags.text('session-affinity');
  if (!['', 'None', 'ClientIP'].includes(sessionAffinity)) {
    throw new KubectlError(`unknown session affinity: ${sessionAffinity}`);
  }
  const balancerIP = type === 'LoadBalancer' ? flags.text('load-balancer-ip') : '';
  checkExposable(info);
  kept.selector ??= selectorFor(flags, info);
  kept.ports ??= portsFor(flags, info);
  if (Object.keys(kept.labels ?? {}).length === 0) kept.labels = info.object.metadata.labels;
  const labels = flags.has('labels') ? labelsOf(flags.text('labels')) : kept.labels;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, ...(labels ? { labels: labels } : {}) },
    spec: {
      ports: kept.ports,
      selector: kept.selector,
      ...(type === '' ? {} : { type }),
      ...(balancerIP === '' ? {} : { loadBalancerIP: balancerIP }),
      ...(clusterIP === '' ? {} : { clusterIP }),
      ...(externalIP === '' ? {} : { externalIPs: [externalIP] }),
      ...(sessionAffinity === '' ? {} : { sessionAffinity }),
    },
    status: { loadBalancer: {} },
  };
}

/** Reads `a=b,c=d`. Throws KubectlError. */
function labelsOf(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const pair of text.split(',')) {
    const equals = pair.indexOf('=');
    if (equals <= 0) throw new KubectlError(`unexpected label spec: ${pair}`);
    labels[pair.slice(0, equals)] = pair.slice(equals + 1);
  }
  return labels;
}

const exposable = new Set(['Pod', 'Service', 'ReplicationController', 'Deployment', 'ReplicaSet']);

function checkExposable({ row }: Info): void {
  if (exposable.has(row.kind)) return;
  const kind = row.group === '' ? row.kind : `${row.kind}.${row.group}`;
  throw new KubectlError(`cannot expose a ${kind}`);
}

function selectorFor(flags: Invocation['flags'], { row, object }: Info): Record<string, string> {
  if (flags.has('selector')) {
    return labelsOf(flags.text('selector'));
  }
  if (row.kind === 'Pod') {
    const { labels } = object.metadata;
    if (!labels || Object.keys(labels).length === 0) {
      throw new KubectlError(
        "couldn't retrieve selectors via --selector flag or introspection: the pod has no labels and cannot be exposed",
      );
    }
    return labels;
  }
  const selector = valueAt(object, 'spec', 'selector') as unknown;
  if (row.kind === 'Service' || row.kind === 'ReplicationController') {
    if (!selector) {
      throw new KubectlError(
        "couldn't retrieve selectors via --selector flag or introspection: the service has no pod selector set",
      );
    }
    return selector as Record<string, string>;
  }
  const { matchLabels = {}, matchExpressions = [] } = selector as LabelSelector;
  if (Object.keys(matchLabels).length === 0) {
    throw new KubectlError(
      `couldn't retrieve selectors via --selector flag or introspection: invalid ${row.kind.toLowerCase()}: no selectors, therefore cannot be exposed`,
    );
  }
  if (matchExpressions.length > 0) {
    throw new KubectlError(
      `couldn't retrieve selectors via --selector flag or introspection: couldn't convert expressions - "[${matchExpressions.map((one) => `{Key:${one.key},Operator:${one.operator},Values:[${(one.values ?? []).join(' ')}],}`).join(' ')}]" to map-based selector format`,
    );
  }
  return matchLabels;
}

function portsFor(flags: Invocation['flags'], { row, object }: Info): JsonObject[] {
  const given = flags.text('port');
  const target = flags.text('target-port');
  const protocol = flags.text('protocol') || 'TCP';
  const targetPort = (port: number): number | string =>
    target === '' ? port : /^\d+$/.test(target) ? Number(target) : target;
  if (given !== '') {
    const numbers = given.split(',').map((text) => {
      if (/^\d+$/.test(text)) return Number(text);
      throw new KubectlError(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
    });
    return numbers.map((port, index) => ({
      ...(numbers.length > 1 ? { name: `port-${index + 1}` } : {}),
      port,
      protocol,
      targetPort: targetPort(port),
    }));
  }
  const path = row.kind === 'Pod' ? ['spec'] : ['spec', 'template', 'spec'];
  const containers = (valueAt(object, ...path, 'containers') ?? []) as unknown as readonly {
    readonly ports?: readonly ContainerPort[];
  }[];
  const found =
    row.kind === 'Service'
      ? ((valueAt(object, 'spec', 'ports') ?? []) as unknown as readonly {
          port: number;
          protocol?: string;
        }[])
      : containers.flatMap(({ ports }) =>
          (ports ?? []).map((port) => ({ port: port.containerPort, protocol: port.protocol })),
        );
  if (found.length === 0) {
    throw new KubectlError("couldn't find port via --port flag or introspection");
  }
  return found.map(({ port, protocol: own }, index) => ({
    ...(found.length > 1 ? { name: `port-${index + 1}` } : {}),
    port,
    protocol: flags.text('protocol') || (own ?? 'TCP'),
    targetPort: targetPort(port),
  }));
}
