/**
 * What decoding must know of upstream's Go structs and the published schema does not say: which scalars are pointers
 * (a zero that was written stays written), which structs are values (there even when nobody wrote them), and the
 * names of Go types that appear in error messages.
 *
 * Upstream: staging/src/k8s.io/api types.go of each group
 */

/** Reads lines of `Struct: field field` into `Struct.field` keys. */
function fieldSet(text: string): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const line of text.trim().split('\n')) {
    const [struct = '', fields = ''] = line.split(': ');
    for (const field of fields.split(' ')) keys.add(`${struct}.${field}`);
  }
  return keys;
}

/** Optional scalars that are pointers: their zero value is data. All other optional zeros are left out on writing. */
export const pointerFields = fieldSet(`
AppArmorProfile: localhostProfile
AzureDiskVolumeSource: cachingMode fsType readOnly kind
CSIVolumeSource: readOnly fsType
CSIDriverSpec: attachRequired podInfoOnMount fsGroupPolicy storageCapacity requiresRepublish seLinuxMount
ClientIPConfig: timeoutSeconds
ClusterTrustBundleProjection: name signerName optional
ConfigMap: immutable
ConfigMapEnvSource: optional
ConfigMapKeySelector: optional
ConfigMapProjection: optional
ConfigMapVolumeSource: defaultMode optional
Container: restartPolicy
ContainerStatus: started stopSignal
CronJobSpec: failedJobsHistoryLimit startingDeadlineSeconds successfulJobsHistoryLimit suspend timeZone
DaemonSetSpec: revisionHistoryLimit
DaemonSetStatus: collisionCount
DeleteOptions: gracePeriodSeconds orphanDependents propagationPolicy
DeploymentSpec: progressDeadlineSeconds replicas revisionHistoryLimit
DeploymentStatus: collisionCount terminatingReplicas
DiscoveryEndpointPort: name protocol port appProtocol
DownwardAPIVolumeFile: mode
DownwardAPIVolumeSource: defaultMode
Endpoint: hostname nodeName zone
EndpointAddress: nodeName
EndpointConditions: ready serving terminating
EndpointPort: appProtocol
EphemeralContainer: restartPolicy
FCVolumeSource: lun
FileKeySelector: optional
GRPCAction: service
HPAScalingRules: stabilizationWindowSeconds selectPolicy
HTTPIngressPath: pathType
HorizontalPodAutoscalerSpec: minReplicas
HorizontalPodAutoscalerStatus: observedGeneration
HostPathVolumeSource: type
IngressClassParametersReference: apiGroup scope namespace
IngressSpec: ingressClassName
JobSpec: activeDeadlineSeconds backoffLimit backoffLimitPerIndex completions manualSelector maxFailedIndexes parallelism suspend ttlSecondsAfterFinished completionMode managedBy podReplacementPolicy
JobStatus: failedIndexes ready terminating
KeyToPath: mode
LeaseSpec: holderIdentity leaseDurationSeconds leaseTransitions preferredHolder strategy
Lifecycle: stopSignal
ListMeta: remainingItemCount
MetricTarget: averageUtilization
NetworkPolicyPort: endPort protocol
ObjectMeta: deletionGracePeriodSeconds
OwnerReference: controller blockOwnerDeletion
PersistentVolumeClaimSpec: storageClassName volumeMode volumeAttributesClassName
PersistentVolumeSpec: volumeMode volumeAttributesClassName
PodCertificateProjection: maxExpirationSeconds
PodDNSConfigOption: value
PodDisruptionBudgetSpec: unhealthyPodEvictionPolicy
PodFailurePolicyOnExitCodesRequirement: containerName
PodResourceClaim: resourceClaimName resourceClaimTemplateName
PodSchedulingGroup: podGroupName
PodSecurityContext: runAsUser runAsGroup runAsNonRoot supplementalGroupsPolicy fsGroup fsGroupChangePolicy seLinuxChangePolicy
PodSpec: terminationGracePeriodSeconds activeDeadlineSeconds automountServiceAccountToken shareProcessNamespace priority runtimeClassName enableServiceLinks preemptionPolicy setHostnameAsFQDN hostUsers hostnameOverride
Preconditions: resourceVersion uid
PriorityClass: preemptionPolicy
Probe: terminationGracePeriodSeconds
ProjectedVolumeSource: defaultMode
ReplicaSetSpec: replicas
ReplicaSetStatus: terminatingReplicas
ReplicationControllerSpec: replicas
RollingUpdateStatefulSetStrategy: partition
SeccompProfile: localhostProfile
Secret: immutable
SecretEnvSource: optional
SecretKeySelector: optional
SecretProjection: optional
SecretVolumeSource: defaultMode optional
SecurityContext: privileged runAsUser runAsGroup runAsNonRoot readOnlyRootFilesystem allowPrivilegeEscalation procMount
ServiceAccount: automountServiceAccountToken
ServiceAccountTokenProjection: expirationSeconds
ServicePort: appProtocol
ServiceSpec: allocateLoadBalancerNodePorts internalTrafficPolicy ipFamilyPolicy loadBalancerClass trafficDistribution
StatefulSetSpec: replicas revisionHistoryLimit
StatefulSetStatus: collisionCount
StorageClass: allowVolumeExpansion reclaimPolicy volumeBindingMode
StorageTokenRequest: expirationSeconds
SuccessPolicyRule: succeededCount succeededIndexes
Toleration: tolerationSeconds
TopologySpreadConstraint: minDomains nodeAffinityPolicy nodeTaintsPolicy
TypedLocalObjectReference: apiGroup
TypedObjectReference: apiGroup namespace
VolumeError: errorCode
VolumeMount: recursiveReadOnly mountPropagation
VolumeNodeResources: count
WindowsSecurityContextOptions: gmsaCredentialSpecName gmsaCredentialSpec runAsUserName hostProcess
`);

