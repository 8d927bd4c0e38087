/**
 * The values that a field of few values takes, for completion and for messages of validation. Facts of the Kubernetes
 * 1.36 API, taken from the OpenAPI document of a running API server. For a list of such values, the values of its elements.
 *
 * Upstream: the `+enum` markers of staging/src/k8s.io/api
 */
const enumsText = `
AppArmorProfile.type: Localhost|RuntimeDefault|Unconfined
AzureDiskVolumeSource.cachingMode: None|ReadOnly|ReadWrite
AzureDiskVolumeSource.kind: Dedicated|Managed|Shared
Container.imagePullPolicy: Always|IfNotPresent|Never
Container.terminationMessagePolicy: FallbackToLogsOnError|File
ContainerPort.protocol: SCTP|TCP|UDP
ContainerStatus.stopSignal: signals
CronJobSpec.concurrencyPolicy: Allow|Forbid|Replace
DaemonSetUpdateStrategy.type: OnDelete|RollingUpdate
DeploymentStrategy.type: Recreate|RollingUpdate
DiscoveryEndpointPort.protocol: SCTP|TCP|UDP
EndpointPort.protocol: SCTP|TCP|UDP
EndpointSlice.addressType: FQDN|IPv4|IPv6
EphemeralContainer.imagePullPolicy: Always|IfNotPresent|Never
EphemeralContainer.terminationMessagePolicy: FallbackToLogsOnError|File
HTTPGetAction.scheme: HTTP|HTTPS
HTTPIngressPath.pathType: Exact|ImplementationSpecific|Prefix
HostPathVolumeSource.type: |BlockDevice|CharDevice|Directory|DirectoryOrCreate|File|FileOrCreate|Socket
ImageVolumeSource.pullPolicy: Always|IfNotPresent|Never
IngressPortStatus.protocol: SCTP|TCP|UDP
JobSpec.completionMode: Indexed|NonIndexed
JobSpec.podReplacementPolicy: Failed|TerminatingOrFailed
Lifecycle.stopSignal: signals
ModifyVolumeStatus.status: InProgress|Infeasible|Pending
NamespaceStatus.phase: Active|Terminating
NetworkPolicyPort.protocol: SCTP|TCP|UDP
NetworkPolicySpec.policyTypes: Egress|Ingress
NodeSelectorRequirement.operator: DoesNotExist|Exists|Gt|In|Lt|NotIn
NodeStatus.phase: Pending|Running|Terminated
PersistentVolumeClaimSpec.accessModes: ReadOnlyMany|ReadWriteMany|ReadWriteOnce|ReadWriteOncePod
PersistentVolumeClaimSpec.volumeMode: Block|Filesystem
PersistentVolumeClaimStatus.accessModes: ReadOnlyMany|ReadWriteMany|ReadWriteOnce|ReadWriteOncePod
PersistentVolumeClaimStatus.phase: Bound|Lost|Pending
PersistentVolumeSpec.accessModes: ReadOnlyMany|ReadWriteMany|ReadWriteOnce|ReadWriteOncePod
PersistentVolumeSpec.persistentVolumeReclaimPolicy: Delete|Recycle|Retain
PersistentVolumeSpec.volumeMode: Block|Filesystem
PersistentVolumeStatus.phase: Available|Bound|Failed|Pending|Released
PodDisruptionBudgetSpec.unhealthyPodEvictionPolicy: AlwaysAllow|IfHealthyBudget
PodFailurePolicyOnExitCodesRequirement.operator: In|NotIn
PodFailurePolicyRule.action: Count|FailIndex|FailJob|Ignore
PodSecurityContext.fsGroupChangePolicy: Always|OnRootMismatch
PodSecurityContext.supplementalGroupsPolicy: Merge|Strict
PodSpec.dnsPolicy: ClusterFirst|ClusterFirstWithHostNet|Default|None
PodSpec.preemptionPolicy: Never|PreemptLowerPriority
PodSpec.restartPolicy: Always|Never|OnFailure
PodStatus.phase: Failed|Pending|Running|Succeeded|Unknown
PodStatus.qosClass: BestEffort|Burstable|Guaranteed
PortStatus.protocol: SCTP|TCP|UDP
PriorityClass.preemptionPolicy: Never|PreemptLowerPriority
ResourceQuotaSpec.scopes: BestEffort|CrossNamespacePodAffinity|NotBestEffort|NotTerminating|PriorityClass|Terminating|VolumeAttributesClass
ScopedResourceSelectorRequirement.operator: DoesNotExist|Exists|In|NotIn
ScopedResourceSelectorRequirement.scopeName: BestEffort|CrossNamespacePodAffinity|NotBestEffort|NotTerminating|PriorityClass|Terminating|VolumeAttributesClass
SeccompProfile.type: Localhost|RuntimeDefault|Unconfined
SecurityContext.procMount: Default|Unmasked
ServicePort.protocol: SCTP|TCP|UDP
ServiceSpec.externalTrafficPolicy: Cluster|Local
ServiceSpec.internalTrafficPolicy: Cluster|Local
ServiceSpec.ipFamilies: |IPv4|IPv6
ServiceSpec.ipFamilyPolicy: PreferDualStack|RequireDualStack|SingleStack
ServiceSpec.sessionAffinity: ClientIP|None
ServiceSpec.type: ClusterIP|ExternalName|LoadBalancer|NodePort
StatefulSetSpec.podManagementPolicy: OrderedReady|Parallel
StatefulSetUpdateStrategy.type: OnDelete|RollingUpdate
StorageClass.reclaimPolicy: Delete|Recycle|Retain
StorageClass.volumeBindingMode: Immediate|WaitForFirstConsumer
Taint.effect: NoExecute|NoSchedule|PreferNoSchedule
Toleration.effect: NoExecute|NoSchedule|PreferNoSchedule
Toleration.operator: Equal|Exists|Gt|Lt
TopologySpreadConstraint.nodeAffinityPolicy: Honor|Ignore
TopologySpreadConstraint.nodeTaintsPolicy: Honor|Ignore
TopologySpreadConstraint.whenUnsatisfiable: DoNotSchedule|ScheduleAnyway
VolumeMount.mountPropagation: Bidirectional|HostToContainer|None
`;

