/**
 * From the pods of a Service to the subsets of its Endpoints: addresses that share the same ports stand together. Pure.
 *
 * - A pod without an address, one whose containers have all ended and one that is being deleted are left out; those that are
 *   not ready stand apart.
 * - Addresses are in the order of their bytes, as text.
 *
 * Upstream: pkg/controller/endpoint/endpoints_controller.go syncService; pkg/api/v1/endpoints/util.go RepackSubsets
 * Simplified: subsets and ports are in the order of their names and numbers, not of their hashes; nothing is cut off at 1000 addresses.
 */
import { isBeingDeleted, nameOf, namespaceOf, uidOf } from '../api/object.ts';
import { isPodReady } from '../api/pod.ts';
import type {
  EndpointAddress,
  EndpointPort,
  EndpointSubset,
  Pod,
  Service,
} from '../api/types.gen.ts';
import { findPort, shouldPodBeInEndpoints } from './endpointslice-endpoint.ts';

/** An address of a pod, and whether it gets requests. */
interface Member {
  readonly address: EndpointAddress;
  readonly isReady: boolean;
}

/** Returns the subsets for the pods that a Service selects. */
export function endpointSubsets(service: Service, pods: readonly Pod[]): EndpointSubset[] {
  const isTolerant = service.spec?.publishNotReadyAddresses === true;
  /** Members by what they can be reached on; '' stands for no port. */
  const byPort = new Map<string, { readonly port?: EndpointPort; readonly members: Member[] }>();
  for (const pod of pods) {
    if (!shouldPodBeInEndpoints(pod) || (isBeingDeleted(pod) && !isTolerant)) continue;
    const address = addressOf(service, pod);
    if (address === undefined) continue;
    const member = { address, isReady: isTolerant || isPodReady(pod) };
    for (const port of portsOf(service, pod)) {
      const key = port === undefined ? '' : portKey(port);
      const group = byPort.get(key);
      if (group !== undefined) group.members.push(member);
      else byPort.set(key, { ...(port === undefined ? {} : { port }), members: [member] });
    }
  }
  const bySet = new Map<string, { readonly ports: EndpointPort[]; readonly members: Member[] }>();
  const keys = [...byPort.keys()].sort();
  for (const key of keys) {
    const { port, members } = byPort.get(key) ?? { members: [] };
    members.sort((one, other) => (memberKey(one) < memberKey(other) ? -1 : 1));
    const set = members.map(memberKey).join(',');
    const group = bySet.get(set) ?? { ports: [], members };
    if (port !== undefined) group.ports.push(port);
    bySet.set(set, group);
  }
  return [...bySet.values()].map(({ ports, members }) => subset(ports, members));
}

function subset(ports: readonly EndpointPort[], members: readonly Member[]): EndpointSubset {
  const ready = members.filter(({ isReady }) => isReady).map(({ address }) => address);
  const notReady = members.filter(({ isReady }) => !isReady).map(({ address }) => address);
  return {
    ...(ready.length > 0 ? { addresses: ready } : {}),
    ...(notReady.length > 0 ? { notReadyAddresses: notReady } : {}),
    ...(ports.length > 0 ? { ports } : {}),
  };
}

function memberKey({ address, isReady }: Member): string {
  return `${address.ip} ${address.targetRef?.uid ?? ''} ${isReady}`;
}

function portKey({ name = '', port, protocol, appProtocol = '' }: EndpointPort): string {
  return `${name}|${port}|${protocol}|${appProtocol}`;
}

/** The ports on which a pod serves; one undefined for a headless Service that names none. */
function portsOf(service: Service, pod: Pod): (EndpointPort | undefined)[] {
  const declared = service.spec?.ports ?? [];
  if (declared.length === 0) return service.spec?.clusterIP === 'None' ? [undefined] : [];
  return declared.flatMap((servicePort): EndpointPort[] => {
    const port = findPort(pod, servicePort);
    if (port === undefined) return [];
    const { name = '', protocol = 'TCP', appProtocol } = servicePort;
    return [
      {
        ...(name === '' ? {} : { name }),
        port,
        protocol,
        ...(appProtocol === undefined ? {} : { appProtocol }),
      },
    ];
  });
}

/** The pod's address of the Service's first family. */
function addressOf(service: Service, pod: Pod): EndpointAddress | undefined {
  const isIPv6 = service.spec?.ipFamilies?.[0] === 'IPv6';
  const found = (pod.status?.podIPs ?? []).find(({ ip }) => ip.includes(':') === isIPv6);
  if (found === undefined) return undefined;
  const hostname = pod.spec?.hostname ?? '';
  const hasHostname = hostname !== '' && pod.spec?.subdomain === nameOf(service);
  return {
    ...(hasHostname ? { hostname } : {}),
    ip: found.ip,
    nodeName: pod.spec?.nodeName ?? '',
    targetRef: {
      kind: 'Pod',
      namespace: namespaceOf(pod),
      name: nameOf(pod),
      uid: uidOf(pod),
    },
  };
}
