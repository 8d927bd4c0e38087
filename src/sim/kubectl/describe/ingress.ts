/**
 * The description of an Ingress: rules, and the addresses behind each backend.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go IngressDescriber
 */
import { StatusError, isNotFound } from '../../api/status-error.ts';
import type { EndpointSlice, Ingress, IngressBackend, Service } from '../../api/types.gen.ts';
import type { Process } from '../../engine/process.ts';
import { mapResource } from '../targets.ts';
import type { Invocation } from '../verb.ts';
import type { Describer } from './describer.ts';
import { readyAddresses, slicesOf } from './network.ts';
import { writeAnnotations, writeLabels } from './text.ts';

export const describeIngress: Describer<Ingress> = {
  *write(out, ingress, invocation) {
    const { metadata, spec = {}, status } = ingress;
    const namespace = metadata.namespace ?? '';
    out.line(0, 'Name:', metadata.name ?? '');
    writeLabels(out, 'Labels', metadata.labels);
    out.line(0, 'Namespace:', namespace);
    const given = (status?.loadBalancer?.ingress ?? []).map((one) => one.ip ?? one.hostname ?? '');
    out.line(0, 'Address:', given.join(','));
    out.line(0, 'Ingress Class:', spec.ingressClassName ?? '<none>');
    const fallback =
      spec.defaultBackend === undefined
        ? '<default>'
        : yield* backendText(invocation, namespace, spec.defaultBackend);
    out.line(0, 'Default backend:', fallback);
    if (spec.tls !== undefined && spec.tls.length > 0) {
      out.line(0, 'TLS:');
      for (const { secretName = '', hosts = [] } of spec.tls) {
        const names = hosts.join(',');
        out.line(
          1,
          secretName === '' ? `SNI routes ${names}` : `${secretName} terminates ${names}`,
        );
      }
    }
    out.line(0, 'Rules:');
    out.line(1, 'Host', 'Path', 'Backends');
    out.line(1, '----', '----', '--------');
    let count = 0;
    for (const { host, http } of spec.rules ?? []) {
      if (http === undefined) continue;
      count += 1;
      out.line(1, host || '*', '');
      for (const { path = '', backend } of http.paths) {
        out.line(2, '', `${path} `, yield* backendText(invocation, namespace, backend));
      }
    }
    if (count === 0) out.line(1, '*', '* ', fallback);
    writeAnnotations(out, 'Annotations', metadata.annotations);
  },
};

/** `web:http (10.244.0.5:80)`: a Service, its port and the addresses behind it; or another object. */
function* backendText(
  invocation: Invocation,
  namespace: string,
  { service, resource }: IngressBackend,
): Process<string> {
  if (resource !== undefined) {
    const { apiGroup, kind, name } = resource;
    return `APIGroup: ${apiGroup ?? '<nil>'}, Kind: ${kind}, Name: ${name}`;
  }
  if (service === undefined) return '';
  const { name, port } = service;
  const shown = port?.name || String(port?.number ?? 0);
  return `${name}:${shown} (${yield* addressesBehind(invocation, namespace, name, shown)})`;
}

function* addressesBehind(
  invocation: Invocation,
  namespace: string,
  name: string,
  shown: string,
): Process<string> {
  const { api, context } = invocation;
  let service: Service;
  try {
    service = (yield* api.get(mapResource(context, 'services'), namespace, name)) as Service;
  } catch (error) {
    if (!isNotFound(error) || !(error instanceof StatusError)) throw error;
    return `<error: ${error.message}>`;
  }
  const port = (service.spec?.ports ?? []).find(
    (one) => one.name === shown || String(one.port) === shown,
  );
  const slices: readonly EndpointSlice[] = yield* slicesOf(invocation, namespace, name);
  return readyAddresses(slices, port?.name ?? '');
}
