/**
 * The environment of a container: literal values, references, and the addresses of Services.
 *
 * - `$(NAME)` in a value, in `command` and in `args` is replaced when NAME was defined before; `$$` stands for `$`.
 * - A missing ConfigMap, Secret or key keeps the container from being made, unless it is optional.
 *
 * Upstream: pkg/kubelet/kubelet_pods.go makeEnvironmentVariables, getServiceEnvVarMap; third_party/forked/golang/expansion
 * Docs: /docs/tasks/inject-data-application/define-environment-variable-container/
 */
import { namespacedName } from '../api/object.ts';
import { StatusError } from '../api/status-error.ts';
import type { ConfigMap, Container, EnvVarSource, Pod, Secret, Service } from '../api/types.gen.ts';
import type { Process } from '../engine/process.ts';
import { decodeSecret } from './secret-data.ts';
import { containerResource, podField } from './field-ref.ts';
import type { PodAddresses } from './field-ref.ts';
import type { KubeletContext } from './kubelet-context.ts';

/** A reference that cannot be resolved; `message` is what the event says after `Error: `. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Replaces `$(NAME)` by what `lookup` knows; unknown names stay as they are. */
export function expandReferences(
  text: string,
  lookup: (name: string) => string | undefined,
): string {
  return text.replace(/\$(\$|\(([^()]*)\))/g, (match, whole: string, name: string | undefined) => {
    if (whole === '$') return '$';
    return lookup(name ?? '') ?? match;
  });
}

/** Returns the variables of all Services that the container sees, in order of the Services' names. */
export function serviceVariables(services: readonly Service[], pod: Pod): [string, string][] {
  const variables: [string, string][] = [];
  const inOrder =
    services.length < 2
      ? services
      : [...services].sort((a, b) => (namespacedName(a) < namespacedName(b) ? -1 : 1));
  for (const service of inOrder) {
    const { name = '', namespace } = service.metadata;
    const isMaster = namespace === 'default' && name === 'kubernetes';
    const isOwn = namespace === pod.metadata.namespace && pod.spec.enableServiceLinks !== false;
    if (isMaster || isOwn) for (const variable of variablesOf(service)) variables.push(variable);
  }
  return variables;
}

/** Variables by Service, one version of it: every container of a namespace has the same. */
const known = new WeakMap<Service, readonly [string, string][]>();

function variablesOf(service: Service): readonly [string, string][] {
  let variables = known.get(service);
  if (variables === undefined) {
    variables = makeVariables(service);
    known.set(service, variables);
  }
  return variables;
}

function makeVariables(service: Service): readonly [string, string][] {
  const variables: [string, string][] = [];
  const { clusterIP, ports } = service.spec ?? {};
  const { name = '' } = service.metadata;
  const [first] = ports ?? [];
  if (clusterIP === undefined || clusterIP === '' || clusterIP === 'None') return variables;
  if (first === undefined) return variables;
  const prefix = name.toUpperCase().replaceAll('-', '_');
  variables.push([`${prefix}_SERVICE_HOST`, clusterIP]);
  variables.push([`${prefix}_SERVICE_PORT`, String(first.port)]);
  for (const port of ports ?? []) {
    if (port.name === undefined || port.name === '') continue;
    const suffix = port.name.toUpperCase().replaceAll('-', '_');
    variables.push([`${prefix}_SERVICE_PORT_${suffix}`, String(port.port)]);
  }
  for (const [index, port] of (ports ?? []).entries()) {
    const protocol = (port.protocol ?? 'TCP').toLowerCase();
    const url = `${protocol}://${clusterIP}:${port.port}`;
    if (index === 0) variables.push([`${prefix}_PORT`, url]);
    const base = `${prefix}_PORT_${port.port}_${protocol.toUpperCase()}`;
    variables.push([base, url]);
    variables.push([`${base}_PROTO`, protocol]);
    variables.push([`${base}_PORT`, String(port.port)]);
    variables.push([`${base}_ADDR`, clusterIP]);
  }
  return variables;
}

