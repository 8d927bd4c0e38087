/** What must be true of a cluster that was left alone for long enough: it is as its specs want, and nobody writes. */
import { isPodActive, isPodReady } from '#sim/api/pod.ts';
import { controllerOf } from '#sim/api/owner-references.ts';
import type {
  DaemonSet,
  Deployment,
  EndpointSlice,
  Node,
  Pod,
  ReplicaSet,
  Service,
  StatefulSet,
} from '#sim/api/types.gen.ts';
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
    ...(history.objects('StatefulSet') as StatefulSet[]).flatMap((set) => wrongInSet(set, pods)),
    ...(history.objects('DaemonSet') as DaemonSet[]).flatMap((set) =>
      wrongOnNodes(set, history.objects('Node') as Node[], pods),
    ),
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

/** A StatefulSet has one ready pod for each number; those below the partition may have the older template. */
function wrongInSet({ metadata, spec, status }: StatefulSet, pods: Pod[]): string[] {
  const { name, uid } = metadata;
  const wanted = Array.from({ length: spec?.replicas ?? 1 }, (_, ordinal) => `${name}-${ordinal}`);
  const own = pods.filter((pod) => controllerOf(pod)?.uid === uid && isPodActive(pod));
  const partition = spec?.updateStrategy?.rollingUpdate?.partition ?? 0;
  const revision = status?.updateRevision;
  const isUpdated = (pod: Pod): boolean =>
    pod.metadata.labels?.['controller-revision-hash'] === revision;
  const ordinalOf = (pod: Pod): number => Number(pod.metadata.name?.split('-').at(-1));
  const old = own.filter((pod) => ordinalOf(pod) >= partition && !isUpdated(pod));
  const names = own.filter(isPodReady).map((pod) => pod.metadata.name ?? '');
  const [have, want] = [names.sort().join(' '), wanted.sort().join(' ')];
  return [
    ...(have === want ? [] : [`${name} wants "${want}", but ready are "${have}"`]),
    ...old.map((pod) => `${pod.metadata.name} still has an older template`),
  ];
}

/** A DaemonSet has one ready pod of the newest template on every node; a cordoned node is one, too. */
function wrongOnNodes({ metadata, spec }: DaemonSet, nodes: Node[], pods: Pod[]): string[] {
  const own = pods.filter((pod) => controllerOf(pod)?.uid === metadata.uid && isPodActive(pod));
  const have = own.filter(isPodReady).map((pod) => pod.spec.nodeName ?? '');
  const want = nodes.map((node) => node.metadata.name ?? '');
  const image = spec?.template.spec?.containers[0]?.image;
  const old = own.filter((pod) => pod.spec.containers[0]?.image !== image);
  const [is, be] = [have.sort().join(' '), want.sort().join(' ')];
  return [
    ...(is === be ? [] : [`${metadata.name} is to be on "${be}", but is ready on "${is}"`]),
    ...old.map((pod) => `${pod.metadata.name} still has an older image`),
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
