/**
 * The descriptions of PersistentVolumeClaim, PersistentVolume and StorageClass.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go describePVC, describePV, describeStorageClass
 * Simplified: sources of volumes that no node here can mount are shown by their type alone.
 */
import { annotationsOf, isBeingDeleted, nameOf, namespaceOf } from '../../api/object.ts';
import { formatAge, parseTime } from '../../api/time.ts';
import type {
  NodeSelectorRequirement,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  StorageClass,
} from '../../api/types.gen.ts';
import { classOfClaim, classOfVolume, defaultClassKey } from '../../api/volume-matching.ts';
import type { Process } from '../../engine/process.ts';
import { formatAccessModes } from '../printers/storage.ts';
import { mapResource } from '../targets.ts';
import type { Invocation } from '../verb.ts';
import type { Describer } from './describer.ts';
import { writeAnnotations, writeLabels, writeName } from './text.ts';
import type { Description } from './text.ts';

/** `Bound`, or since when it is going. */
function statusText(
  object: PersistentVolume | PersistentVolumeClaim,
  { context }: Invocation,
): string {
  if (!isBeingDeleted(object)) return object.status?.phase ?? '';
  const sinceMs = context.engine.nowMs - parseTime(object.metadata.deletionTimestamp ?? '');
  return `Terminating (lasts ${formatAge(sinceMs)})`;
}

function finalizersText({ metadata }: PersistentVolume | PersistentVolumeClaim): string {
  return `[${(metadata.finalizers ?? []).join(' ')}]`;
}

export const describeClaim: Describer<PersistentVolumeClaim> = {
  *write(out, claim, invocation) {
    const { metadata, spec, status } = claim;
    writeName(out, claim);
    out.line(0, 'StorageClass:', classOfClaim(claim));
    out.line(0, 'Status:', statusText(claim, invocation));
    out.line(0, 'Volume:', spec.volumeName ?? '');
    writeLabels(out, 'Labels', metadata.labels);
    writeAnnotations(out, 'Annotations', metadata.annotations);
    out.line(0, 'Finalizers:', finalizersText(claim));
    const isBound = (spec.volumeName ?? '') !== '';
    out.line(0, 'Capacity:', isBound ? (status?.capacity?.storage ?? '0') : '');
    out.line(0, 'Access Modes:', isBound ? formatAccessModes(status?.accessModes) : '');
    if (spec.volumeMode !== undefined) out.line(0, 'VolumeMode:', spec.volumeMode);
    writeUsers(out, yield* usersOf(claim, invocation));
  },
};

/** The pods that use a claim. */
function* usersOf(claim: PersistentVolumeClaim, invocation: Invocation): Process<string[]> {
  const row = mapResource(invocation.context, 'pods');
  const list = yield* invocation.api.list(row, namespaceOf(claim), {});
  return (list.items as unknown as readonly Pod[])
    .filter(({ spec }) =>
      (spec.volumes ?? []).some(
        ({ persistentVolumeClaim: source }) => source?.claimName === nameOf(claim),
      ),
    )
    .map(nameOf);
}

function writeUsers(out: Description, users: readonly string[]): void {
  if (users.length === 0) out.line(0, 'Used By:', '<none>');
  for (const [index, user] of users.entries()) out.line(0, index === 0 ? 'Used By:' : '', user);
}

export const describeVolume: Describer<PersistentVolume> = {
  *write(out, volume, invocation) {
    const { metadata, spec, status } = volume;
    writeName(out, volume, false);
    writeLabels(out, 'Labels', metadata.labels);
    writeAnnotations(out, 'Annotations', metadata.annotations);
    out.line(0, 'Finalizers:', finalizersText(volume));
    out.line(0, 'StorageClass:', classOfVolume(volume));
    out.line(0, 'Status:', statusText(volume, invocation));
    const claim = spec.claimRef;
    out.line(0, 'Claim:', claim ? `${claim.namespace ?? ''}/${claim.name ?? ''}` : '');
    out.line(0, 'Reclaim Policy:', spec.persistentVolumeReclaimPolicy ?? '');
    out.line(0, 'Access Modes:', formatAccessModes(spec.accessModes));
    if (spec.volumeMode !== undefined) out.line(0, 'VolumeMode:', spec.volumeMode);
    out.line(0, 'Capacity:', spec.capacity?.storage ?? '0');
    writeNodeAffinity(out, volume);
    out.line(0, 'Message:', status?.message ?? '');
    out.line(0, 'Source:');
    writeVolumeSource(out, volume);
  },
};

