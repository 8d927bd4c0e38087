/**
 * Checks of a pod's volumes and of where containers mount them.
 *
 * Upstream: pkg/apis/core/validation/validation.go ValidateVolumes, validateVolumeSource, ValidateVolumeMounts
 * Simplified: of cloud disks and other storage systems only that a volume has one source is checked.
 */
import {
  child,
  duplicate,
  forbidden,
  index,
  invalid,
  notFound,
  notSupported,
  required,
} from '../../api/field-error.ts';
import type { FieldError } from '../../api/field-error.ts';
import { compareQuantities, parseQuantity, zeroQuantity } from '../../api/quantity.ts';
import type {
  Container,
  DownwardAPIVolumeFile,
  KeyToPath,
  ProjectedVolumeSource,
  ServiceAccountTokenProjection,
  Volume,
  VolumeMount,
} from '../../api/types.gen.ts';
import { descendingPath, dns1123Label, projectedPath } from './checks.ts';
import { fieldRef, resourceFieldRef } from './environment.ts';
import { validateClaimSpec } from './volume-claims.ts';

/** The sources in upstream's order, which decides which of two is told to be too many. */
const sourceOrder = [
  'emptyDir',
  'hostPath',
  'gitRepo',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'secret',
  'nfs',
  'iscsi',
  'glusterfs',
  'flocker',
  'persistentVolumeClaim',
  'rbd',
  'cinder',
  'cephfs',
  'quobyte',
  'downwardAPI',
  'fc',
  'flexVolume',
  'configMap',
  'azureFile',
  'vsphereVolume',
  'photonPersistentDisk',
  'portworxVolume',
  'azureDisk',
  'storageos',
  'projected',
  'scaleIO',
  'csi',
  'ephemeral',
  'image',
] as const;

/** Errors of the volumes, and the volumes that are right, by name. */
export interface CheckedVolumes {
  readonly errors: readonly FieldError[];
  readonly byName: ReadonlyMap<string, Volume>;
}

/** Checks the volumes of a pod. */
export function validateVolumes(
  path: string,
  volumes: readonly Volume[] | undefined,
): CheckedVolumes {
  const errors: FieldError[] = [];
  const byName = new Map<string, Volume>();
  for (const [i, volume] of (volumes ?? []).entries()) {
    const at = index(path, i);
    const own = volumeSource(at, volume);
    if (volume.name === '') own.push(required(child(at, 'name')));
    else own.push(...dns1123Label(child(at, 'name'), volume.name));
    if (byName.has(volume.name)) own.push(duplicate(child(at, 'name'), volume.name));
    if (own.length === 0) byName.set(volume.name, volume);
    errors.push(...own);
  }
  return { errors, byName };
}

function volumeSource(path: string, volume: Volume): FieldError[] {
  const errors: FieldError[] = [];
  let sources = 0;
  for (const name of sourceOrder) {
    if (volume[name] === undefined) continue;
    const at = child(path, name);
    // Upstream misspells two of the fields in this message.
    const shown = { cephfs: 'cephFS', downwardAPI: 'downwarAPI' }[name as string] ?? name;
    const detail = 'may not specify more than 1 volume type';
    if (sources > 0) errors.push(forbidden(child(path, shown), detail));
    else
      errors.push(...requiredFields(at, name, volume), ...(sourceChecks[name]?.(at, volume) ?? []));
    sources += 1;
  }
  if (sources === 0) errors.push(required(path, 'must specify a volume type'));
  return errors;
}

/** Fields without which a source of another storage system is refused. */
const neededFields: Readonly<Record<string, readonly string[]>> = {
  awsElasticBlockStore: ['volumeID'],
  azureDisk: ['diskName', 'diskURI'],
  azureFile: ['secretName', 'shareName'],
  cephfs: ['monitors'],
  cinder: ['volumeID'],
  flexVolume: ['driver'],
  gcePersistentDisk: ['pdName'],
  gitRepo: ['repository'],
  glusterfs: ['endpoints', 'path'],
  iscsi: ['targetPortal', 'iqn'],
  photonPersistentDisk: ['pdID'],
  portworxVolume: ['volumeID'],
  rbd: ['monitors', 'image'],
  scaleIO: ['gateway', 'system', 'volumeName'],
  vsphereVolume: ['volumePath'],
};

