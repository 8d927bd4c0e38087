/**
 * Fields which the API takes and which change nothing in this simulation, as data: told in the editor at their line, so
 * that nothing is ignored in silence. Whoever makes a field work takes its row away.
 *
 * A path names fields from the object; `*` stands for every element of a list. The path '' is the kind as a whole.
 *
 * Ours: honesty about what the simulation leaves out.
 */
import type { KubeObject } from '../../api/object.ts';
import { isJsonObject } from '../../api/object.ts';

/** A place in an object, and one sentence about it. */
export interface Remark {
  /** As the API writes paths: `spec.template.spec.hostAliases`. */
  readonly path: string;
  readonly message: string;
}

/** Kinds that are stored and that nobody acts upon. */
const kinds: Readonly<Record<string, string>> = {
  CSIDriver: 'There are no storage drivers here.',
  CSINode: 'There are no storage drivers here.',
  ClusterRole: 'Every client may do everything here.',
  ClusterRoleBinding: 'Every client may do everything here.',
  CustomResourceDefinition: 'The API does not serve its kind here.',
  Ingress: 'No ingress controller runs here.',
  IngressClass: 'No ingress controller runs here.',
  LimitRange: 'Its limits and defaults are not applied here.',
  NetworkPolicy: 'It is not enforced here: every Pod reaches every other one.',
  ResourceQuota: 'It is not enforced here.',
  Role: 'Every client may do everything here.',
  RoleBinding: 'Every client may do everything here.',
  VolumeAttachment: 'Nobody attaches volumes here.',
};

/** Fields of a pod's spec, wherever one stands. */
const podFields: readonly (readonly [path: string, reason: string])[] = [
  ['hostAliases', 'The hosts file of a container is not simulated.'],
  ['hostIPC', 'Namespaces of a node are not simulated.'],
  ['hostUsers', 'User namespaces are not simulated.'],
  ['imagePullSecrets', 'Registries ask for no credentials here.'],
  ['os', 'Every node runs Linux here.'],
  ['resourceClaims', 'Devices are not simulated.'],
  ['runtimeClassName', 'Every pod runs in the same runtime here.'],
  ['setHostnameAsFQDN', 'The domain of a host name is not simulated.'],
  ['containers.*.resizePolicy', 'A running container is not resized here.'],
  ['containers.*.volumeDevices', 'Block devices are not simulated.'],
  ['containers.*.volumeMounts.*.mountPropagation', 'Mounts do not spread here.'],
  ['containers.*.securityContext.appArmorProfile', 'AppArmor is not simulated.'],
  ['containers.*.securityContext.seLinuxOptions', 'SELinux is not simulated.'],
  ['containers.*.securityContext.seccompProfile', 'System calls are not filtered here.'],
  ['containers.*.securityContext.capabilities', 'Capabilities are not simulated.'],
  ['securityContext.appArmorProfile', 'AppArmor is not simulated.'],
  ['securityContext.seLinuxOptions', 'SELinux is not simulated.'],
  ['securityContext.seccompProfile', 'System calls are not filtered here.'],
  ['securityContext.sysctls', 'Kernel settings are not simulated.'],
];

/** Other fields, by kind. */
const fields: Readonly<Record<string, readonly (readonly [path: string, reason: string])[]>> = {
  Service: [
    ['spec.loadBalancerSourceRanges', 'No load balancer filters clients here.'],
    ['spec.healthCheckNodePort', 'Health check ports are not served here.'],
  ],
};

/** Where the pod specs of a kind stand. */
const podSpecPaths: Readonly<Record<string, string>> = {
  CronJob: 'spec.jobTemplate.spec.template.spec',
  DaemonSet: 'spec.template.spec',
  Deployment: 'spec.template.spec',
  Job: 'spec.template.spec',
  Pod: 'spec',
  PodTemplate: 'template.spec',
  ReplicaSet: 'spec.template.spec',
  ReplicationController: 'spec.template.spec',
  StatefulSet: 'spec.template.spec',
};

/** Returns the path of the pod spec in a kind, or undefined for a kind without one. */
export function podSpecPath(kind: string): string | undefined {
  return podSpecPaths[kind];
}

/** Returns the fields of an object that are valid and have no effect here, in the order of the table. */
export function notSimulatedFields(object: KubeObject): readonly Remark[] {
  const kind = kinds[object.kind];
  const remarks: Remark[] = kind === undefined ? [] : [{ path: '', message: kind }];
  const pod = podSpecPaths[object.kind];
  const rows = [
    ...(fields[object.kind] ?? []),
    ...(pod === undefined
      ? []
      : podFields.map(([path, reason]) => [`${pod}.${path}`, reason] as const)),
  ];
  for (const [path, message] of rows) {
    for (const found of existing(object, path.split('.'), ''))
      remarks.push({ path: found, message });
  }
  return remarks;
}

/** Returns the paths in an object that fit a pattern. */
function existing(value: unknown, steps: readonly string[], path: string): string[] {
  const [step, ...rest] = steps;
  if (step === undefined) return value === undefined ? [] : [path];
  if (step === '*') {
    if (!Array.isArray(value)) return [];
    return value.flatMap((item: unknown, i) => existing(item, rest, `${path}[${i}]`));
  }
  if (!isJsonObject(value) || value[step] === undefined) return [];
  return existing(value[step], rest, path === '' ? step : `${path}.${step}`);
}
