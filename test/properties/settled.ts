/** What must be true of a cluster that was left alone for long enough: it is as its specs want, and nobody writes. */
import { isPodActive, isPodReady } from '#sim/api/pod.ts';
import { controllerOf } from '#sim/api/owner-references.ts';
import type { Deployment, EndpointSlice, Pod, ReplicaSet, Service } from '#sim/api/types.gen.ts';
import type { History } from '#sim/lab/history.ts';

/** How long before the end nobody may write. */
const quietMs = 60_000;
/** Kinds that are written for ever: heartbeats, and Events that expire. */
const restless = new Set(['Lease', 'Event', 'Node']);

/** Returns what is not as it should be at the end of a run, one sentence each. */
export function unsettled(history: History): string[] {
  const pods = history.objects('Pod') as Pod[];
  const sets = history.objects('ReplicaSet') as ReplicaSet[];
  return [
    ...(history.objects('Deployment') as Deployment[]).flatMap((d) => wrongIn(d, sets, pods)),
    ...(history.objects('Service') as Service[]).flatMap((s) => wrongFor(s, history, pods)),
    ...lateWrites(history),
  ];
}

function wrongIn({ metadata, spec, status = {} }: Deployment, sets: ReplicaSet[], pods: Pod[]) {
  const wanted = spec.replicas ?? 1;
  const owned = sets
    .filter((set) => controllerOf(set)?.uid === metadata.uid)
    .map((s) => s.metadata.uid);
  const active = pods.filter((pod) => isPodActive(pod) && owned.includes(controllerOf(pod)?.uid));
  const facts: Readonly<Record<string, number>> = {
    active: active.length,
    ready: active.filter(isPodReady).length,
    'status.replicas': status.replicas ?? 0,
    'status.updatedReplicas': status.updatedReplicas ?? 0,
    'status.readyReplicas': status.readyReplicas ?? 0,
    'status.availableReplicas': status.availableReplicas ?? 0,
  };
  const wrong = Object.entries(facts).filter(([, count]) => count !== wanted);
  const isObserved = status.observedGeneration === metadata.generation;
  return [
    ...wrong.map(([name, count]) => `${metadata.name} wants ${wanted}, but ${name} is ${count}`),
    ...(isObserved ? [] : [`${metadata.name}: generation ${metadata.generation} is not observed`]),
  ];
}

function wrongFor({ metadata, spec }: Service, history: History, pods: Pod[]): string[] {
  const selector = Object.entries(spec?.selector ?? {});
  if (selector.length === 0) return [];
  const ready = pods
    .filter((pod) => selector.every(([name, value]) => pod.metadata.labels?.[name] === value))
    .filter((pod) => isPodActive(pod) && isPodReady(pod))
    .map((pod) => pod.status?.podIP ?? '');
  const listed = (history.objects('EndpointSlice') as EndpointSlice[])
    .filter((slice) => slice.metadata.labels?.['kubernetes.io/service-name'] === metadata.name)
    .flatMap((slice) => slice.endpoints ?? [])
    .filter(({ conditions }) => conditions?.ready === true)
    .flatMap(({ addresses }) => addresses);
  const [have, want] = [listed.sort().join(' '), ready.sort().join(' ')];
  return have === want ? [] : [`Service ${metadata.name} lists "${have}", but ready are "${want}"`];
}

function lateWrites({ log, endMs }: History): string[] {
  return log
    .filter(({ timeMs, value }) => timeMs > endMs - quietMs && !restless.has(value.kind))
    .map(({ timeMs, value }) => `${value.kind} ${value.metadata.name} was written at ${timeMs} ms`);
}
