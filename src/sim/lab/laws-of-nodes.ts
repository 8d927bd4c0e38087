/**
 * Laws of what happens on nodes, read off the trace: who may be killed, when, and what may still run.
 *
 * Upstream: pkg/kubelet/kuberuntime/kuberuntime_container.go killContainer; pkg/kubelet/pod_workers.go
 */
import type { TraceEntry } from '../engine/trace.ts';
import type { BrokenLaw } from './broken-law.ts';
import type { History } from './history.ts';

/** What is known of one pod's name: several pods may bear it one after another. */
interface PodState {
  /** Containers that run: name to the node that runs it. */
  readonly running: Map<string, string>;
  /** When a container was asked to stop and how long it may take. */
  readonly asked: Map<string, { readonly timeMs: number; readonly graceMs: number }>;
  /** Nodes with a sandbox for this name. */
  readonly sandboxes: Set<string>;
  /** Whether a container was signalled since the pod was marked for deletion. */
  isStopping: boolean;
  /** Whether someone gave up the promise that only one pod of this name runs. */
  isForced: boolean;
}

/** Returns where the trace breaks a law. */
export function* nodeLaws(history: History): Generator<BrokenLaw> {
  const pods = new Map<string, PodState>();
  for (const entry of history.trace.entries()) {
    if (!entry.object.startsWith('Pod/')) continue;
    const state = pods.get(entry.object) ?? newState();
    pods.set(entry.object, state);
    const broken = take(history, state, entry);
    if (broken !== undefined) yield { ...broken, timeMs: entry.timeMs, object: entry.object };
  }
}

function newState(): PodState {
  return {
    running: new Map(),
    asked: new Map(),
    sandboxes: new Set(),
    isStopping: false,
    isForced: false,
  };
}

type Found = Pick<BrokenLaw, 'law' | 'message'>;

function take(history: History, state: PodState, entry: TraceEntry): Found | undefined {
  const { verb, component, timeMs, object, detail = {} } = entry;
  const container = String(detail['container'] ?? '');
  switch (verb) {
    case 'created':
      state.isStopping = false;
      return undefined;
    case 'sandbox-created':
      return sandboxCreated(state, component);
    case 'sandbox-removed':
      state.sandboxes.delete(component);
      return undefined;
    case 'container-started':
      state.running.set(container, component);
      state.asked.delete(container);
      if (!state.isStopping) return undefined;
      return {
        law: 'nothing starts in a pod that is being stopped',
        message: `${container} started after the pod's containers had been told to stop`,
      };
    case 'container-exited':
      state.running.delete(container);
      return undefined;
    case 'sigterm': {
      state.asked.set(container, { timeMs, graceMs: Number(detail['graceMs'] ?? 0) });
      const isMarked = isMarkedForDeletion(history, object, timeMs);
      state.isStopping ||= isMarked;
      return undefined;
    }
    case 'sigkill':
      return killed(history, state, entry, container);
    case 'deleted':
      return deleted(state, entry);
    default:
      return undefined;
  }
}

function isMarkedForDeletion(history: History, object: string, timeMs: number): boolean {
  return history.object(object, timeMs)?.metadata.deletionTimestamp !== undefined;
}

function sandboxCreated(state: PodState, node: string): Found | undefined {
  const elsewhere = [...state.sandboxes].find((other) => other !== node);
  state.sandboxes.add(node);
  if (elsewhere === undefined || state.isForced) return undefined;
  return {
    law: 'two pods of one name never run at the same time, unless one was deleted by force',
    message: `a sandbox on ${node} while one is on ${elsewhere}`,
  };
}

/** A second deletion with less grace shortens what was promised. */
function killed(
  history: History,
  { asked }: PodState,
  { object, timeMs }: TraceEntry,
  container: string,
): Found | undefined {
  const term = asked.get(container);
  if (term === undefined) return undefined;
  const { metadata } = history.object(object, timeMs) ?? {};
  const grace = metadata?.deletionGracePeriodSeconds;
  const left = grace === undefined ? Infinity : grace * 1_000;
  const waitedMs = timeMs - term.timeMs;
  if (metadata === undefined || waitedMs >= Math.min(term.graceMs, left)) return undefined;
  return {
    law: 'SIGKILL never comes before the grace period is over',
    message: `${container} was killed after ${waitedMs} ms of ${term.graceMs}`,
  };
}

/** The kubelet removes a pod once nothing of it runs; whoever else removes one that runs does it by force. */
function deleted(state: PodState, { detail = {} }: TraceEntry): Found | undefined {
  const { running } = state;
  const isByKubelet = String(detail['by']).startsWith('kubelet');
  state.isForced ||= !isByKubelet && running.size + state.sandboxes.size > 0;
  state.isStopping = false;
  if (running.size === 0 || !isByKubelet) return undefined;
  return {
    law: 'no container runs when its pod is gone, unless it was deleted by force',
    message: [...running].map(([name, node]) => `${name} still runs on ${node}`).join(', '),
  };
}
