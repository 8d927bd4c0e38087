/**
 * Checks of environment variables and of references into pods, ConfigMaps and Secrets.
 *
 * Upstream: pkg/apis/core/validation/validation.go ValidateEnv, ValidateEnvFrom, validateObjectFieldSelector,
 * validateContainerResourceFieldSelector; pkg/apis/core/pods/helpers.go ConvertDownwardAPIFieldLabel
 */
import { child, index, invalid, notSupported, required } from '../../api/field-error.ts';
import type { FieldError } from '../../api/field-error.ts';
import { isConfigMapKey, isDns1123Subdomain, isQualifiedName } from '../../api/names.ts';
import { compareQuantities, parseQuantity, zeroQuantity } from '../../api/quantity.ts';
import type {
  EnvFromSource,
  EnvVar,
  EnvVarSource,
  FileKeySelector,
  ObjectFieldSelector,
  ResourceFieldSelector,
  Volume,
} from '../../api/types.gen.ts';
import { projectedPath, textErrors } from './checks.ts';

/** Fields of a pod that an environment variable may show. */
const envFields = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];

/** Fields of a pod that a file of a volume may show. */
const volumeFields = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
];

/** Fields that exist for such references, though not all of them everywhere. */
const knownFields = new Set([
  ...envFields,
  ...volumeFields,
  'spec.host',
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
]);

const resourceFields = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];

/** Checks the environment of a container. */
export function validateEnv(path: string, variables: readonly EnvVar[] | undefined): FieldError[] {
  return (variables ?? []).flatMap((variable, i) => {
    const at = index(path, i);
    return [
      ...envName(child(at, 'name'), variable.name, true),
      ...valueFrom(child(at, 'valueFrom'), variable),
    ];
  });
}

/** Checks the name of a variable or the prefix of several: printable ASCII without an equals sign. */
function envName(path: string, name: string, isRequired: boolean): FieldError[] {
  if (name === '') return isRequired ? [required(path)] : [];
  if (/^[ -<>-~]+$/.test(name)) return [];
  const detail =
    "a valid environment variable name must consist only of printable ASCII characters other than '='";
  return [invalid(path, name, detail)];
}

function valueFrom(path: string, variable: EnvVar): FieldError[] {
  const source = variable.valueFrom;
  if (!source) return [];
  const errors = sourceErrors(path, source);
  const sources = [
    source.fieldRef,
    source.resourceFieldRef,
    source.configMapKeyRef,
    source.secretKeyRef,
    source.fileKeyRef,
  ].filter((part) => part !== undefined).length;
  if (sources === 0) {
    const detail =
      'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`';
    errors.push(invalid(path, '', detail));
  } else if (variable.value) {
    errors.push(invalid(path, '', 'may not be specified when `value` is not empty'));
  } else if (sources > 1) {
    errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
  }
  return errors;
}

function sourceErrors(path: string, source: EnvVarSource): FieldError[] {
  const errors: FieldError[] = [];
  if (source.fieldRef) errors.push(...fieldRef(child(path, 'fieldRef'), source.fieldRef, 'env'));
  if (source.resourceFieldRef) {
    errors.push(
      ...resourceFieldRef(child(path, 'resourceFieldRef'), source.resourceFieldRef, false),
    );
  }
  if (source.configMapKeyRef) {
    errors.push(...keyRef(child(path, 'configMapKeyRef'), source.configMapKeyRef));
  }
  if (source.secretKeyRef) errors.push(...keyRef(child(path, 'secretKeyRef'), source.secretKeyRef));
  if (source.fileKeyRef) errors.push(...fileKeyRef(child(path, 'fileKeyRef'), source.fileKeyRef));
  return errors;
}

/** Checks a reference to a field of the pod itself. */
export function fieldRef(
  path: string,
  { apiVersion, fieldPath }: ObjectFieldSelector,
  where: 'env' | 'volume',
): FieldError[] {
  const at = child(path, 'fieldPath');
  if (!apiVersion) return [required(child(path, 'apiVersion'))];
  if (fieldPath === '') return [required(at)];
  const subscripted = /^(.+)\['(.*)'\]$/.exec(fieldPath);
  const base = subscripted?.[1] ?? fieldPath;
  const mayHaveSubscript = base === 'metadata.annotations' || base === 'metadata.labels';
  if (subscripted && !mayHaveSubscript) {
    const error = `error converting fieldPath: field label does not support subscript: ${fieldPath}`;
    return [invalid(at, fieldPath, error)];
  }
  if (!knownFields.has(base)) {
    const error = `error converting fieldPath: field label not supported: ${fieldPath}`;
    return [invalid(at, fieldPath, error)];
  }
  if (subscripted) {
    const name = subscripted[2] ?? '';
    const isAnnotation = base === 'metadata.annotations';
    const texts = isQualifiedName(isAnnotation ? name.toLowerCase() : name);
    return texts.map((detail) => invalid(path, name, detail));
  }
  const allowed = where === 'env' ? envFields : volumeFields;
  return allowed.includes(base) ? [] : [notSupported(at, fieldPath, allowed)];
}

