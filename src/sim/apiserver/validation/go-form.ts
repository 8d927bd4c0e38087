/**
 * Structs as upstream's internal types print them: with Go's field names, in Go's order, and with every field. Messages
 * of refused changes show values in this form.
 *
 * Upstream: pkg/apis/core/types.go, pkg/apis/batch/types.go, pkg/apis/policy/types.go
 * Simplified: structs that are not listed below print their fields in alphabetical order.
 */
import { goJson, sortKeys } from '../../api/go-format.ts';
import { isJsonObject } from '../../api/object.ts';
import type { JsonObject } from '../../api/object.ts';
import { structSchema } from '../../api/schema.ts';
import type { FieldType } from '../../api/schema.ts';
import type { LabelSelector } from '../../api/types.gen.ts';
import { pointerFields, valueStructs } from '../go-shapes.ts';
import { unifiedDiff } from './line-diff.ts';
import { printedSelector } from './selector-form.ts';

const fieldOrder = `
Affinity: NodeAffinity PodAffinity PodAntiAffinity
Capabilities: Add Drop
ConfigMapEnvSource: Name Optional
ConfigMapKeySelector: Name Key Optional
ConfigMapProjection: Name Items Optional
ConfigMapVolumeSource: Name Items DefaultMode Optional
Container: Name Image Command Args WorkingDir Ports EnvFrom Env Resources ResizePolicy RestartPolicy RestartPolicyRules VolumeMounts VolumeDevices LivenessProbe ReadinessProbe StartupProbe Lifecycle TerminationMessagePath TerminationMessagePolicy ImagePullPolicy SecurityContext Stdin StdinOnce TTY
ContainerPort: Name HostPort ContainerPort Protocol HostIP
ContainerResizePolicy: ResourceName RestartPolicy
DownwardAPIVolumeFile: Path FieldRef ResourceFieldRef Mode
DownwardAPIVolumeSource: Items DefaultMode
EmptyDirVolumeSource: Medium SizeLimit
EnvFromSource: Prefix ConfigMapRef SecretRef
EnvVar: Name Value ValueFrom
EnvVarSource: FieldRef ResourceFieldRef ConfigMapKeyRef SecretKeyRef FileKeyRef
ExecAction: Command
GRPCAction: Port Service
HTTPGetAction: Path Port Host Scheme HTTPHeaders
HTTPHeader: Name Value
HostAlias: IP Hostnames
HostPathVolumeSource: Path Type
KeyToPath: Key Path Mode
Lifecycle: PostStart PreStop StopSignal
LifecycleHandler: Exec HTTPGet TCPSocket Sleep
NodeAffinity: RequiredDuringSchedulingIgnoredDuringExecution PreferredDuringSchedulingIgnoredDuringExecution
NodeSelectorRequirement: Key Operator Values
NodeSelectorTerm: MatchExpressions MatchFields
ObjectFieldSelector: APIVersion FieldPath
PersistentVolumeClaimSpec: AccessModes Selector Resources VolumeName StorageClassName VolumeMode DataSource DataSourceRef VolumeAttributesClassName
PersistentVolumeClaimVolumeSource: ClaimName ReadOnly
PodAffinityTerm: LabelSelector Namespaces TopologyKey NamespaceSelector MatchLabelKeys MismatchLabelKeys
PodDNSConfig: Nameservers Searches Options
PodDisruptionBudgetSpec: MinAvailable Selector MaxUnavailable UnhealthyPodEvictionPolicy
PodFailurePolicyOnExitCodesRequirement: ContainerName Operator Values
PodFailurePolicyOnPodConditionsPattern: Type Status
PodFailurePolicyRule: Action OnExitCodes OnPodConditions
PodResourceClaim: Name ResourceClaimName ResourceClaimTemplateName
PodSecurityContext: HostNetwork HostPID HostIPC ShareProcessNamespace HostUsers SELinuxOptions WindowsOptions RunAsUser RunAsGroup RunAsNonRoot SupplementalGroups SupplementalGroupsPolicy FSGroup FSGroupChangePolicy Sysctls SeccompProfile AppArmorProfile SELinuxChangePolicy
PodSpec: Volumes InitContainers Containers EphemeralContainers RestartPolicy TerminationGracePeriodSeconds ActiveDeadlineSeconds DNSPolicy NodeSelector ServiceAccountName AutomountServiceAccountToken NodeName SecurityContext ImagePullSecrets Hostname Subdomain SetHostnameAsFQDN Affinity SchedulerName Tolerations HostAliases PriorityClassName Priority PreemptionPolicy DNSConfig ReadinessGates RuntimeClassName Overhead EnableServiceLinks TopologySpreadConstraints OS SchedulingGates ResourceClaims Resources HostnameOverride SchedulingGroup
PreferredSchedulingTerm: Weight Preference
Probe: Exec HTTPGet TCPSocket GRPC InitialDelaySeconds TimeoutSeconds PeriodSeconds SuccessThreshold FailureThreshold TerminationGracePeriodSeconds
ProjectedVolumeSource: Sources DefaultMode
ResourceFieldSelector: ContainerName Resource Divisor
ResourceRequirements: Limits Requests Claims
SeccompProfile: Type LocalhostProfile
SecretEnvSource: Name Optional
SecretKeySelector: Name Key Optional
SecretProjection: Name Items Optional
SecretVolumeSource: SecretName Items DefaultMode Optional
SecurityContext: Capabilities Privileged SELinuxOptions WindowsOptions RunAsUser RunAsGroup RunAsNonRoot ReadOnlyRootFilesystem AllowPrivilegeEscalation ProcMount SeccompProfile AppArmorProfile
ServiceAccountTokenProjection: Audience ExpirationSeconds Path
SuccessPolicyRule: SucceededIndexes SucceededCount
TCPSocketAction: Port Host
Taint: Key Value Effect TimeAdded
Toleration: Key Operator Value Effect TolerationSeconds
TopologySpreadConstraint: MaxSkew TopologyKey WhenUnsatisfiable LabelSelector MinDomains NodeAffinityPolicy NodeTaintsPolicy MatchLabelKeys
Volume: Name HostPath EmptyDir GCEPersistentDisk AWSElasticBlockStore GitRepo Secret NFS ISCSI Glusterfs PersistentVolumeClaim RBD Quobyte FlexVolume Cinder CephFS Flocker DownwardAPI FC AzureFile ConfigMap VsphereVolume AzureDisk PhotonPersistentDisk Projected PortworxVolume ScaleIO StorageOS CSI Ephemeral Image
VolumeMount: Name ReadOnly RecursiveReadOnly MountPath SubPath MountPropagation SubPathExpr
VolumeProjection: Secret DownwardAPI ConfigMap ServiceAccountToken ClusterTrustBundle PodCertificate
VolumeResourceRequirements: Limits Requests
`;

