/**
 * What the API server accepts in a pod and warns of.
 *
 * Upstream: pkg/api/pod/warnings.go GetWarningsForPod; pkg/registry/core/pod/strategy.go WarningsOnCreate
 */
import { child, index, key } from '../../api/field-error.ts';
import { goQuote } from '../../api/go-format.ts';
import { isDns1123Label } from '../../api/names.ts';
import { parseQuantity, scaledValue } from '../../api/quantity.ts';
import type {
  Container,
  ContainerPort,
  EnvVar,
  NodeSelectorTerm,
  ObjectMeta,
  Pod,
  PodSpec,
  PodTemplateSpec,
} from '../../api/types.gen.ts';
import { originalOf } from '../defaults/pod-of-template.ts';
import { sortedEntries } from './checks.ts';

/** Labels of nodes that have newer names. Upstream: deprecatedNodeLabels */
const deprecatedNodeLabels: Readonly<Record<string, readonly [since: string, use: string]>> = {
  'beta.kubernetes.io/arch': ['v1.14', 'kubernetes.io/arch'],
  'beta.kubernetes.io/os': ['v1.14', 'kubernetes.io/os'],
  'failure-domain.beta.kubernetes.io/region': ['v1.17', 'topology.kubernetes.io/region'],
  'failure-domain.beta.kubernetes.io/zone': ['v1.17', 'topology.kubernetes.io/zone'],
  'beta.kubernetes.io/instance-type': ['v1.17', 'node.kubernetes.io/instance-type'],
};

function deprecatedSince(label: string): string | undefined {
  const found = deprecatedNodeLabels[label];
  return found && `deprecated since ${found[0]}; use "${found[1]}" instead`;
}

/** Warns of the name of a workload that becomes part of its pods' host names. */
export function workloadNameWarnings(name: string): string[] {
  return nameWarnings(name, 'Pod names and hostnames');
}

function nameWarnings(name: string, usedIn: string): string[] {
  const texts = isDns1123Label(name);
  if (texts.length === 0) return [];
  const start = `metadata.name: this is used in ${usedIn}, which can result in surprising behavior`;
  return [`${start}; a DNS label is recommended: [${texts.join(' ')}]`];
}

/** Returns the warnings of a Pod. */
export function podWarnings(pod: Pod): string[] {
  return [
    ...nameWarnings(pod.metadata.name ?? '', "the Pod's hostname"),
    ...specWarnings('spec', pod.spec),
    ...annotationWarnings('metadata', pod.metadata),
  ];
}

/** Returns the warnings of a workload's pod template. */
export function templateWarnings(path: string, template: PodTemplateSpec): string[] {
  return [
    ...specWarnings(child(path, 'spec'), template.spec),
    ...annotationWarnings(child(path, 'metadata'), template.metadata ?? {}),
  ];
}

/** Frozen specs that nobody has to be warned of, as those in which validation finds nothing. */
const unremarkable = new WeakSet<object>();

function specWarnings(path: string, spec: PodSpec): string[] {
  const original = originalOf(spec);
  if (unremarkable.has(original)) return [];
  const warnings = allSpecWarnings(path, spec);
  if (warnings.length === 0 && Object.isFrozen(original)) unremarkable.add(original);
  return warnings;
}

function allSpecWarnings(path: string, spec: PodSpec): string[] {
  const warnings: string[] = [];
  const selectorPath = child(path, 'nodeSelector');
  for (const [label] of sortedEntries(spec.nodeSelector)) {
    const text = deprecatedSince(label);
    if (text) warnings.push(`${key(selectorPath, label)}: ${text}`);
  }
  warnings.push(...affinityWarnings(child(path, 'affinity', 'nodeAffinity'), spec));
  for (const [i, constraint] of (spec.topologySpreadConstraints ?? []).entries()) {
    const text = deprecatedSince(constraint.topologyKey);
    const at = child(index(child(path, 'topologySpreadConstraints'), i), 'topologyKey');
    if (text) warnings.push(`${at}: ${constraint.topologyKey} is ${text}`);
  }
  for (const [i, volume] of (spec.volumes ?? []).entries()) {
    const at = index(child(path, 'volumes'), i);
    if (volume.gitRepo) {
      warnings.push(`${at}.gitRepo: deprecated in v1.11, and disabled by default in v1.33+`);
    }
  }
  for (const [i, secret] of (spec.imagePullSecrets ?? []).entries()) {
    const at = index(child(path, 'imagePullSecrets'), i);
    if (!secret.name) warnings.push(`${at}.name: invalid empty name ${goQuote(secret.name ?? '')}`);
  }
  for (const list of ['initContainers', 'containers'] as const) {
    for (const [i, container] of (spec[list] ?? []).entries()) {
      warnings.push(...containerWarnings(index(child(path, list), i), container));
    }
  }
  return warnings;
}

