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
import { descendingPath, idRange, inRange } from './checks.ts';
import { internalForm } from './internal-form.ts';

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
    ...seccomp(child(path, 'seccompProfile'), context.seccompProfile),
    ...appArmor(child(path, 'appArmorProfile'), context.appArmorProfile),
    ...word(child(path, 'supplementalGroupsPolicy'), context.supplementalGroupsPolicy, [
      'Merge',
      'Strict',
    ]),
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
    ...seccomp(child(path, 'seccompProfile'), context.seccompProfile),
    ...appArmor(child(path, 'appArmorProfile'), context.appArmorProfile),
  ];
}

const profileTypes = ['Localhost', 'RuntimeDefault', 'Unconfined'];

function seccomp(path: string, profile: SeccompProfile | undefined): FieldError[] {
  if (!profile) return [];
  const { type, localhostProfile } = profile;
  const errors: FieldError[] = [];
  const typePath = child(path, 'type');
  if (type === '') errors.push(required(typePath, 'type is required when seccompProfile is set'));
  else if (!profileTypes.includes(type)) errors.push(notSupported(typePath, type, profileTypes));
  const at = child(path, 'localhostProfile');
  if (type === 'Localhost') {
    if (localhostProfile !== undefined) return [...errors, ...descendingPath(at, localhostProfile)];
    return [...errors, required(at, 'must be set when seccomp type is Localhost')];
  }
  if (localhostProfile === undefined) return errors;
  const value = internalForm('SeccompProfile', profile);
  return [...errors, invalid(at, value, 'can only be set when seccomp type is Localhost')];
}

function appArmor(path: string, profile: AppArmorProfile | undefined): FieldError[] {
  if (!profile) return [];
  const { type, localhostProfile } = profile;
  const typePath = child(path, 'type');
  const at = child(path, 'localhostProfile');
  if (type === '') return [required(typePath, 'type is required when appArmorProfile is set')];
  if (!profileTypes.includes(type)) return [notSupported(typePath, type, profileTypes)];
  if (type !== 'Localhost') {
    if (localhostProfile === undefined) return [];
    return [invalid(at, localhostProfile, 'can only be set when AppArmor type is Localhost')];
  }
  if (localhostProfile === undefined) {
    return [required(at, 'must be set when AppArmor type is Localhost')];
  }
  if (localhostProfile.trim() !== localhostProfile) {
    return [invalid(at, localhostProfile, 'must not be padded with whitespace')];
  }
  return localhostProfile === ''
    ? [required(at, 'must be set when AppArmor type is Localhost')]
    : [];
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
