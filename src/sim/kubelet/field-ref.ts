/**
 * Fields of a pod and resources of its containers as text: the downward API.
 *
 * Upstream: pkg/fieldpath/fieldpath.go ExtractFieldPathAsString; pkg/api/v1/resource/helpers.go
 * Docs: /docs/concepts/workloads/pods/downward-api/
 */
import { goQuote } from '../api/go-format.ts';
import { parseQuantity, scaledValue } from '../api/quantity.ts';
import type { Container, Pod, ResourceFieldSelector } from '../api/types.gen.ts';

/** What of a pod is known only on its node. */
export interface PodAddresses {
  readonly podIp: string;
  readonly hostIp: string;
}

/** Returns the text of a field; undefined for a path that the downward API does not have. */
export function podField(pod: Pod, path: string, addresses: PodAddresses): string | undefined {
  const { metadata, spec } = pod;
  const keyed = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path);
  if (keyed !== null) {
    const map = keyed[1] === 'labels' ? metadata.labels : metadata.annotations;
    return map?.[keyed[2] ?? ''] ?? '';
  }
  switch (path) {
    case 'metadata.name':
      return metadata.name ?? '';
    case 'metadata.namespace':
      return metadata.namespace ?? '';
    case 'metadata.uid':
      return metadata.uid ?? '';
    case 'metadata.labels':
      return mapText(metadata.labels);
    case 'metadata.annotations':
      return mapText(metadata.annotations);
    case 'spec.nodeName':
      return spec.nodeName ?? '';
    case 'spec.serviceAccountName':
      return spec.serviceAccountName ?? '';
    case 'status.hostIP':
    case 'status.hostIPs':
      return addresses.hostIp;
    case 'status.podIP':
    case 'status.podIPs':
      return addresses.podIp;
    default:
      return undefined;
  }
}

function mapText(map: Readonly<Record<string, string>> | undefined): string {
  const keys = Object.keys(map ?? {}).sort();
  return keys.map((key) => `${key}=${goQuote(map?.[key] ?? '')}`).join('\n');
}

/** Returns the text of a container's resource, rounded up to whole divisors; limits fall back to the node. */
export function containerResource(
  container: Container,
  selector: ResourceFieldSelector,
  allocatable: Readonly<Record<string, string>>,
): string {
  const [side = '', ...rest] = selector.resource.split('.');
  const name = rest.join('.');
  const amounts = side === 'limits' ? container.resources?.limits : container.resources?.requests;
  const value = amounts?.[name] ?? (side === 'limits' ? allocatable[name] : undefined) ?? '0';
  const divisor =
    selector.divisor === undefined || selector.divisor === '0' ? '1' : selector.divisor;
  const milli = scaledValue(parseQuantity(value), -3);
  return String(Math.ceil(milli / scaledValue(parseQuantity(divisor), -3)));
}
