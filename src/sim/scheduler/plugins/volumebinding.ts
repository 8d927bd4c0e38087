/**
 * Volumes of claims: a pod goes only where its bound volumes can be used and its unbound claims can get one.
 *
 * Upstream: pkg/scheduler/framework/plugins/volumebinding/volume_binding.go
 * Docs: /docs/concepts/storage/persistent-volumes/#node-affinity
 */
import type { FilterPlugin, QueueingHints, Rejection } from '../framework.ts';

const name = 'VolumeBinding';

const reject = (reasons: readonly string[]): Rejection => ({
  plugin: name,
  reasons,
  isResolvable: false,
});

/** Rejects nodes on which the pod's claims cannot be met, and pods with claims that cannot be met anywhere. */
export const volumeBinding: FilterPlugin & QueueingHints = {
  name,
  preFilter({ pod }, { lookups }) {
    const claims = lookups.volumes?.claimsOf(pod);
    if (claims === undefined) return undefined;
    if (claims.refusal !== undefined) return { rejection: reject([claims.refusal]) };
    return {
      filter: {
        check(node) {
          const found = lookups.volumes?.findOn(claims, node);
          return found !== undefined && 'length' in found ? reject(found) : undefined;
        },
      },
    };
  },
  isWorthTrying(pod, event) {
    switch (event.type) {
      case 'node-added':
      case 'node-updated':
      case 'volume-changed':
        return true;
      case 'claim-changed': {
        const names = (pod.pod.spec.volumes ?? []).map(
          ({ persistentVolumeClaim: source }) => source?.claimName,
        );
        const { metadata } = event.claim;
        return metadata.namespace === pod.namespace && names.includes(metadata.name ?? '');
      }
      default:
        return false;
    }
  },
};