/** The signals that a container may be stopped with. */
const signals = `
SIGABRT SIGALRM SIGBUS SIGCHLD SIGCLD SIGCONT SIGFPE SIGHUP SIGILL SIGINT SIGIO SIGIOT SIGKILL
SIGPIPE SIGPOLL SIGPROF SIGPWR SIGQUIT SIGRTMAX SIGRTMAX-1 SIGRTMAX-10 SIGRTMAX-11 SIGRTMAX-12
SIGRTMAX-13 SIGRTMAX-14 SIGRTMAX-2 SIGRTMAX-3 SIGRTMAX-4 SIGRTMAX-5 SIGRTMAX-6 SIGRTMAX-7 SIGRTMAX-8
SIGRTMAX-9 SIGRTMIN SIGRTMIN+1 SIGRTMIN+10 SIGRTMIN+11 SIGRTMIN+12 SIGRTMIN+13 SIGRTMIN+14
SIGRTMIN+15 SIGRTMIN+2 SIGRTMIN+3 SIGRTMIN+4 SIGRTMIN+5 SIGRTMIN+6 SIGRTMIN+7 SIGRTMIN+8 SIGRTMIN+9
SIGSEGV SIGSTKFLT SIGSTOP SIGSYS SIGTERM SIGTRAP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGUSR1 SIGUSR2
SIGVTALRM SIGWINCH SIGXCPU SIGXFSZ
`;

let enums: Map<string, readonly string[]> | undefined;

function parseEnums(): Map<string, readonly string[]> {
  const parsed = new Map<string, readonly string[]>();
  for (const line of enumsText.trim().split('\n')) {
    const [field = '', values = ''] = line.split(': ');
    parsed.set(field, values === 'signals' ? signals.trim().split(/\s+/) : values.split('|'));
  }
  return parsed;
}

/** Returns the values that a field of a struct takes, sorted; undefined where any text will do. */
export function enumValues(struct: string, field: string): readonly string[] | undefined {
  enums ??= parseEnums();
  return enums.get(`${struct}.${field}`);
}
