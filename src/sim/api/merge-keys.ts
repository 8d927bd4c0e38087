/**
 * How strategic merge patches treat the fields that are not simply merged or replaced. Facts of the Kubernetes 1.36 API,
 * taken from the OpenAPI document of a running API server (`x-kubernetes-patch-strategy`, `x-kubernetes-patch-merge-key`).
 *
 * One struct a line: `Struct: field strategies mergeKey, …`. A list without a merge key is a list of scalars.
 *
 * Upstream: the `patchStrategy` and `patchMergeKey` tags of staging/src/k8s.io/api
 */
const mergeKeysText = `
CSINodeSpec: drivers merge name
Container: env merge name, ports merge containerPort, volumeDevices merge devicePath, volumeMounts merge mountPath
ContainerStatus: allocatedResourcesStatus merge name, volumeMounts merge mountPath
DaemonSetStatus: conditions merge type
DeploymentSpec: strategy retainKeys
DeploymentStatus: conditions merge type
EphemeralContainer: env merge name, ports merge containerPort, volumeDevices merge devicePath, volumeMounts merge mountPath
HorizontalPodAutoscalerStatus: conditions merge type
JobStatus: conditions merge type
NamespaceStatus: conditions merge type
NodeSpec: podCIDRs merge
NodeStatus: addresses merge type, conditions merge type
ObjectMeta: finalizers merge, ownerReferences merge uid
PersistentVolumeClaimStatus: conditions merge type
PodDisruptionBudgetSpec: selector replace
PodDisruptionBudgetStatus: conditions merge type
PodSpec: containers merge name, ephemeralContainers merge name, hostAliases merge ip, imagePullSecrets merge name, initContainers merge name, resourceClaims merge,retainKeys name, schedulingGates merge name, topologySpreadConstraints merge topologyKey, volumes merge,retainKeys name
PodStatus: conditions merge type, hostIPs merge ip, podIPs merge ip, resourceClaimStatuses merge,retainKeys name
ReplicaSetStatus: conditions merge type
ReplicationControllerStatus: conditions merge type
ServiceAccount: secrets merge name
ServiceSpec: ports merge port
ServiceStatus: conditions merge type
StatefulSetStatus: conditions merge type
`;

/** How a field is patched. */
export interface PatchStrategy {
  /** `merge` by key or by value, `replace` as a whole; undefined is the default of the field's form. */
  readonly strategy: 'merge' | 'replace' | undefined;
  /** Whether a patch names the fields that stay (`$retainKeys`). */
  readonly retainKeys: boolean;
  /** Field by which elements of a merged list of structs are the same; '' for a list of scalars. */
  readonly mergeKey: string;
}

const byDefault: PatchStrategy = { strategy: undefined, retainKeys: false, mergeKey: '' };
let strategies: Map<string, PatchStrategy> | undefined;

function parseStrategies(): Map<string, PatchStrategy> {
  const parsed = new Map<string, PatchStrategy>();
  for (const line of mergeKeysText.trim().split('\n')) {
    const [struct = '', fields = ''] = line.split(': ');
    for (const entry of fields.split(', ')) {
      const [field = '', words = '', mergeKey = ''] = entry.split(' ');
      const list = words.split(',');
      const strategy = list.includes('merge')
        ? 'merge'
        : list.includes('replace')
          ? 'replace'
          : undefined;
      const retainKeys = list.includes('retainKeys');
      parsed.set(`${struct}.${field}`, { strategy, retainKeys, mergeKey });
    }
  }
  return parsed;
}

/** Returns how a field of a struct is patched. */
export function patchStrategyOf(struct: string, field: string): PatchStrategy {
  strategies ??= parseStrategies();
  return strategies.get(`${struct}.${field}`) ?? byDefault;
}