function requiredFields(
  path: string,
  name: (typeof sourceOrder)[number],
  volume: Volume,
): FieldError[] {
  const source = volume[name] as Readonly<Record<string, unknown>> | undefined;
  return (neededFields[name] ?? []).flatMap((field) => {
    const value = source?.[field];
    const isGiven = Array.isArray(value) ? value.length > 0 : Boolean(value);
    return isGiven ? [] : [required(child(path, field))];
  });
}

type SourceCheck = (path: string, volume: Volume) => FieldError[];

const sourceChecks: Readonly<Partial<Record<(typeof sourceOrder)[number], SourceCheck>>> = {
  emptyDir(path, { emptyDir }) {
    const limit = emptyDir?.sizeLimit;
    const isNegative =
      limit !== undefined && compareQuantities(parseQuantity(limit), zeroQuantity) < 0;
    const detail = 'SizeLimit field must be a valid resource quantity';
    return isNegative ? [forbidden(child(path, 'sizeLimit'), detail)] : [];
  },
  hostPath(path, { hostPath }) {
    const at = child(path, 'path');
    if (!hostPath?.path) return [required(at)];
    const errors = hostPath.path.split('/').includes('..')
      ? [invalid(at, hostPath.path, "must not contain '..'")]
      : [];
    const types = [
      '',
      'BlockDevice',
      'CharDevice',
      'Directory',
      'DirectoryOrCreate',
      'File',
      'FileOrCreate',
      'Socket',
    ];
    const type = hostPath.type ?? '';
    if (!types.includes(type)) errors.push(notSupported(child(path, 'type'), type, types));
    return errors;
  },
  secret: (path, { secret }) => [
    ...(secret?.secretName ? [] : [required(child(path, 'secretName'))]),
    ...projectedFiles(path, secret?.items, secret?.defaultMode),
  ],
  configMap: (path, { configMap }) => [
    ...(configMap?.name ? [] : [required(child(path, 'name'))]),
    ...projectedFiles(path, configMap?.items, configMap?.defaultMode),
  ],
  nfs(path, { nfs }) {
    const errors = nfs?.server ? [] : [required(child(path, 'server'))];
    if (!nfs?.path) errors.push(required(child(path, 'path')));
    if (!nfs?.path.startsWith('/')) {
      errors.push(invalid(child(path, 'path'), nfs?.path ?? '', 'must be an absolute path'));
    }
    return errors;
  },
  persistentVolumeClaim: (path, { persistentVolumeClaim }) =>
    persistentVolumeClaim?.claimName ? [] : [required(child(path, 'claimName'))],
  downwardAPI: (path, { downwardAPI }) => [
    ...fileMode(child(path, 'defaultMode'), downwardAPI?.defaultMode),
    ...(downwardAPI?.items ?? []).flatMap((item) => downwardFile(path, item)),
  ],
  projected: (path, { projected }) => (projected ? projectedSources(path, projected) : []),
  csi: (path, { csi }) => (csi?.driver ? [] : [required(child(path, 'driver'))]),
  ephemeral(path, { ephemeral }) {
    const template = ephemeral?.volumeClaimTemplate;
    const at = child(path, 'volumeClaimTemplate');
    return template ? validateClaimSpec(child(at, 'spec'), template.spec) : [required(at)];
  },
  image: (path, { image }) => [
    ...(image?.reference ? [] : [required(child(path, 'reference'))]),
    ...pullPolicy(child(path, 'pullPolicy'), image?.pullPolicy),
  ],
};

/** Checks when an image is pulled. */
export function pullPolicy(path: string, policy: string | undefined): FieldError[] {
  if (!policy) return [required(path)];
  const policies = ['Always', 'IfNotPresent', 'Never'];
  return policies.includes(policy) ? [] : [notSupported(path, policy, policies)];
}

function fileMode(path: string, mode: number | undefined): FieldError[] {
  if (mode === undefined || (mode >= 0 && mode <= 0o777)) return [];
  const detail = 'must be a number between 0 and 0777 (octal), both inclusive';
  return [invalid(path, mode, detail)];
}

