/**
 * Checks of security contexts, of a pod and of a container.
 *
 * Upstream: pkg/apis/core/validation/validation.go validatePodSpecSecurityContext, ValidateSecurityContext,
 * validateSysctls
 */
import { child, duplicate, index, invalid, notSupported, required } from '../../api/field-error.ts';
import type { FieldError } from '../../api/field-error.ts';
import type {
  AppArmorProfile,
  PodSpec,
  SeccompProfile,
  SecurityContext,
  Sysctl,
} from '../../api/types.gen.ts';
import { idRange, inRange } from './checks.ts';

/** Checks the security context of a pod. */
export function validatePodSecurity(path: string, spec: PodSpec): FieldError[] {
  const context = spec.securityContext;
  if (!context) return [];
  const errors: FieldError[] = [];
  for (const field of ['fsGroup', 'runAsUser', 'runAsGroup'] as const) {
    errors.push(...inRange(child(path, field), context[field], idRange));
  }
  for (const [i, group] of (context.supplementalGroups ?? []).entries()) {
    errors.push(...inRange(index(child(path, 'supplementalGroups'), i), group, idRange));
  }
  if (spec.shareProcessNamespace && spec.hostPID) {
    const detail = 'ShareProcessNamespace and HostPID cannot both be enabled';
    errors.push(invalid(child(path, 'shareProcessNamespace'), true, detail));
  }
  errors.push(...sysctls(child(path, 'sysctls'), context.sysctls ?? [], spec));
  errors.push(
    ...word(child(path, 'fsGroupChangePolicy'), context.fsGroupChangePolicy, [
      'Always',
      'OnRootMismatch',
    ]),
    ...profile(child(path, 'seccompProfile'), context.seccompProfile, 'seccomp'),
    ...word(child(path, 'supplementalGroupsPolicy'), context.supplementalGroupsPolicy, [
      'Merge',
      'Strict',
    ]),
    ...profile(child(path, 'appArmorProfile'), context.appArmorProfile, 'AppArmor'),
  );
  return errors;
}

function word(path: string, value: string | undefined, words: readonly string[]): FieldError[] {
  return value === undefined || words.includes(value) ? [] : [notSupported(path, value, words)];
}

/** Checks the security context of a container. */
export function validateContainerSecurity(
  path: string,
  context: SecurityContext | undefined,
): FieldError[] {
  if (!context) return [];
  return [
    ...inRange(child(path, 'runAsUser'), context.runAsUser, idRange),
    ...inRange(child(path, 'runAsGroup'), context.runAsGroup, idRange),
    ...word(child(path, 'procMount'), context.procMount, ['Default', 'Unmasked']),
    ...profile(child(path, 'seccompProfile'), context.seccompProfile, 'seccomp'),
    ...profile(child(path, 'appArmorProfile'), context.appArmorProfile, 'AppArmor'),
  ];
}

/** Checks a profile that the node provides, by name where it is local. */
function profile(
  path: string,
  given: SeccompProfile | AppArmorProfile | undefined,
  what: 'seccomp' | 'AppArmor',
): FieldError[] {
  if (!given) return [];
  const { type, localhostProfile } = given;
  const at = child(path, 'localhostProfile');
  if (type === 'Localhost') {
    if (localhostProfile) return [];
    return [required(at, `must be set when ${what} type is Localhost`)];
  }
  const errors: FieldError[] = [];
  if (localhostProfile !== undefined) {
    errors.push(invalid(at, localhostProfile, `can only be set when ${what} type is Localhost`));
  }
  const types = ['Localhost', 'RuntimeDefault', 'Unconfined'];
  if (type === '') {
    const name = what === 'seccomp' ? 'seccompProfile' : 'appArmorProfile';
    errors.push(required(child(path, 'type'), `type is required when ${name} is set`));
  } else if (!types.includes(type)) errors.push(notSupported(child(path, 'type'), type, types));
  return errors;
}

const sysctlPattern = '^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$';
const sysctlName = new RegExp(sysctlPattern.replace('\\./', './'));

function sysctls(path: string, list: readonly Sysctl[], spec: PodSpec): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  for (const [i, { name }] of list.entries()) {
    const at = child(index(path, i), 'name');
    if (name === '') errors.push(required(at));
    else if (name.length > 253 || !sysctlName.test(name)) {
      const detail = `must have at most 253 characters and match regex ${sysctlPattern}`;
      errors.push(invalid(at, name, detail));
    } else if (names.has(name)) errors.push(duplicate(at, name));
    names.add(name);
    const dotted = name.replaceAll('/', '.');
    if (spec.hostNetwork && dotted.startsWith('net.')) {
      errors.push(invalid(at, name, "may not be specified when 'hostNetwork' is true"));
    }
    if (spec.hostIPC && /^(kernel\.(shm|msg|sem)|fs\.mqueue\.)/.test(dotted)) {
      errors.push(invalid(at, name, "may not be specified when 'hostIPC' is true"));
    }
  }
  return errors;
}
