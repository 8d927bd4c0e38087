/**
 * Volumes in a description.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go describeVolumes
 * Simplified: kinds of volumes that no node here can mount are shown without their details.
 */
import type { ProjectedVolumeSource, Volume } from '../../api/types.gen.ts';
import type { Description } from './text.ts';

/** Writes the volumes of a pod; `space` is two blanks inside a pod template. */
export function writeVolumes(
  out: Description,
  volumes: readonly Volume[] | undefined,
  space: string,
): void {
  if (!volumes || volumes.length === 0) {
    out.raw(`${space}Volumes:\t<none>\n`);
    return;
  }
  out.raw(`${space}Volumes:\n`);
  for (const volume of volumes) {
    out.line(1, `${space === '' ? '' : ' '}${volume.name}:`);
    writeSource(out, volume);
  }
}

function writeSource(out: Description, volume: Volume): void {
  const { emptyDir, hostPath, configMap, secret, downwardAPI, projected, persistentVolumeClaim } =
    volume;
  const type = (text: string): void => out.line(2, 'Type:', text);
  if (hostPath) {
    type('HostPath (bare host directory volume)');
    out.line(2, 'Path:', hostPath.path);
    out.line(2, 'HostPathType:', hostPath.type ?? '<none>');
  } else if (emptyDir) {
    type("EmptyDir (a temporary directory that shares a pod's lifetime)");
    out.line(2, 'Medium:', emptyDir.medium ?? '');
    const limit = emptyDir.sizeLimit;
    out.line(2, 'SizeLimit:', limit === undefined || limit === '0' ? '<unset>' : limit);
  } else if (secret) {
    type('Secret (a volume populated by a Secret)');
    out.line(2, 'SecretName:', secret.secretName ?? '');
    out.line(2, 'Optional:', secret.optional ?? false);
  } else if (configMap) {
    type('ConfigMap (a volume populated by a ConfigMap)');
    out.line(2, 'Name:', configMap.name ?? '');
    out.line(2, 'Optional:', configMap.optional ?? false);
  } else if (persistentVolumeClaim) {
    type('PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)');
    out.line(2, 'ClaimName:', persistentVolumeClaim.claimName);
    out.line(2, 'ReadOnly:', persistentVolumeClaim.readOnly ?? false);
  } else if (downwardAPI) {
    type('DownwardAPI (a volume populated by information about the pod)');
    out.line(2, 'Items:');
    for (const { fieldRef, resourceFieldRef, path } of downwardAPI.items ?? []) {
      out.line(3, `${fieldRef?.fieldPath ?? resourceFieldRef?.resource ?? ''} -> ${path}`);
    }
  } else if (projected) {
    type('Projected (a volume that contains injected data from multiple sources)');
    writeProjected(out, projected);
  } else {
    const source = Object.keys(volume).find((key) => key !== 'name');
    type(source ?? '<unknown>');
  }
}

function writeProjected(out: Description, { sources }: ProjectedVolumeSource): void {
  for (const { secret, downwardAPI, configMap, serviceAccountToken } of sources ?? []) {
    if (secret) {
      out.line(2, 'SecretName:', secret.name ?? '');
      out.line(2, 'Optional:', secret.optional ?? false);
    } else if (downwardAPI) out.line(2, 'DownwardAPI:', true);
    else if (configMap) {
      out.line(2, 'ConfigMapName:', configMap.name ?? '');
      out.line(2, 'Optional:', configMap.optional ?? false);
    } else if (serviceAccountToken) {
      out.line(2, 'TokenExpirationSeconds:', serviceAccountToken.expirationSeconds ?? 0);
    }
  }
}