function projectedFiles(
  path: string,
  items: readonly KeyToPath[] | undefined,
  defaultMode: number | undefined,
): FieldError[] {
  return [...fileMode(child(path, 'defaultMode'), defaultMode), ...keysToPaths(path, items)];
}

function keysToPaths(path: string, items: readonly KeyToPath[] | undefined): FieldError[] {
  return (items ?? []).flatMap((item, i) => {
    const at = index(child(path, 'items'), i);
    return [
      ...(item.key === '' ? [required(child(at, 'key'))] : []),
      ...(item.path === ''
        ? [required(child(at, 'path'))]
        : projectedPath(child(at, 'path'), item.path)),
      ...fileMode(child(at, 'mode'), item.mode),
    ];
  });
}

function downwardFile(path: string, item: DownwardAPIVolumeFile): FieldError[] {
  const errors: FieldError[] = [];
  if (item.path === '') errors.push(required(child(path, 'path')));
  errors.push(...projectedPath(child(path, 'path'), item.path));
  if (item.fieldRef) {
    errors.push(...fieldRef(child(path, 'fieldRef'), item.fieldRef, 'volume'));
    if (item.resourceFieldRef) {
      const detail = 'fieldRef and resourceFieldRef can not be specified simultaneously';
      errors.push(invalid(path, 'resource', detail));
    }
  } else if (item.resourceFieldRef) {
    errors.push(...resourceFieldRef(child(path, 'resourceFieldRef'), item.resourceFieldRef, true));
  } else errors.push(required(path, 'one of fieldRef and resourceFieldRef is required'));
  errors.push(...fileMode(child(path, 'mode'), item.mode));
  return errors;
}

function projectedSources(path: string, projected: ProjectedVolumeSource): FieldError[] {
  const errors = fileMode(child(path, 'defaultMode'), projected.defaultMode);
  const paths = new Set<string>();
  const claim = (target: string, shown = target): void => {
    if (target === '') return;
    if (paths.has(target)) errors.push(invalid(path, shown, 'conflicting duplicate paths'));
    else paths.add(target);
  };
  for (const [i, source] of (projected.sources ?? []).entries()) {
    const at = index(child(path, 'sources'), i);
    const { secret, configMap, downwardAPI, serviceAccountToken } = source;
    for (const [name, projection] of [
      ['secret', secret],
      ['configMap', configMap],
    ] as const) {
      if (!projection) continue;
      if (!projection.name) errors.push(required(child(at, name, 'name')));
      errors.push(...keysToPaths(child(at, name), projection.items));
      // Upstream shows the name of the second source here, not the path.
      for (const item of projection.items ?? []) claim(item.path, projection.name ?? '');
    }
    for (const item of downwardAPI?.items ?? []) {
      errors.push(...downwardFile(child(at, 'downwardAPI'), item));
      claim(item.path);
    }
    if (serviceAccountToken) {
      errors.push(...tokenErrors(path, child(at, 'serviceAccountToken'), serviceAccountToken));
    }
    const given = Object.values(source).filter((part) => part !== undefined).length;
    if (given > 1) {
      errors.push(forbidden(at, 'may not specify more than 1 volume type per source'));
    }
  }
  return errors;
}

/** The path of the token is told of the whole volume, not of its source. */
function tokenErrors(
  path: string,
  sourcePath: string,
  token: ServiceAccountTokenProjection,
): FieldError[] {
  const errors: FieldError[] = [];
  const seconds = token.expirationSeconds ?? 3_600;
  const at = child(sourcePath, 'expirationSeconds');
  if (seconds < 600) {
    errors.push(invalid(at, seconds, 'may not specify a duration less than 10 minutes'));
  }
  if (seconds > 2 ** 32) {
    errors.push(invalid(at, seconds, 'may not specify a duration larger than 2^32 seconds'));
  }
  if (token.path === '') errors.push(required(child(path, 'path')));
  else errors.push(...projectedPath(child(path, 'path'), token.path));
  return errors;
}

