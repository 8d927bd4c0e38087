/**
 * What mutating admission adds to every Pod: its service account with a token volume, its priority, its tolerations of
 * a node that stops answering, its runtime class.
 *
 * Upstream: plugin/pkg/admission/serviceaccount, priority, defaulttolerationseconds; plugin/pkg/admission/runtimeclass
 * Docs: /docs/reference/access-authn-authz/admission-controllers/
 * Simplified: the service account `default` counts as there from the start of its namespace; upstream refuses pods
 *   until a controller has made it.
 */
import type { KubeObject } from '../../api/object.ts';
import { randomSuffix } from '../../api/names.ts';
import { newForbidden } from '../../api/status-error.ts';
import type {
  Container,
  Pod,
  PodSpec,
  PriorityClass,
  RuntimeClass,
  ServiceAccount,
  Toleration,
  Volume,
} from '../../api/types.gen.ts';
import { admittedAlike, rememberTemplate } from './pod-of-template.ts';
import type { LookedUp } from './pod-of-template.ts';

/** What admission may ask of the server. */
export interface PodAdmissionContext {
  /** A stream of chance in [0, 1), for the names of token volumes. */
  readonly random: { float(): number };
  get(kind: string, namespace: string, name: string): KubeObject | undefined;
}

const podResource = { group: '', plural: 'pods' };
const tokenMountPath = '/var/run/secrets/kubernetes.io/serviceaccount';
const tokenVolumePrefix = 'kube-api-access-';

/** Seconds after which a bound token is renewed. Upstream: WarnOnlyBoundTokenExpirationSeconds */
const tokenExpirationSeconds = 3_607;

/** Seconds a pod stays on a node that is not ready or unreachable. Upstream: defaultNotReadyTolerationSeconds */
const defaultTolerationSeconds = 300;

/** Priorities of the two classes that every cluster has. Upstream: pkg/apis/scheduling/types.go */
const systemPriorities: Readonly<Record<string, number>> = {
  'system-cluster-critical': 2_000_000_000,
  'system-node-critical': 2_000_001_000,
};

/** Returns a new Pod as admission leaves it. Throws a 403. */
export function admitPod(pod: Pod, context: PodAdmissionContext): Pod {
  const lookedUp = lookUp(pod, context);
  const alike = admittedAlike(pod, lookedUp, () => newTokenName(context));
  if (alike !== undefined) return alike;
  let admitted = admitServiceAccount(pod, context);
  admitted = admitPriority(admitted, context);
  admitted = admitTolerations(admitted);
  admitted = admitRuntimeClass(admitted, context);
  const added = (admitted.spec.volumes ?? []).slice(pod.spec.volumes?.length ?? 0);
  rememberTemplate(pod.spec, lookedUp, admitted.spec, added[0]?.name);
  return admitted;
}

/** Returns all that the outcome depends on beside the pod's spec. */
function lookUp({ metadata, spec }: Pod, context: PodAdmissionContext): LookedUp {
  const { priorityClassName, runtimeClassName } = spec;
  return [
    context.get('ServiceAccount', metadata.namespace ?? '', accountNameOf(spec)),
    priorityClassName ? context.get('PriorityClass', '', priorityClassName) : undefined,
    runtimeClassName ? context.get('RuntimeClass', '', runtimeClassName) : undefined,
  ];
}

function accountNameOf({ serviceAccountName, serviceAccount }: PodSpec): string {
  return serviceAccountName || serviceAccount || 'default';
}

function newTokenName({ random }: PodAdmissionContext): string {
  return tokenVolumePrefix + randomSuffix(() => random.float());
}

function withSpec(pod: Pod, fields: Partial<PodSpec>): Pod {
  return { ...pod, spec: { ...pod.spec, ...fields } };
}

/** A name is not generated before admission is over, so a nameless pod is called by its base. */
function refuse(pod: Pod, error: string) {
  return newForbidden(podResource, pod.metadata.name || (pod.metadata.generateName ?? ''), error);
}

/** ServiceAccount: names the account, mounts its token, takes over its pull secrets. */
export function admitServiceAccount(pod: Pod, context: PodAdmissionContext): Pod {
  const name = accountNameOf(pod.spec);
  const namespace = pod.metadata.namespace ?? '';
  const account = context.get('ServiceAccount', namespace, name) as ServiceAccount | undefined;
  if (!account && name !== 'default') {
    const error = `error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`;
    throw refuse(pod, error);
  }
  const named = withSpec(pod, { serviceAccountName: name, serviceAccount: name });
  const isMounted =
    pod.spec.automountServiceAccountToken ?? account?.automountServiceAccountToken ?? true;
  const mounted = isMounted ? mountToken(named, context) : named;
  const secrets = account?.imagePullSecrets ?? [];
  if (secrets.length === 0 || (pod.spec.imagePullSecrets ?? []).length > 0) return mounted;
  return withSpec(mounted, {
    imagePullSecrets: secrets.map(({ name: secret }) => ({ name: secret })),
  });
}

