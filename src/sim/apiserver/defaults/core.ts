/**
 * Defaults of the other kinds of the core group.
 *
 * Upstream: pkg/apis/core/v1/defaults.go
 */
import type {
  Endpoints,
  LimitRange,
  Namespace,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  Secret,
  Service,
} from '../../api/types.gen.ts';
import type { Draft } from '../draft.ts';

/** Label of every Namespace that holds its name. */
export const namespaceNameLabel = 'kubernetes.io/metadata.name';

/** Seconds for which a client stays with its pod. Upstream: DefaultClientIPServiceAffinitySeconds */
const defaultAffinitySeconds = 10_800;

/** Fills in the defaults of a Namespace; one that has no name yet gets its label later. */
export function defaultNamespace(namespace: Draft<Namespace>): void {
  const { metadata } = namespace;
  if (metadata.name) metadata.labels = { ...metadata.labels, [namespaceNameLabel]: metadata.name };
  namespace.status ??= {};
  namespace.status.phase ??= 'Active';
}

/** Fills in the defaults of a Node, and keeps its one address range and the list of them together. */
export function defaultNode({ spec, status }: Draft<Node>): void {
  if (status?.capacity) status.allocatable ??= { ...status.capacity };
  const first = spec?.podCIDRs?.[0] ?? spec?.podCIDR;
  if (!spec || !first) return;
  spec.podCIDRs ??= [first];
  spec.podCIDR ??= first;
}

/** Fills in the defaults of a Service. Addresses and node ports are given out later, by its strategy. */
export function defaultService({ spec, status }: Draft<Service>): void {
  spec.sessionAffinity ??= 'None';
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig;
  if (
    spec.sessionAffinity === 'ClientIP' &&
    spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined
  ) {
    spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: defaultAffinitySeconds } };
  }
  spec.type ??= 'ClusterIP';
  for (const port of spec.ports ?? []) {
    port.protocol ??= 'TCP';
    if (port.targetPort === undefined || port.targetPort === 0 || port.targetPort === '') {
      port.targetPort = port.port;
    }
  }
  const hasAddressOutside =
    spec.type === 'NodePort' ||
    spec.type === 'LoadBalancer' ||
    (spec.type === 'ClusterIP' && (spec.externalIPs ?? []).length > 0);
  if (hasAddressOutside) spec.externalTrafficPolicy ??= 'Cluster';
  if (['ClusterIP', 'NodePort', 'LoadBalancer'].includes(spec.type)) {
    spec.internalTrafficPolicy ??= 'Cluster';
  }
  if (spec.type !== 'LoadBalancer') return;
  spec.allocateLoadBalancerNodePorts ??= true;
  for (const ingress of status?.loadBalancer?.ingress ?? []) {
    if (ingress.ip) ingress.ipMode ??= 'VIP';
  }
}

/** Fills in the defaults of Endpoints. */
export function defaultEndpoints({ subsets }: Draft<Endpoints>): void {
  for (const port of (subsets ?? []).flatMap((subset) => subset.ports ?? [])) {
    port.protocol ??= 'TCP';
  }
}

/** Fills in the defaults of a Secret, and moves the texts of `stringData` into its data. */
export function defaultSecret(secret: Draft<Secret>): void {
  secret.type ??= 'Opaque';
  if (!secret.stringData) return;
  const data: Record<string, string> = { ...secret.data };
  for (const [name, text] of Object.entries(secret.stringData)) data[name] = toBase64(text);
  secret.data = data;
  delete secret.stringData;
}

function toBase64(text: string): string {
  return btoa(String.fromCodePoint(...new TextEncoder().encode(text)));
}

/** Fills in the defaults of a PersistentVolume. */
export function defaultPersistentVolume(volume: Draft<PersistentVolume>): void {
  volume.status ??= {};
  volume.status.phase ??= 'Pending';
  volume.spec.persistentVolumeReclaimPolicy ??= 'Retain';
  volume.spec.volumeMode ??= 'Filesystem';
  if (volume.spec.hostPath) volume.spec.hostPath.type ??= '';
}

/** Fills in the defaults of a PersistentVolumeClaim. */
export function defaultPersistentVolumeClaim(claim: Draft<PersistentVolumeClaim>): void {
  claim.status ??= {};
  claim.status.phase ??= 'Pending';
  claim.spec.volumeMode ??= 'Filesystem';
}

/** Fills in the defaults of a LimitRange: limits from maxima, requests from limits, then from minima. */
export function defaultLimitRange({ spec }: Draft<LimitRange>): void {
  for (const item of spec?.limits ?? []) {
    if (item.type !== 'Container') continue;
    const limits = { ...item.max, ...item.default };
    const requests = { ...item.min, ...limits, ...item.defaultRequest };
    if (Object.keys(limits).length > 0) item.default = limits;
    if (Object.keys(requests).length > 0) item.defaultRequest = requests;
  }
}