/** Scalars which the schema calls optional and which upstream nevertheless always writes. */
export const alwaysWritten = fieldSet(`
StatefulSetStatus: availableReplicas
Event: reportingComponent reportingInstance
PodDisruptionBudgetStatus: currentHealthy desiredHealthy disruptionsAllowed expectedPods
`);

/** Structs held by value: they are written as `{}` where nothing is in them. `metadata`, `spec` and `status` of a kind are too. */
export const valueStructs = fieldSet(`
Binding: target
ClusterRoleBinding: roleRef
Container: resources
ContainerResourceMetricSource: target
ContainerStatus: lastState state
CronJobSpec: jobTemplate
DaemonSetSpec: template updateStrategy
DeploymentSpec: template strategy
Endpoint: conditions
EphemeralContainer: resources
Event: involvedObject source
EventsEvent: regarding deprecatedSource
ExternalMetricSource: metric target
HTTPIngressPath: backend
IngressStatus: loadBalancer
JobSpec: template
JobTemplateSpec: metadata spec
NetworkPolicySpec: podSelector
NodeDaemonEndpoints: kubeletEndpoint
NodeStatus: daemonEndpoints nodeInfo
ObjectMetricSource: describedObject metric target
PersistentVolumeClaimSpec: resources
PersistentVolumeClaimTemplate: metadata spec
PodTemplate: template
PodTemplateSpec: metadata spec
PodsMetricSource: metric target
PreferredSchedulingTerm: preference
ReplicaSetSpec: template
ResourceMetricSource: target
RoleBinding: roleRef
ServiceStatus: loadBalancer
StatefulSetSpec: template updateStrategy
WeightedPodAffinityTerm: podAffinityTerm
`);

/** Go's names of our structs where they differ. */
const goNames: Readonly<Record<string, string>> = {
  DiscoveryEndpointPort: 'EndpointPort',
  EventsEvent: 'Event',
  EventsEventSeries: 'EventSeries',
  RbacSubject: 'Subject',
  StorageTokenRequest: 'TokenRequest',
};

/** Returns the Go name of a struct, without its package. */
export function goName(struct: string): string {
  return goNames[struct] ?? struct;
}

const version2 =
  /^(HPAScaling|HorizontalPodAutoscaler|CrossVersionObjectReference|Metric)|Metric(Source|Status)$/;

/** Returns the Go type of a struct as messages print it: `v1.PodTemplateSpec`. */
export function goStructType(struct: string): string {
  return `${version2.test(struct) ? 'v2' : 'v1'}.${goName(struct)}`;
}

/** Structs that Go embeds into another: messages name them between the fields. */
const embedded: Readonly<Record<string, readonly [string, (field: string) => boolean]>> = {
  Probe: ['ProbeHandler', (field) => ['exec', 'httpGet', 'tcpSocket', 'grpc'].includes(field)],
  Volume: ['VolumeSource', (field) => field !== 'name'],
  EphemeralContainer: ['EphemeralContainerCommon', (field) => field !== 'targetContainerName'],
};
const withLocalObjectReference =
  /^(ConfigMap|Secret)(EnvSource|KeySelector|Projection)$|^ConfigMapVolumeSource$/;

