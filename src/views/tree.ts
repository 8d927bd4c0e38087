/** The objects of a lab at a time as a tree: each under the object that owns it. */
import { keyOf } from '#sim/api/object-key.ts';
import { valueAt } from '#sim/api/object.ts';
import type { KubeObject } from '#sim/api/object.ts';
import type { Pod } from '#sim/api/types.gen.ts';
import type { History } from '#sim/lab/history.ts';
import { escapeText } from './markup.ts';
import { podStateOf, troubleOf } from './pod-state.ts';
import { fillOf, states } from './vocabulary.ts';
import { wordsOf } from './words/words.ts';

/** Kinds that every cluster has by itself and that no lab is about. */
const hiddenKinds = new Set([
  'Event',
  'EventsEvent',
  'Lease',
  'ServiceAccount',
  'ControllerRevision',
]);
const hiddenNamespaces = new Set(['kube-system', 'kube-node-lease', 'kube-public']);
const rowsMax = 200;

/** What a tree is asked with. */
export interface TreeOptions {
  readonly timeMs: number;
  readonly locale: string;
  readonly prefix: string;
  /** The key of the object that is chosen. */
  readonly chosen: string;
}

/** Draws the tree. Every row is a button that carries its object's key. */
export function treeMarkup(history: History, options: TreeOptions): string {
  const words = wordsOf(options.locale);
  const objects = history
    .kinds()
    .filter((kind) => !hiddenKinds.has(kind))
    .flatMap((kind) => history.objects(kind, options.timeMs))
    .filter((object) => isOfLab(object));
  if (objects.length === 0) return `<p class="lab-empty">${escapeText(words.treeEmpty)}</p>`;
  const byUid = new Map(objects.map((object) => [object.metadata.uid ?? '', object]));
  const children = new Map<string, KubeObject[]>();
  const roots: KubeObject[] = [];
  for (const object of objects) {
    const owner = object.metadata.ownerReferences?.find(({ uid }) => byUid.has(uid))?.uid;
    if (owner === undefined) roots.push(object);
    else children.set(owner, [...(children.get(owner) ?? []), object]);
  }
  let rows = 0;
  const draw = (object: KubeObject): string => {
    rows += 1;
    if (rows > rowsMax) return '';
    const own = (children.get(object.metadata.uid ?? '') ?? []).map(draw).join('');
    return `<li>${row(object, options)}${own === '' ? '' : `<ul>${own}</ul>`}</li>`;
  };
  const list = roots.map(draw).join('');
  const rest =
    rows > rowsMax ? `<p class="lab-empty">${escapeText(words.moreRows(rows - rowsMax))}</p>` : '';
  return `<ul class="tree" aria-label="${escapeText(words.treeLabel)}">${list}</ul>${rest}`;
}

function isOfLab({ kind, metadata }: KubeObject): boolean {
  if (hiddenNamespaces.has(metadata.namespace ?? '')) return false;
  if (kind === 'Namespace') {
    return metadata.name !== 'default' && !hiddenNamespaces.has(metadata.name ?? '');
  }
  if (kind === 'ConfigMap' && metadata.name === 'kube-root-ca.crt') return false;
  return !(metadata.name === 'kubernetes' && metadata.namespace === 'default');
}

function row(object: KubeObject, { prefix, locale, chosen }: TreeOptions): string {
  const key = keyOf(object);
  const pressed = key === chosen ? ' aria-current="true"' : '';
  const note = noteOf(object, locale);
  const swatch =
    object.kind === 'Pod'
      ? `<svg width="14" height="10" aria-hidden="true"><rect x=".5" y=".5" width="13" height="9" rx="2.5" ${fillOf(podStateOf(object as Pod), prefix)}/></svg>`
      : '';
  return `<button type="button" data-object="${escapeText(key)}"${pressed}><span class="tree-kind">${escapeText(object.kind)}</span> <b>${escapeText(object.metadata.name ?? '')}</b> ${swatch}<span class="tree-note">${escapeText(note)}</span></button>`;
}

function noteOf(object: KubeObject, locale: string): string {
  const number = (...path: string[]) => Number(valueAt(object, ...path) ?? 0);
  switch (object.kind) {
    case 'Pod': {
      const pod = object as Pod;
      return troubleOf(pod) || states[podStateOf(pod)].word(wordsOf(locale));
    }
    case 'Deployment':
    case 'ReplicaSet':
    case 'StatefulSet':
      return `${number('status', 'readyReplicas')}/${number('spec', 'replicas')}`;
    case 'DaemonSet':
      return `${number('status', 'numberReady')}/${number('status', 'desiredNumberScheduled')}`;
    case 'EndpointSlice': {
      const endpoints = valueAt(object, 'endpoints');
      return String(Array.isArray(endpoints) ? endpoints.length : 0);
    }
    default:
      return '';
  }
}
