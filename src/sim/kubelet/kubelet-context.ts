/**
 * What the parts of one kubelet share: the engine, the API, the node's runtime and network, and who it is.
 *
 * Upstream: pkg/kubelet/util/format/pod.go Pod, pkg/kubelet/container/ref.go GenerateContainerRef
 */
import { objectKey } from '../api/object-key.ts';
import type { Pod } from '../api/types.gen.ts';
import type { EventRecorder } from '../client/event-recorder.ts';
import { referenceTo } from '../client/event-recorder.ts';
import type { Client } from '../client/client.ts';
import type { Engine } from '../engine/engine.ts';
import type { Random } from '../engine/random.ts';
import type { Scope } from '../engine/scope.ts';
import type { EntryDetail } from '../engine/trace.ts';
import type { NodeNetwork } from '../runtime/node-network.ts';
import type { RuntimeService } from '../runtime/runtime.ts';
import type { KubeletOptions, NodeConfig } from './kubelet-options.ts';

/** Everything that the parts of a kubelet may use. */
export interface KubeletContext {
  /** The name in the trace: `kubelet/node-1`. */
  readonly name: string;
  readonly engine: Engine;
  readonly scope: Scope;
  readonly random: Random;
  readonly client: Client;
  readonly recorder: EventRecorder;
  readonly runtime: RuntimeService;
  readonly network: NodeNetwork;
  readonly node: NodeConfig;
  readonly options: KubeletOptions;
}

/** The key of a pod in the trace. */
export function podKey(pod: Pod): string {
  return objectKey('Pod', pod.metadata.namespace, pod.metadata.name ?? '');
}

/** Writes a pod as the kubelet's messages do: `web_default(uid)`. */
export function formatPod(pod: Pod): string {
  return `${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`;
}

/** Sends an event about a container of a pod. */
export function containerEvent(
  context: KubeletContext,
  pod: Pod,
  container: string,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
): void {
  context.recorder.event(
    referenceTo(pod, `${fieldOf(pod, container)}{${container}}`),
    type,
    reason,
    message,
  );
}

function fieldOf(pod: Pod, container: string): string {
  const has = (list: readonly { readonly name: string }[] | undefined): boolean =>
    list?.some(({ name }) => name === container) ?? false;
  if (has(pod.spec.initContainers)) return 'spec.initContainers';
  return has(pod.spec.ephemeralContainers) ? 'spec.ephemeralContainers' : 'spec.containers';
}

/** Records what happened to a pod on this node. */
export function recordPod(
  context: KubeletContext,
  verb: string,
  pod: Pod,
  detail?: EntryDetail,
): void {
  context.engine.record(context.name, verb, podKey(pod), detail);
}