function mountToken(pod: Pod, context: PodAdmissionContext): Pod {
  const { spec } = pod;
  const hasToken = (container: Container): boolean =>
    (container.volumeMounts ?? []).some((mount) => mount.mountPath === tokenMountPath);
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  if (containers.every(hasToken)) return pod;
  const existing = spec.volumes?.find((volume) => volume.name.startsWith(tokenVolumePrefix));
  const name = existing?.name ?? newTokenName(context);
  const mount = { name, readOnly: true, mountPath: tokenMountPath };
  const withMount = (container: Container): Container =>
    hasToken(container)
      ? container
      : { ...container, volumeMounts: [...(container.volumeMounts ?? []), mount] };
  return withSpec(pod, {
    containers: spec.containers.map(withMount),
    ...(spec.initContainers ? { initContainers: spec.initContainers.map(withMount) } : {}),
    ...(existing ? {} : { volumes: [...(spec.volumes ?? []), tokenVolume(name)] }),
  });
}

function tokenVolume(name: string): Volume {
  return {
    name,
    projected: {
      sources: [
        { serviceAccountToken: { expirationSeconds: tokenExpirationSeconds, path: 'token' } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        {
          downwardAPI: {
            items: [
              {
                path: 'namespace',
                fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' },
              },
            ],
          },
        },
      ],
      defaultMode: 0o644,
    },
  };
}

/** Priority: turns the name of a class into its number. */
export function admitPriority(pod: Pod, context: PodAdmissionContext): Pod {
  const { priorityClassName, priority, preemptionPolicy } = pod.spec;
  const found = priorityClassName ? classOf(priorityClassName, context) : { value: 0 };
  if (!found) throw refuse(pod, `no PriorityClass with name ${priorityClassName ?? ''} was found`);
  const policy = found.preemptionPolicy ?? 'PreemptLowerPriority';
  if (priority !== undefined && priority !== found.value) {
    const rest = `priority admission controller computed ${found.value} from the given PriorityClass name`;
    throw refuse(
      pod,
      `the integer value of priority (${priority}) must not be provided in pod spec; ${rest}`,
    );
  }
  if (preemptionPolicy !== undefined && preemptionPolicy !== policy) {
    const rest = `priority admission controller computed ${policy} from the given PriorityClass name`;
    throw refuse(
      pod,
      `the string value of PreemptionPolicy (${preemptionPolicy}) must not be provided in pod spec; ${rest}`,
    );
  }
  return withSpec(pod, { priority: found.value, preemptionPolicy: policy });
}

function classOf(
  name: string,
  context: PodAdmissionContext,
): Pick<PriorityClass, 'value' | 'preemptionPolicy'> | undefined {
  const stored = context.get('PriorityClass', '', name) as PriorityClass | undefined;
  if (stored) return stored;
  const value = systemPriorities[name];
  return value === undefined ? undefined : { value };
}

/** DefaultTolerationSeconds: five minutes for a node that stops answering, where the pod says nothing else. */
export function admitTolerations(pod: Pod): Pod {
  const tolerations = pod.spec.tolerations ?? [];
  const added: Toleration[] = [];
  for (const key of ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']) {
    const isTolerated = tolerations.some(
      (toleration) =>
        (!toleration.key || toleration.key === key) &&
        (!toleration.effect || toleration.effect === 'NoExecute'),
    );
    if (isTolerated) continue;
    const tolerationSeconds = defaultTolerationSeconds;
    added.push({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds });
  }
  return added.length === 0 ? pod : withSpec(pod, { tolerations: [...tolerations, ...added] });
}

/** RuntimeClass: takes overhead and scheduling from the class that the pod names. */
export function admitRuntimeClass(pod: Pod, context: PodAdmissionContext): Pod {
  const { runtimeClassName, overhead } = pod.spec;
  const runtime = runtimeClassName
    ? (context.get('RuntimeClass', '', runtimeClassName) as RuntimeClass | undefined)
    : undefined;
  if (runtimeClassName && !runtime) {
    throw refuse(pod, `pod rejected: RuntimeClass "${runtimeClassName}" not found`);
  }
  const podFixed = runtime?.overhead?.podFixed;
  if (overhead !== undefined && podFixed === undefined) {
    throw refuse(
      pod,
      'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead',
    );
  }
  if (!runtime) return pod;
  const { nodeSelector, tolerations } = runtime.scheduling ?? {};
  return withSpec(pod, {
    ...(podFixed ? { overhead: podFixed } : {}),
    ...(nodeSelector ? { nodeSelector: { ...pod.spec.nodeSelector, ...nodeSelector } } : {}),
    ...(tolerations ? { tolerations: [...(pod.spec.tolerations ?? []), ...tolerations] } : {}),
  });
}
