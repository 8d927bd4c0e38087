/** What a write changed in an object, in few words: a phase, a count, a node, a list of endpoints. */
import { valueAt } from '../api/object.ts';
import type { Json, KubeObject } from '../api/object.ts';
import { parseObjectKey } from '../api/object-key.ts';
import { findCondition } from '../api/conditions.ts';
import type { ConditionLike } from '../api/conditions.ts';
import type { TraceEntry } from '../engine/trace.ts';
import type { Change } from '../etcd/store.ts';
import type { History } from './history.ts';

type Locale = 'en' | 'ko';

/** Returns the write of an entry, when it stored something. */
export function changeOf(entry: TraceEntry, history: History): Change<KubeObject> | undefined {
  if (entry.resourceVersion < 2) return undefined;
  const change = history.log[entry.resourceVersion - 2];
  return change?.revision === entry.resourceVersion ? change : undefined;
}

/** Tells an update of the API server by what it changed; undefined where it takes more words than it is worth. */
export function describeChange(
  entry: TraceEntry,
  history: History,
  locale: Locale,
): string | undefined {
  const change = changeOf(entry, history);
  if (change === undefined || entry.verb !== 'updated' || change.previous === undefined) {
    return undefined;
  }
  const { kind, name } = parseObjectKey(entry.object);
  const told = toldBy[kind]?.(change.previous, change.value, locale);
  if (told === undefined || told === '') return undefined;
  const by = String(entry.detail?.['by'] ?? '');
  return locale === 'ko'
    ? `${by}이(가) ${kind} ${name} 갱신: ${told}`
    : `stores what ${by} says of ${kind} ${name}: ${told}`;
}

type Tell = (before: KubeObject, after: KubeObject, locale: Locale) => string;

function fieldChanges(
  before: KubeObject,
  after: KubeObject,
  fields: readonly (readonly [string, readonly string[]])[],
): string {
  const changes: string[] = [];
  for (const [label, path] of fields) {
    const old = valueAt(before, ...path);
    const now = valueAt(after, ...path);
    if (same(old, now)) continue;
    changes.push(`${label} ${shown(old)} → ${shown(now)}`);
  }
  return changes.join(', ');
}

function same(a: Json | undefined, b: Json | undefined): boolean {
  return a === b || ((a === undefined || a === 0) && (b === undefined || b === 0));
}

function shown(value: Json | undefined): string {
  if (value === undefined || value === null) return '0';
  return typeof value === 'object' ? '…' : String(value);
}

function conditionsOf(object: KubeObject): readonly ConditionLike[] {
  return (valueAt(object, 'status', 'conditions') ?? []) as unknown as readonly ConditionLike[];
}

function conditionChange(before: KubeObject, after: KubeObject, type: string): string {
  const old = findCondition(conditionsOf(before), type)?.status;
  const now = findCondition(conditionsOf(after), type);
  if (now === undefined || now.status === old) return '';
  const reason = now.reason === undefined || now.reason === '' ? '' : ` (${now.reason})`;
  return `${type} ${now.status}${now.status === 'True' ? '' : reason}`;
}

const join = (parts: readonly string[]): string => parts.filter((part) => part !== '').join(', ');

const tellPod: Tell = (before, after, locale) => {
  const parts: string[] = [];
  const node = valueAt(after, 'spec', 'nodeName');
  if (valueAt(before, 'spec', 'nodeName') !== node && node !== undefined) {
    parts.push(locale === 'ko' ? `노드는 ${String(node)}` : `it belongs to ${String(node)}`);
  }
  const phase = valueAt(after, 'status', 'phase');
  if (valueAt(before, 'status', 'phase') !== phase && phase !== undefined)
    parts.push(String(phase));
  parts.push(conditionChange(before, after, 'Ready'));
  if (join(parts) === '') parts.push(waitingReason(before, after));
  return join(parts);
};

/** The reason for which a container waits or ended, when that is new. */
function waitingReason(before: KubeObject, after: KubeObject): string {
  const reasons = (object: KubeObject): string[] => {
    const statuses = valueAt(object, 'status', 'containerStatuses');
    if (!Array.isArray(statuses)) return [];
    return statuses.flatMap((status: Json) => {
      const waiting = valueAt(status, 'state', 'waiting', 'reason');
      const ended = valueAt(status, 'state', 'terminated', 'reason');
      return [waiting, ended].flatMap((reason) => (reason === undefined ? [] : [String(reason)]));
    });
  };
  const known = new Set(reasons(before));
  return reasons(after)
    .filter((reason) => !known.has(reason))
    .join(', ');
}

const tellDeployment: Tell = (before, after) =>
  join([
    fieldChanges(before, after, [
      ['replicas', ['spec', 'replicas']],
      ['created', ['status', 'replicas']],
      ['up to date', ['status', 'updatedReplicas']],
      ['ready', ['status', 'readyReplicas']],
      ['available', ['status', 'availableReplicas']],
    ]),
    conditionChange(before, after, 'Available'),
    conditionChange(before, after, 'Progressing'),
  ]);

const tellReplicaSet: Tell = (before, after) =>
  fieldChanges(before, after, [
    ['replicas', ['spec', 'replicas']],
    ['created', ['status', 'replicas']],
    ['ready', ['status', 'readyReplicas']],
    ['available', ['status', 'availableReplicas']],
  ]);

const tellJob: Tell = (before, after) =>
  join([
    fieldChanges(before, after, [
      ['parallelism', ['spec', 'parallelism']],
      ['active', ['status', 'active']],
      ['ready', ['status', 'ready']],
      ['terminating', ['status', 'terminating']],
      ['succeeded', ['status', 'succeeded']],
      ['failed', ['status', 'failed']],
    ]),
    ...['Suspended', 'SuccessCriteriaMet', 'FailureTarget', 'Complete', 'Failed'].map((type) =>
      conditionChange(before, after, type),
    ),
  ]);

const tellSlice: Tell = (before, after, locale) => {
  const count = (object: KubeObject): string => {
    const endpoints = valueAt(object, 'endpoints');
    const list = Array.isArray(endpoints) ? endpoints : [];
    const ready = list.filter((each: Json) => valueAt(each, 'conditions', 'ready') === true).length;
    return locale === 'ko'
      ? `${list.length}개 중 ${ready}개 준비됨`
      : `${ready} of ${list.length} ready`;
  };
  const [old, now] = [count(before), count(after)];
  return old === now ? '' : `${old} → ${now}`;
};

const toldBy: Readonly<Record<string, Tell>> = {
  Pod: tellPod,
  Deployment: tellDeployment,
  ReplicaSet: tellReplicaSet,
  Job: tellJob,
  EndpointSlice: tellSlice,
  Node: (before, after) =>
    join([
      conditionChange(before, after, 'Ready'),
      fieldChanges(before, after, [['unschedulable', ['spec', 'unschedulable']]]),
    ]),
};
