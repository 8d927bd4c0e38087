/**
 * Defaults of a pod's spec that hold in a Pod and in the template of any workload alike.
 *
 * Upstream: pkg/apis/core/v1/defaults.go SetDefaults_PodSpec, SetDefaults_Container, SetDefaults_Probe,
 * SetDefaults_Volume; pkg/apis/core/v1/zz_generated.defaults.go
 * Docs: /docs/reference/kubernetes-api/workload-resources/pod-v1/
 */
import type {
  Container,
  EphemeralContainer,
  HTTPGetAction,
  PodSpec,
  PodTemplateSpec,
  Probe,
  ResourceFieldSelector,
  Volume,
} from '../../api/types.gen.ts';
import type { Draft } from '../draft.ts';
import { roundUpToMilli } from '../resource-lists.ts';
import { defaultPullPolicy } from './image-reference.ts';

/** Seconds between SIGTERM and SIGKILL. Upstream: DefaultTerminationGracePeriodSeconds */
export const defaultTerminationGracePeriodSeconds = 30;

/** File mode 0644 of files projected into volumes. */
const defaultFileMode = 0o644;

/** Fills in the defaults of a workload's pod template. */
export function defaultPodTemplate(template: Draft<PodTemplateSpec>): void {
  defaultPodSpec(template.spec);
}

/** Fills in the defaults of a pod's spec. */
export function defaultPodSpec(spec: Draft<PodSpec>): void {
  spec.dnsPolicy ??= 'ClusterFirst';
  spec.restartPolicy ??= 'Always';
  spec.securityContext ??= {};
  spec.terminationGracePeriodSeconds ??= defaultTerminationGracePeriodSeconds;
  spec.schedulerName ??= 'default-scheduler';
  const account = spec.serviceAccountName || spec.serviceAccount;
  // The old name of the field always says the same. Upstream: Convert_core_PodSpec_To_v1_PodSpec
  if (account) Object.assign(spec, { serviceAccountName: account, serviceAccount: account });
  for (const volume of spec.volumes ?? []) defaultVolume(volume);
  for (const container of spec.initContainers ?? []) defaultContainer(container);
  for (const container of spec.containers ?? []) defaultContainer(container);
  for (const container of spec.ephemeralContainers ?? []) defaultContainer(container);
  defaultResources(spec.resources);
  if (spec.overhead) spec.overhead = roundUpToMilli(spec.overhead);
}

function defaultContainer(container: Draft<Container> | Draft<EphemeralContainer>): void {
  container.imagePullPolicy ??= defaultPullPolicy(container.image ?? '');
  container.terminationMessagePath ??= '/dev/termination-log';
  container.terminationMessagePolicy ??= 'File';
  for (const port of container.ports ?? []) port.protocol ??= 'TCP';
  for (const variable of container.env ?? []) {
    const source = variable.valueFrom;
    if (source?.fieldRef) source.fieldRef.apiVersion ??= 'v1';
    if (source?.resourceFieldRef) defaultResourceFieldRef(source.resourceFieldRef);
    if (source?.fileKeyRef) source.fileKeyRef.optional ??= false;
  }
  defaultResources(container.resources);
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe]) {
    if (probe) defaultProbe(probe);
  }
  const { lifecycle } = container;
  for (const handler of [lifecycle?.postStart, lifecycle?.preStop]) {
    if (handler?.httpGet) defaultHttpGet(handler.httpGet);
  }
}

function defaultProbe(probe: Draft<Probe>): void {
  probe.timeoutSeconds ||= 1;
  probe.periodSeconds ||= 10;
  probe.successThreshold ||= 1;
  probe.failureThreshold ||= 3;
  if (probe.httpGet) defaultHttpGet(probe.httpGet);
  if (probe.grpc) probe.grpc.service ??= '';
}

function defaultHttpGet(action: Draft<HTTPGetAction>): void {
  action.path ||= '/';
  action.scheme ||= 'HTTP';
}

function defaultResourceFieldRef(selector: Draft<ResourceFieldSelector>): void {
  selector.divisor ??= '0';
}

/** Rounds the quantities of a resource list up to thousandths, the finest step the API keeps. */
function defaultResources(
  resources: Draft<PodSpec>['resources'] | Draft<Container>['resources'],
): void {
  if (resources?.limits) resources.limits = roundUpToMilli(resources.limits);
  if (resources?.requests) resources.requests = roundUpToMilli(resources.requests);
}

function defaultVolume(volume: Draft<Volume>): void {
  if (Object.keys(volume).every((field) => field === 'name')) volume.emptyDir = {};
  if (volume.secret) volume.secret.defaultMode ??= defaultFileMode;
  if (volume.configMap) volume.configMap.defaultMode ??= defaultFileMode;
  if (volume.hostPath) volume.hostPath.type ??= '';
  if (volume.downwardAPI) volume.downwardAPI.defaultMode ??= defaultFileMode;
  if (volume.projected) volume.projected.defaultMode ??= defaultFileMode;
  const sources = volume.projected?.sources ?? [];
  for (const { serviceAccountToken } of sources) {
    if (serviceAccountToken) serviceAccountToken.expirationSeconds ??= 3_600;
  }
  const projections = [volume.downwardAPI, ...sources.map((source) => source.downwardAPI)];
  for (const item of projections.flatMap((projection) => projection?.items ?? [])) {
    if (item.fieldRef) item.fieldRef.apiVersion ??= 'v1';
    if (item.resourceFieldRef) defaultResourceFieldRef(item.resourceFieldRef);
  }
  const claim = volume.ephemeral?.volumeClaimTemplate;
  if (claim) claim.spec.volumeMode ??= 'Filesystem';
  if (volume.image) volume.image.pullPolicy ??= defaultPullPolicy(volume.image.reference ?? '');
  if (volume.iscsi) volume.iscsi.iscsiInterface ??= 'default';
  if (volume.rbd) {
    volume.rbd.pool ??= 'rbd';
    volume.rbd.user ??= 'admin';
    volume.rbd.keyring ??= '/etc/ceph/keyring';
  }
  if (volume.scaleIO) {
    volume.scaleIO.storageMode ??= 'ThinProvisioned';
    volume.scaleIO.fsType ??= 'xfs';
  }
  if (volume.azureDisk) {
    volume.azureDisk.cachingMode ??= 'ReadWrite';
    volume.azureDisk.fsType ??= 'ext4';
    volume.azureDisk.readOnly ??= false;
    volume.azureDisk.kind ??= 'Shared';
  }
}
