/**
 * Laws between one state of an object and the next, as the store keeps them.
 *
 * Upstream: pkg/registry/core/pod/strategy.go; pkg/kubelet/status/status_manager.go canBeDeleted, updateStatusInternal;
 * pkg/apis/core/validation ValidatePodStatusUpdate
 */
import { isConditionTrue } from '../api/conditions.ts';
import { scaledIntOrPercent } from '../api/int-or-string.ts';
import { keyOf } from '../api/object-key.ts';
import type { KubeObject } from '../api/object.ts';
import { controllerOf } from '../api/owner-references.ts';
import type { ContainerStatus, Deployment, Job, Pod, ReplicaSet } from '../api/types.gen.ts';
import type { BrokenLaw } from './broken-law.ts';
import type { History } from './history.ts';

/** One write: the object before and after it. */
interface Step {
  readonly before: KubeObject | undefined;
  readonly after: KubeObject;
}

type Law = (step: Step) => string | undefined;

const phaseRank: Readonly<Record<string, number>> = {
  Pending: 0,
  Running: 1,
  Succeeded: 2,
  Failed: 2,
};

const laws: Readonly<Record<string, Law>> = {
  'a generation never falls': ({ before, after }) => {
    const was = before?.metadata.generation ?? 0;
    const generation = after.metadata.generation ?? 0;
    return generation < was ? `generation ${was}, then ${generation}` : undefined;
  },

  'a deletion is never taken back, and its grace period never grows': ({ before, after }) => {
    const { deletionTimestamp, deletionGracePeriodSeconds: was = 0 } = before?.metadata ?? {};
    if (deletionTimestamp === undefined) return undefined;
    const { deletionGracePeriodSeconds: grace = 0 } = after.metadata;
    if (after.metadata.deletionTimestamp === undefined) return 'the deletionTimestamp went away';
    return grace > was ? `${was} s, then ${grace} s` : undefined;
  },

  'a phase only moves forward': ({ before, after }) => {
    if (after.kind !== 'Pod') return undefined;
    const [from, to] = [before, after].map((pod) => (pod as Pod | undefined)?.status?.phase);
    if (from === undefined || to === undefined || from === to) return undefined;
    const isForward = (phaseRank[to] ?? 0) > (phaseRank[from] ?? 0);
    return isForward ? undefined : `${from}, then ${to}`;
  },

  'a restart count never falls': ({ before, after }) => {
    if (before === undefined || after.kind !== 'Pod') return undefined;
    const counts = restartCounts(after as Pod);
    for (const [name, was] of restartCounts(before as Pod)) {
      const count = counts.get(name);
      if (count !== undefined && count < was) return `container ${name}: ${was}, then ${count}`;
    }
    return undefined;
  },

  'Ready needs ContainersReady and every readiness gate': ({ after }) => {
    if (after.kind !== 'Pod') return undefined;
    const { spec, status } = after as Pod;
    if (!isConditionTrue(status?.conditions, 'Ready')) return undefined;
    const needed = ['ContainersReady', ...(spec.readinessGates ?? []).map((g) => g.conditionType)];
    const missing = needed.filter((type) => !isConditionTrue(status?.conditions, type));
    return missing.length > 0 ? `Ready without ${missing.join(', ')}` : undefined;
  },
};

function restartCounts({ status }: Pod): Map<string, number> {
  const all: readonly ContainerStatus[] = [
    ...(status?.initContainerStatuses ?? []),
    ...(status?.containerStatuses ?? []),
  ];
  return new Map(all.map(({ name, restartCount }) => [name, restartCount]));
}

/** Returns where the store's changes break a law. */
export function* objectLaws({ log, trace }: History): Generator<BrokenLaw> {
  const current = new Map<string, KubeObject>();
  const rollouts = new Rollouts();
  const jobs = new JobPods();
  for (const { type, value: after, timeMs, entry } of log) {
    const object = keyOf(after);
    const before = current.get(object);
    if (type === 'delete') current.delete(object);
    else current.set(object, after);
    const writer = String(trace.entry(entry).detail?.['by'] ?? '');
    const broken = [
      ...(type === 'delete' ? [] : brokenBy(before, after)),
      rollouts.take(before, after, type === 'delete', writer),
      jobs.take(after),
    ];
    for (const found of broken) if (found !== undefined) yield { ...found, timeMs, object };
  }
}

type Found = Pick<BrokenLaw, 'law' | 'message'>;

function* brokenBy(before: KubeObject | undefined, after: KubeObject): Generator<Found> {
  const isSame = before?.metadata.uid === after.metadata.uid;
  for (const [law, check] of Object.entries(laws)) {
    const message = check({ before: isSame ? before : undefined, after });
    if (message !== undefined) yield { law, message };
  }
}

/** Deployments and what their ReplicaSets want: a scale-up goes no further than replicas and maxSurge allow. */
class Rollouts {
  readonly #deployments = new Map<string, Deployment>();
  /** Wanted pods by ReplicaSet, by the uid of the Deployment. */
  readonly #wanted = new Map<string, Map<string, number>>();

  take(
    before: KubeObject | undefined,
    after: KubeObject,
    isGone: boolean,
    writer: string,
  ): Found | undefined {
    if (after.kind === 'Deployment') {
      this.#deployments.set(after.metadata.uid ?? '', after as Deployment);
    }
    if (after.kind !== 'ReplicaSet') return undefined;
    const owner = controllerOf(after)?.uid ?? '';
    const sets = this.#wanted.get(owner) ?? new Map<string, number>();
    this.#wanted.set(owner, sets);
    const wanted = isGone ? 0 : wantedBy(after as ReplicaSet);
    const was = before === undefined ? 0 : wantedBy(before as ReplicaSet);
    sets.set(after.metadata.uid ?? '', wanted);
    if (writer !== 'deployment-controller' || wanted <= was) return undefined;
    const { spec } = this.#deployments.get(owner) ?? {};
    const { maxSurge } = spec?.strategy?.rollingUpdate ?? {};
    if (spec === undefined || maxSurge === undefined) return undefined;
    const replicas = spec.replicas ?? 1;
    const surge = scaledIntOrPercent(maxSurge, replicas, true);
    const total = [...sets.values()].reduce((sum, count) => sum + count, 0);
    if (total <= replicas + surge) return undefined;
    return {
      law: 'a scale-up of a rollout stays within maxSurge',
      message: `${replicas} replicas and a surge of ${surge}, but ${total} wanted`,
    };
  }
}

function wantedBy(set: ReplicaSet): number {
  return set.spec?.replicas ?? 1;
}

/** Jobs and the pods they ever had: a Job counts each pod once. */
class JobPods {
  readonly #pods = new Map<string, Set<string>>();

  take(after: KubeObject): Found | undefined {
    const uid = after.metadata.uid ?? '';
    if (after.kind === 'Pod') {
      const owner = controllerOf(after)?.uid ?? '';
      const pods = this.#pods.get(owner) ?? new Set();
      this.#pods.set(owner, pods.add(uid));
    }
    if (after.kind !== 'Job') return undefined;
    const { succeeded = 0, failed = 0 } = (after as Job).status ?? {};
    const count = this.#pods.get(uid)?.size ?? 0;
    if (succeeded + failed <= count) return undefined;
    return {
      law: 'a Job counts each pod once',
      message: `${count} pods, but ${succeeded} succeeded and ${failed} failed`,
    };
  }
}