/** Resolves environments with reads from the API. */
export class EnvironmentResolver {
  readonly #context: KubeletContext;
  readonly #services: () => readonly Service[];

  constructor(context: KubeletContext, services: () => readonly Service[]) {
    this.#context = context;
    this.#services = services;
  }

  /** Returns the container's variables in order. Throws ConfigError. */
  *resolve(pod: Pod, container: Container, addresses: PodAddresses): Process<Map<string, string>> {
    const namespace = pod.metadata.namespace ?? '';
    const result = new Map<string, string>();
    for (const { prefix = '', configMapRef, secretRef } of container.envFrom ?? []) {
      let data: Readonly<Record<string, string>> = {};
      if (configMapRef !== undefined) {
        const map = yield* this.#configMap(namespace, configMapRef);
        data = map?.data ?? {};
      } else if (secretRef !== undefined) {
        data = decodeSecret(yield* this.#secret(namespace, secretRef));
      }
      for (const key of Object.keys(data).sort()) result.set(prefix + key, data[key] ?? '');
    }
    const services = serviceVariables(this.#services(), pod);
    const known = new Map(services);
    const lookup = (name: string): string | undefined => result.get(name) ?? known.get(name);
    for (const { name, value, valueFrom } of container.env ?? []) {
      const text =
        valueFrom === undefined
          ? expandReferences(value ?? '', lookup)
          : yield* this.#valueFrom(pod, container, valueFrom, addresses);
      if (text !== undefined) result.set(name, text);
    }
    for (const [name, value] of services) if (!result.has(name)) result.set(name, value);
    return result;
  }

  *#valueFrom(
    pod: Pod,
    container: Container,
    source: EnvVarSource,
    addresses: PodAddresses,
  ): Process<string | undefined> {
    const namespace = pod.metadata.namespace ?? '';
    const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = source;
    if (fieldRef !== undefined) {
      const text = podField(pod, fieldRef.fieldPath, addresses);
      if (text === undefined) throw new ConfigError(`unsupported fieldPath: ${fieldRef.fieldPath}`);
      return text;
    }
    if (resourceFieldRef !== undefined) {
      const owner =
        [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find(
          ({ name }) => name === resourceFieldRef.containerName,
        ) ?? container;
      return containerResource(owner, resourceFieldRef, this.#context.node.allocatable);
    }
    if (configMapKeyRef !== undefined) {
      const { name = '', key, optional } = configMapKeyRef;
      const map = yield* this.#configMap(namespace, { name, optional });
      const text = map?.data?.[key];
      if (text !== undefined || optional === true) return text;
      throw new ConfigError(`couldn't find key ${key} in ConfigMap ${namespace}/${name}`);
    }
    if (secretKeyRef !== undefined) {
      const { name = '', key, optional } = secretKeyRef;
      const text = decodeSecret(yield* this.#secret(namespace, { name, optional }))[key];
      if (text !== undefined || optional === true) return text;
      throw new ConfigError(`couldn't find key ${key} in Secret ${namespace}/${name}`);
    }
    return undefined;
  }

  *#configMap(namespace: string, ref: OptionalRef): Process<ConfigMap | undefined> {
    const read = this.#context.client.of('ConfigMap').get(namespace, ref.name ?? '');
    return yield* optionally(read, ref, 'configmap');
  }

  *#secret(namespace: string, ref: OptionalRef): Process<Secret | undefined> {
    const read = this.#context.client.of('Secret').get(namespace, ref.name ?? '');
    return yield* optionally(read, ref, 'secret');
  }
}

interface OptionalRef {
  readonly name?: string | undefined;
  readonly optional?: boolean | undefined;
}

function* optionally<T>(read: Process<T>, ref: OptionalRef, kind: string): Process<T | undefined> {
  try {
    return yield* read;
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    if (ref.optional === true && error.reason === 'NotFound') return undefined;
    if (error.reason === 'NotFound') throw new ConfigError(`${kind} "${ref.name}" not found`);
    throw new ConfigError(error.message);
  }
}