/** Checks where a container mounts the volumes of its pod. */
export function validateMounts(
  path: string,
  container: Container,
  volumes: ReadonlyMap<string, Volume>,
): FieldError[] {
  const errors: FieldError[] = [];
  const paths = new Set<string>();
  const devices = container.volumeDevices ?? [];
  for (const [i, mount] of (container.volumeMounts ?? []).entries()) {
    const at = index(path, i);
    if (mount.name === '') errors.push(required(child(at, 'name')));
    if (!volumes.has(mount.name)) errors.push(notFound(child(at, 'name'), mount.name));
    const mountPath = child(at, 'mountPath');
    if (mount.mountPath === '') errors.push(required(mountPath));
    if (paths.has(mount.mountPath))
      errors.push(invalid(mountPath, mount.mountPath, 'must be unique'));
    paths.add(mount.mountPath);
    if (devices.some((device) => device.name === mount.name)) {
      const detail = 'must not already exist in volumeDevices';
      errors.push(invalid(child(at, 'name'), mount.name, detail));
    }
    if (devices.some((device) => device.devicePath === mount.mountPath)) {
      const detail = 'must not already exist as a path in volumeDevices';
      errors.push(invalid(mountPath, mount.mountPath, detail));
    }
    errors.push(...subPaths(path, at, mount));
    if (mount.mountPropagation !== undefined) {
      errors.push(
        ...propagation(child(path, 'mountPropagation'), mount.mountPropagation, container),
      );
    }
  }
  return errors;
}

/** Upstream names these fields mostly without the index of their mount. */
function subPaths(path: string, at: string, mount: VolumeMount): FieldError[] {
  const errors: FieldError[] = [];
  if (mount.subPath) errors.push(...descendingPath(child(path, 'subPath'), mount.subPath));
  if (!mount.subPathExpr) return errors;
  if (mount.subPath) {
    const detail = 'subPathExpr and subPath are mutually exclusive';
    errors.push(invalid(child(at, 'subPathExpr'), mount.subPathExpr, detail));
  }
  errors.push(...descendingPath(child(path, 'subPathExpr'), mount.subPathExpr));
  return errors;
}

/** Checks where a container finds its block devices. */
export function validateDevices(
  path: string,
  container: Container,
  volumes: ReadonlyMap<string, Volume>,
): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  const paths = new Set<string>();
  const mounts = container.volumeMounts ?? [];
  for (const [i, { name, devicePath }] of (container.volumeDevices ?? []).entries()) {
    const namePath = child(index(path, i), 'name');
    const devicePathPath = child(index(path, i), 'devicePath');
    const volume = volumes.get(name);
    if (name === '') errors.push(required(namePath));
    if (names.has(name)) errors.push(invalid(namePath, name, 'must be unique'));
    if (!volume) errors.push(notFound(namePath, name));
    else if (!volume.persistentVolumeClaim && !volume.ephemeral) {
      const detail =
        'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode';
      errors.push(invalid(namePath, name, detail));
    }
    if (devicePath === '') errors.push(required(devicePathPath));
    if (paths.has(devicePath)) errors.push(invalid(devicePathPath, devicePath, 'must be unique'));
    if (devicePath.split('/').includes('..')) {
      errors.push(invalid(devicePathPath, devicePath, "can not contain backsteps ('..')"));
    } else paths.add(devicePath);
    if (mounts.some((mount) => mount.name === name)) {
      errors.push(invalid(namePath, name, 'must not already exist in volumeMounts'));
    }
    if (mounts.some((mount) => mount.mountPath === devicePath)) {
      const detail = 'must not already exist as a path in volumeMounts';
      errors.push(invalid(devicePathPath, devicePath, detail));
    }
    names.add(name);
  }
  return errors;
}

function propagation(path: string, mode: string, container: Container): FieldError[] {
  const modes = ['Bidirectional', 'HostToContainer', 'None'];
  if (!modes.includes(mode)) return [notSupported(path, mode, modes)];
  if (mode !== 'Bidirectional' || container.securityContext?.privileged === true) return [];
  const detail = 'Bidirectional mount propagation is available only to privileged containers';
  return [forbidden(path, detail)];
}