/** Returns the name of the embedded struct that holds the field, if one does. */
export function embeddedIn(struct: string, field: string): string | undefined {
  const found = embedded[struct];
  if (found?.[1](field)) return found[0];
  if (field === 'name' && withLocalObjectReference.test(struct)) return 'LocalObjectReference';
  return undefined;
}

/** Named string types by `Struct.field`, or by the field's name where it means the same everywhere. */
const namedStrings: Readonly<Record<string, string>> = {
  accessModes: 'v1.PersistentVolumeAccessMode',
  add: 'v1.Capability',
  addressType: 'v1.AddressType',
  completionMode: 'v1.CompletionMode',
  concurrencyPolicy: 'v1.ConcurrencyPolicy',
  conditionType: 'v1.PodConditionType',
  dnsPolicy: 'v1.DNSPolicy',
  drop: 'v1.Capability',
  effect: 'v1.TaintEffect',
  externalTrafficPolicy: 'v1.ServiceExternalTrafficPolicy',
  fsGroupChangePolicy: 'v1.PodFSGroupChangePolicy',
  imagePullPolicy: 'v1.PullPolicy',
  internalTrafficPolicy: 'v1.ServiceInternalTrafficPolicy',
  ipFamilies: 'v1.IPFamily',
  ipFamilyPolicy: 'v1.IPFamilyPolicy',
  medium: 'v1.StorageMedium',
  mountPropagation: 'v1.MountPropagationMode',
  nodeAffinityPolicy: 'v1.NodeInclusionPolicy',
  nodeTaintsPolicy: 'v1.NodeInclusionPolicy',
  pathType: 'v1.PathType',
  podManagementPolicy: 'v1.PodManagementPolicyType',
  podReplacementPolicy: 'v1.PodReplacementPolicy',
  policyTypes: 'v1.PolicyType',
  preemptionPolicy: 'v1.PreemptionPolicy',
  procMount: 'v1.ProcMountType',
  protocol: 'v1.Protocol',
  pullPolicy: 'v1.PullPolicy',
  recursiveReadOnly: 'v1.RecursiveReadOnlyMode',
  resourceName: 'v1.ResourceName',
  scheme: 'v1.URIScheme',
  scopes: 'v1.ResourceQuotaScope',
  sessionAffinity: 'v1.ServiceAffinity',
  stopSignal: 'v1.Signal',
  supplementalGroupsPolicy: 'v1.SupplementalGroupsPolicy',
  terminationMessagePolicy: 'v1.TerminationMessagePolicy',
  uid: 'types.UID',
  unhealthyPodEvictionPolicy: 'v1.UnhealthyPodEvictionPolicyType',
  volumeMode: 'v1.PersistentVolumeMode',
  whenUnsatisfiable: 'v1.UnsatisfiableConstraintAction',
  'AppArmorProfile.type': 'v1.AppArmorProfileType',
  'Container.restartPolicy': 'v1.ContainerRestartPolicy',
  'ContainerResizePolicy.restartPolicy': 'v1.ResourceResizeRestartPolicy',
  'ContainerRestartRule.action': 'v1.ContainerRestartRuleAction',
  'DaemonSetUpdateStrategy.type': 'v1.DaemonSetUpdateStrategyType',
  'DeploymentStrategy.type': 'v1.DeploymentStrategyType',
  'HostPathVolumeSource.type': 'v1.HostPathType',
  'LabelSelectorRequirement.operator': 'v1.LabelSelectorOperator',
  'NodeSelectorRequirement.operator': 'v1.NodeSelectorOperator',
  'PodOS.name': 'v1.OSName',
  'PodSpec.restartPolicy': 'v1.RestartPolicy',
  'SeccompProfile.type': 'v1.SeccompProfileType',
  'Secret.type': 'v1.SecretType',
  'ServiceSpec.type': 'v1.ServiceType',
  'StatefulSetUpdateStrategy.type': 'v1.StatefulSetUpdateStrategyType',
  'Toleration.operator': 'v1.TolerationOperator',
};

/** Returns the Go type of a string field or of the strings in a list field. */
export function goStringType(struct: string, field: string): string {
  let byField = knownTypes.get(struct);
  if (byField === undefined) {
    byField = new Map();
    knownTypes.set(struct, byField);
  }
  let type = byField.get(field);
  if (type === undefined) {
    type = namedStrings[`${struct}.${field}`] ?? namedStrings[field] ?? 'string';
    byField.set(field, type);
  }
  return type;
}

/** What was looked up before: decoding asks for each field of each object. */
const knownTypes = new Map<string, Map<string, string>>();