/** Checks a reference to a resource of a container; in a volume it must say of which. */
export function resourceFieldRef(
  path: string,
  { containerName, resource, divisor }: ResourceFieldSelector,
  isVolume: boolean,
): FieldError[] {
  if (isVolume && !containerName) return [required(child(path, 'containerName'))];
  if (resource === '') return [required(child(path, 'resource'))];
  const isHugePages = /^(requests|limits)\.hugepages-/.test(resource);
  if (!resourceFields.includes(resource) && !isHugePages) {
    return [notSupported(child(path, 'resource'), resource, resourceFields)];
  }
  return divisorErrors(child(path, 'divisor'), resource, divisor ?? '0');
}

const byteDivisors = [
  '1',
  '1k',
  '1M',
  '1G',
  '1T',
  '1P',
  '1E',
  '1Ki',
  '1Mi',
  '1Gi',
  '1Ti',
  '1Pi',
  '1Ei',
];

function divisorErrors(path: string, resource: string, divisor: string): FieldError[] {
  if (compareQuantities(parseQuantity(divisor), zeroQuantity) === 0) return [];
  const name = resource.slice(resource.indexOf('.') + 1);
  if (name === 'cpu') {
    const detail = "only divisor's values 1m and 1 are supported with the cpu resource";
    return ['1m', '1'].includes(divisor) ? [] : [invalid(path, resource, detail)];
  }
  if (byteDivisors.includes(divisor)) return [];
  const words = name === 'ephemeral-storage' ? 'local ephemeral storage' : name.split('-')[0];
  const values = byteDivisors.join(', ');
  const detail = `only divisor's values ${values} are supported with the ${words} resource`;
  return [invalid(path, resource, detail)];
}

function keyRef(
  path: string,
  { name, key }: { readonly name?: string | undefined; readonly key: string },
): FieldError[] {
  return [
    ...textErrors(child(path, 'name'), name ?? '', isDns1123Subdomain),
    ...(key === ''
      ? [required(child(path, 'key'))]
      : textErrors(child(path, 'key'), key, isConfigMapKey)),
  ];
}

function fileKeyRef(path: string, selector: FileKeySelector): FieldError[] {
  const errors: FieldError[] = [];
  if (selector.key === '') errors.push(required(child(path, 'key')));
  else errors.push(...envName(child(path, 'key'), selector.key, false));
  if (selector.volumeName === '') errors.push(required(child(path, 'volumeName')));
  if (selector.path === '') errors.push(required(child(path, 'path')));
  else errors.push(...projectedPath(child(path, 'path'), selector.path));
  return errors;
}

/** Checks that variables from files name an emptyDir volume of the pod. */
export function fileKeyVolumes(
  path: string,
  variables: readonly EnvVar[] | undefined,
  volumes: ReadonlyMap<string, Volume>,
): FieldError[] {
  return (variables ?? []).flatMap((variable, i) => {
    const name = variable.valueFrom?.fileKeyRef?.volumeName;
    if (!name) return [];
    const at = child(index(path, i), 'valueFrom', 'fileKeyRef', 'volumeName');
    const volume = volumes.get(name);
    if (!volume)
      return [{ type: 'FieldValueNotFound' as const, field: at, badValue: name, detail: '' }];
    if (volume.emptyDir) return [];
    return [invalid(at, name, 'referenced volume must be of type emptyDir')];
  });
}

/** Checks the ConfigMaps and Secrets whose keys all become variables. */
export function validateEnvFrom(
  path: string,
  sources: readonly EnvFromSource[] | undefined,
): FieldError[] {
  return (sources ?? []).flatMap((source, i) => {
    const at = index(path, i);
    const errors = envName(child(at, 'prefix'), source.prefix ?? '', false);
    for (const field of ['configMapRef', 'secretRef'] as const) {
      const reference = source[field];
      if (!reference) continue;
      const namePath = child(at, field, 'name');
      if (!reference.name) errors.push(required(namePath));
      else errors.push(...textErrors(namePath, reference.name, isDns1123Subdomain));
    }
    if (!source.configMapRef && !source.secretRef) {
      errors.push(invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`'));
    } else if (source.configMapRef && source.secretRef) {
      errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
    }
    return errors;
  });
}