let orders: Map<string, readonly string[]> | undefined;

function goFields(struct: string): readonly string[] {
  orders ??= new Map(
    fieldOrder
      .trim()
      .split('\n')
      .map((line) => [
        line.slice(0, line.indexOf(':')),
        line.slice(line.indexOf(':') + 2).split(' '),
      ]),
  );
  if (struct === 'EphemeralContainer') return [...goFields('Container'), 'TargetContainerName'];
  const known = orders.get(struct);
  if (known) return known;
  const names = [...(structSchema(struct)?.keys() ?? [])];
  return names.map((name) => name.charAt(0).toUpperCase() + name.slice(1));
}

/** Returns the API's name of a Go field: `TCPSocket` is `tcpSocket`. */
function jsonName(goName: string): string {
  if (goName === 'CephFS' || goName === 'StorageOS') return goName.toLowerCase();
  return goName.replace(/^[A-Z]+(?![a-z])|^[A-Z]/, (start) => start.toLowerCase());
}

/** Fields of a pod's spec that upstream's internal types keep in its security context. */
const movedToSecurityContext = [
  'hostNetwork',
  'hostPID',
  'hostIPC',
  'shareProcessNamespace',
  'hostUsers',
];

/** Returns a struct as Go would print it, with every field. */
export function internalForm(struct: string, value: object | undefined): unknown {
  if (value === undefined) return null;
  if (struct === 'LabelSelector') return printedSelector(value as LabelSelector);
  const data = value as JsonObject;
  const result: Record<string, unknown> = {};
  for (const goName of goFields(struct)) {
    const name = jsonName(goName);
    if (struct === 'PodSpec' && name === 'securityContext') {
      const own = isJsonObject(data.securityContext) ? data.securityContext : {};
      const moved = Object.fromEntries(movedToSecurityContext.map((field) => [field, data[field]]));
      result[goName] = internalForm('PodSecurityContext', { ...own, ...moved });
      continue;
    }
    const isMoved = struct === 'PodSecurityContext' && movedToSecurityContext.includes(name);
    const owner = isMoved ? 'PodSpec' : struct;
    const field = structSchema(owner)?.get(name);
    if (!field) result[goName] = null;
    else result[goName] = valueForm(field.type, data[name], `${owner}.${name}`);
  }
  return result;
}

function valueForm(type: FieldType, value: unknown, path: string): unknown {
  if (value === undefined || value === null) return absentForm(type, path);
  if (type.form === 'struct') return internalForm(type.struct, value as object);
  if (type.form === 'list' && Array.isArray(value)) {
    return value.length === 0
      ? null
      : value.map((item: unknown) => valueForm(type.element, item, ''));
  }
  return type.form === 'map' ? sortKeys(value) : value;
}

function absentForm(type: FieldType, path: string): unknown {
  if (type.form === 'struct') return valueStructs.has(path) ? internalForm(type.struct, {}) : null;
  if (type.form !== 'scalar' || pointerFields.has(path)) return null;
  if (type.scalar === 'string') return '';
  if (type.scalar === 'bool') return false;
  return type.scalar === 'int32' || type.scalar === 'int64' ? 0 : null;
}

/** Returns the difference of two structs in this form, as indented JSON. */
export function internalDiff(struct: string, before: object, after: object): string {
  return unifiedDiff(indented(internalForm(struct, before)), indented(internalForm(struct, after)));
}

function indented(value: unknown): string {
  const escaped = /[<>&\u2028\u2029]/g;
  return JSON.stringify(value, null, 1).replace(escaped, (character) =>
    goJson(character).slice(1, -1),
  );
}