function affinityWarnings(path: string, { affinity }: PodSpec): string[] {
  const nodes = affinity?.nodeAffinity;
  const requiredField = 'requiredDuringSchedulingIgnoredDuringExecution';
  const preferredField = 'preferredDuringSchedulingIgnoredDuringExecution';
  const terms: (readonly [string, NodeSelectorTerm])[] = [
    ...(nodes?.[requiredField]?.nodeSelectorTerms ?? []).map(
      (term, i) => [index(child(path, requiredField, 'nodeSelectorTerms'), i), term] as const,
    ),
    ...(nodes?.[preferredField] ?? []).map(
      (term, i) =>
        [child(index(child(path, preferredField), i), 'preference'), term.preference] as const,
    ),
  ];
  return terms.flatMap(([at, term]) =>
    (term.matchExpressions ?? []).flatMap((expression, i) => {
      const text = deprecatedSince(expression.key);
      const keyPath = child(index(child(at, 'matchExpressions'), i), 'key');
      return text ? [`${keyPath}: ${expression.key} is ${text}`] : [];
    }),
  );
}

function containerWarnings(path: string, container: Container): string[] {
  return [
    ...environmentWarnings(child(path, 'env'), container.env ?? []),
    ...portWarnings(child(path, 'ports'), container.ports ?? []),
    ...fractionWarnings(child(path, 'resources', 'limits'), container.resources?.limits),
    ...fractionWarnings(child(path, 'resources', 'requests'), container.resources?.requests),
  ];
}

function environmentWarnings(path: string, variables: readonly EnvVar[]): string[] {
  const names = new Set<string>();
  return variables.flatMap(({ name, value = '' }, i) => {
    const isHidden = names.has(name) && !value.includes(`$(${name})`);
    names.add(name);
    const text = `${index(path, i)}: hides previous definition of ${goQuote(name)}`;
    return isHidden ? [`${text}, which may be dropped when using apply`] : [];
  });
}

function portWarnings(path: string, ports: readonly ContainerPort[]): string[] {
  return ports.flatMap((port, i) => {
    const isSame = (other: ContainerPort): boolean =>
      other.containerPort === port.containerPort &&
      other.protocol === port.protocol &&
      (other.hostPort ?? 0) === (port.hostPort ?? 0) &&
      (other.hostIP ?? '') === (port.hostIP ?? '');
    const first = ports.slice(0, i).findIndex(isSame);
    if (first < 0) return [];
    return [`${index(path, i)}: duplicate port definition with ${index(path, first)}`];
  });
}

function fractionWarnings(
  path: string,
  list: Readonly<Record<string, string>> | undefined,
): string[] {
  return ['memory', 'ephemeral-storage'].flatMap((name) => {
    const text = list?.[name];
    if (text === undefined || scaledValue(parseQuantity(text), -3) % 1000 === 0) return [];
    return [
      `${key(path, name)}: fractional byte value ${goQuote(text)} is invalid, must be an integer`,
    ];
  });
}

function annotationWarnings(path: string, { annotations }: ObjectMeta): string[] {
  const name = 'seccomp.security.alpha.kubernetes.io/pod';
  if (annotations?.[name] === undefined) return [];
  const at = key(child(path, 'annotations'), name);
  return [`${at}: non-functional in v1.27+; use the "seccompProfile" field instead`];
}
