/** Names short enough for a lane's label, without becoming ambiguous to a reader of one lab. */
import { labelsOf } from '#sim/api/object.ts';
import type { KubeObject } from '#sim/api/object.ts';
import { parseObjectKey } from '#sim/api/object-key.ts';

/** Leaves the template's hash out of a pod's name: `web-596556dd5f-fprdx` is `web-fprdx`. */
export function shortPodName(pod: KubeObject): string {
  const name = pod.metadata.name ?? '';
  const hash = labelsOf(pod)['pod-template-hash'];
  return hash === undefined ? name : name.replace(`-${hash}-`, '-');
}

/** Leaves the template's hash out of a pod's bare name, when it has the form that Deployments give. */
export function shortName(name: string): string {
  return name.replace(/-[a-z0-9]{6,10}-([a-z0-9]{5})$/, '-$1');
}

/** `Pod web-x` from `Pod/default/web-x`; other texts as they are. */
export function spokenKey(key: string): string {
  if (!key.includes('/')) return key;
  const { kind, name } = parseObjectKey(key);
  return `${kind} ${name}`;
}