function writeNodeAffinity(out: Description, { spec }: PersistentVolume): void {
  if (spec.nodeAffinity === undefined) {
    out.line(0, 'Node Affinity:', '<none>');
    return;
  }
  out.line(0, 'Node Affinity:');
  const terms = spec.nodeAffinity.required?.nodeSelectorTerms ?? [];
  if (terms.length === 0) {
    out.line(1, 'Required Terms:', '<none>');
    return;
  }
  out.line(1, 'Required Terms:');
  for (const [index, { matchExpressions = [] }] of terms.entries()) {
    if (matchExpressions.length === 0) out.line(2, `Term ${index}:`, '<none>');
    for (const [line, requirement] of matchExpressions.entries()) {
      out.line(2, line === 0 ? `Term ${index}:` : '', requirementText(requirement));
    }
  }
}

function requirementText({ key, operator, values }: NodeSelectorRequirement): string {
  const head = `${key} ${operator.toLowerCase()}`;
  return (values ?? []).length === 0 ? head : `${head} [${(values ?? []).join(', ')}]`;
}

function writeVolumeSource(out: Description, { spec }: PersistentVolume): void {
  const { hostPath, local, nfs, csi } = spec;
  const type = (text: string): void => out.line(2, 'Type:', text);
  if (hostPath) {
    type('HostPath (bare host directory volume)');
    out.line(2, 'Path:', hostPath.path);
    out.line(2, 'HostPathType:', hostPath.type ?? '<none>');
  } else if (local) {
    type('LocalVolume (a persistent volume backed by local storage on a node)');
    out.line(2, 'Path:', local.path);
  } else if (nfs) {
    type('NFS (an NFS mount that lasts the lifetime of a pod)');
    out.line(2, 'Server:', nfs.server);
    out.line(2, 'Path:', nfs.path);
    out.line(2, 'ReadOnly:', nfs.readOnly ?? false);
  } else if (csi) {
    type('CSI (a Container Storage Interface (CSI) volume source)');
    out.line(2, 'Driver:', csi.driver);
    out.line(2, 'FSType:', csi.fsType ?? '');
    out.line(2, 'VolumeHandle:', csi.volumeHandle);
    out.line(2, 'ReadOnly:', csi.readOnly ?? false);
    out.line(2, 'VolumeAttributes:', '<none>');
  } else out.line(2, 'Type:', '<unknown>');
}

export const describeStorageClass: Describer<StorageClass> = {
  *write(out, storageClass) {
    const { metadata, parameters = {} } = storageClass;
    writeName(out, storageClass, false);
    const isDefault = annotationsOf(storageClass)[defaultClassKey] === 'true';
    out.line(0, 'IsDefaultClass:', isDefault ? 'Yes' : 'No');
    writeAnnotations(out, 'Annotations', metadata.annotations);
    out.line(0, 'Provisioner:', storageClass.provisioner);
    const pairs = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
    out.line(0, 'Parameters:', pairs.length === 0 ? '<none>' : pairs.sort().join(','));
    out.line(0, 'AllowVolumeExpansion:', expansionText(storageClass.allowVolumeExpansion));
    const options = storageClass.mountOptions ?? [];
    if (options.length === 0) out.line(0, 'MountOptions:', '<none>');
    else {
      out.line(0, 'MountOptions:');
      for (const option of options) out.line(1, option);
    }
    out.line(0, 'ReclaimPolicy:', storageClass.reclaimPolicy ?? '');
    out.line(0, 'VolumeBindingMode:', storageClass.volumeBindingMode ?? '');
  },
};

function expansionText(isAllowed: boolean | undefined): string {
  if (isAllowed === undefined) return '<unset>';
  return isAllowed ? 'True' : 'False';
}
