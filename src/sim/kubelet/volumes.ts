/**
 * Volumes of pods: what their files are, and the wait until they are there.
 *
 * - A sync of a pod that has volumes waits for them, looking every 300 ms.
 * - What a volume is made from must exist; a failed attempt is an event and is tried again after 0.5 s, 1 s, 2 s … 2 m 2 s.
 * - A changed ConfigMap or Secret reaches its volume with a later sync of the pod, a minute and more after the change; the
 *   pod's own fields reach theirs with the sync that their change asks for.
 *
 * Upstream: pkg/kubelet/volumemanager/volume_manager.go WaitForAttachAndMount; pkg/volume/configmap, secret, projected
 * Docs: /docs/concepts/storage/volumes/
 * Simplified: the cluster's own CA bundle is always there.
 */
import { StatusError } from '../api/status-error.ts';
import { quantityValue } from '../api/quantity.ts';
import { formatMicroTime } from '../api/time.ts';
import type {
  ConfigMap,
  DownwardAPIVolumeFile,
  KeyToPath,
  Pod,
  Secret,
  Volume,
  VolumeProjection,
} from '../api/types.gen.ts';
import { drawMs } from '../engine/latency.ts';
import { anyOf } from '../engine/any-of.ts';
import type { Process } from '../engine/process.ts';
import type { Signal } from '../engine/signal.ts';
import type { VolumeConfig } from '../runtime/runtime.ts';
import { ConfigError } from './environment.ts';
import { containerResource, podField } from './field-ref.ts';
import type { PodAddresses } from './field-ref.ts';
import type { KubeletContext } from './kubelet-context.ts';
import { ClaimNotReady, placeOfClaim } from './claims.ts';
import { decodeSecret } from './secret-data.ts';

/** Upstream: pkg/util/goroutinemap/exponentialbackoff initialDurationBeforeRetry, maxDurationBeforeRetry */
const firstRetryMs = 500;
const maxRetryMs = 122_000;
/** Upstream: podAttachAndMountRetryInterval, podAttachAndMountTimeout */
const pollMs = 300;
const timeoutMs = 123_000;
/** The ConfigMap that every namespace has of the cluster's own CA. */
const rootCaName = 'kube-root-ca.crt';
/** How old the content of a mounted volume gets before a sync reads it again. Upstream: the sync frequency */
const refreshMs = 50_000;

type Files = Record<string, string>;

/** What is known of one mounted pod. */
interface Mounted {
  refreshedMs: number;
  readonly contents: Map<string, string>;
}

/** The volumes of one node's pods. */
export class VolumeManager {
  readonly #context: KubeletContext;
  readonly #mounted = new Map<string, Mounted>();
  readonly #seenMs = new Map<string, number>();
  readonly #retries = new Map<string, { readonly waitMs: number; readonly notBeforeMs: number }>();

  constructor(context: KubeletContext) {
    this.#context = context;
  }

  /** Waits until all volumes of the pod are there; false when that took too long, or the pod is to be stopped. */
  *waitForMount(pod: Pod, addresses: PodAddresses, terminating: Signal): Process<boolean> {
    const { engine, random, options } = this.#context;
    const uid = pod.metadata.uid ?? '';
    const volumes = pod.spec.volumes ?? [];
    if (volumes.length === 0) return true;
    const mounted = this.#mounted.get(uid);
    if (mounted !== undefined) {
      const isOld = engine.nowMs - mounted.refreshedMs >= refreshMs;
      if (isOld || volumes.some(hasPodFields)) yield* this.#refresh(pod, addresses, isOld);
      return true;
    }
    const contents = new Map<string, string>();
    const untilMs = engine.nowMs + timeoutMs;
    const pollEndMs = engine.nowMs + drawMs(random, options.latencies.mount);
    let pending: readonly Volume[] = volumes;
    while (pending.length > 0) {
      const failed: Volume[] = [];
      for (const volume of pending) {
        if (!(yield* this.#mount(pod, volume, addresses, contents))) failed.push(volume);
      }
      pending = failed;
      if (pending.length === 0) break;
      if (engine.nowMs >= untilMs) return false;
      const nextMs = Math.min(...pending.map((volume) => this.#notBefore(uid, volume)));
      const waitMs = Math.max(nextMs - engine.nowMs, 1);
      yield* anyOf(engine.delay(waitMs), terminating.wait());
      if (terminating.isGiven) return false;
    }
    // What is there is seen at the next poll.
    const lateMs = engine.nowMs - pollEndMs;
    const waitMs = lateMs <= 0 ? -lateMs : pollMs - (lateMs % pollMs);
    yield* anyOf(engine.delay(waitMs), terminating.wait());
    if (terminating.isGiven) return false;
    this.#mounted.set(uid, { refreshedMs: engine.nowMs, contents });
    return true;
  }

  /** Forgets the volumes of a pod that is gone. */
  unmount(podUid: string): void {
    this.#mounted.delete(podUid);
    this.#seenMs.delete(podUid);
    for (const key of [...this.#retries.keys()]) {
      if (key.startsWith(podUid)) this.#retries.delete(key);
    }
    this.#context.runtime.removeVolumes(podUid);
  }

  #notBefore(uid: string, volume: Volume): number {
    return this.#retries.get(`${uid}/${volume.name}`)?.notBeforeMs ?? -Infinity;
  }

  *#mount(
    pod: Pod,
    volume: Volume,
    addresses: PodAddresses,
    contents: Map<string, string>,
  ): Process<boolean> {
    const { engine, runtime, recorder } = this.#context;
    const uid = pod.metadata.uid ?? '';
    const key = `${uid}/${volume.name}`;
    if (this.#notBefore(uid, volume) > engine.nowMs) return false;
    try {
      const config = yield* this.#configOf(pod, volume, addresses);
      runtime.setVolume(uid, config);
      if (changesWithApi(volume)) contents.set(volume.name, JSON.stringify(config.files));
      this.#retries.delete(key);
      return true;
    } catch (error) {
      if (error instanceof ClaimNotReady) {
        this.#retries.set(key, { waitMs: 0, notBeforeMs: engine.nowMs + pollMs });
        return false;
      }
      if (!(error instanceof ConfigError)) throw error;
      const message = `MountVolume.SetUp failed for volume "${volume.name}" : ${error.message}`;
      recorder.event(pod, 'Warning', 'FailedMount', message);
      const before = this.#retries.get(key)?.waitMs ?? 0;
      const waitMs = before === 0 ? firstRetryMs : Math.min(before * 2, maxRetryMs);
      this.#retries.set(key, { waitMs, notBeforeMs: engine.nowMs + waitMs });
      return false;
    }
  }

  /** Reads what mounted volumes are made from again and replaces files that have changed. */
  *#refresh(pod: Pod, addresses: PodAddresses, isOld: boolean): Process {
    const uid = pod.metadata.uid ?? '';
    const mounted = this.#mounted.get(uid);
    if (mounted === undefined) return;
    if (isOld) mounted.refreshedMs = this.#context.engine.nowMs;
    for (const volume of pod.spec.volumes ?? []) {
      if (isOld ? !changesWithApi(volume) : volume.downwardAPI === undefined) continue;
      try {
        const config = yield* this.#configOf(pod, volume, addresses);
        const content = JSON.stringify(config.files);
        if (mounted.contents.get(volume.name) === content) continue;
        mounted.contents.set(volume.name, content);
        this.#context.runtime.setVolume(uid, config);
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
      }
    }
  }

  *#configOf(pod: Pod, volume: Volume, addresses: PodAddresses): Process<VolumeConfig> {
    const group = pod.spec.securityContext?.fsGroup;
    const base = { name: volume.name, files: {}, ...(group === undefined ? {} : { group }) };
    const { configMap, secret, projected, downwardAPI, emptyDir, hostPath } = volume;
    const atomic = (files: Files, mode: number | undefined): VolumeConfig => ({
      ...base,
      files,
      layout: 'atomic',
      isInMemory: configMap === undefined,
      ...(mode === undefined ? {} : { mode }),
    });
    if (configMap !== undefined) {
      const map = yield* this.#configMap(pod, configMap.name ?? '', configMap.optional);
      const files = select(map?.data ?? {}, configMap.items, configMap.optional, 'configmap');
      return atomic(files, configMap.defaultMode);
    }
    if (secret !== undefined) {
      const data = yield* this.#secret(pod, secret.secretName ?? '', secret.optional);
      return atomic(select(data, secret.items, secret.optional, 'secret'), secret.defaultMode);
    }
    if (downwardAPI !== undefined) {
      return atomic(this.#downward(pod, downwardAPI.items, addresses), downwardAPI.defaultMode);
    }
    if (projected !== undefined) {
      const files: Files = {};
      for (const source of projected.sources ?? []) {
        Object.assign(files, yield* this.#projection(pod, source, addresses));
      }
      return atomic(files, projected.defaultMode);
    }
    if (hostPath !== undefined) return { ...base, hostPath: hostPath.path };
    if (volume.persistentVolumeClaim !== undefined) {
      const { claimName } = volume.persistentVolumeClaim;
      return { ...base, ...(yield* placeOfClaim(this.#context, pod, claimName)) };
    }
    const sizeLimit = emptyDir?.sizeLimit;
    return {
      ...base,
      layout: emptyDir?.medium === 'Memory' ? 'memory' : 'plain',
      ...(sizeLimit === undefined ? {} : { sizeLimitBytes: quantityValue(sizeLimit) }),
    };
  }

  *#projection(pod: Pod, source: VolumeProjection, addresses: PodAddresses): Process<Files> {
    const { configMap, secret, downwardAPI, serviceAccountToken } = source;
    if (serviceAccountToken !== undefined) {
      const { namespace, uid } = pod.metadata;
      const account = pod.spec.serviceAccountName ?? 'default';
      const token = `token of system:serviceaccount:${namespace}:${account} for pod ${uid}`;
      return { [serviceAccountToken.path]: token };
    }
    if (configMap !== undefined) {
      const { name = '', items, optional } = configMap;
      if (name === rootCaName) {
        return select({ 'ca.crt': "the cluster's CA\n" }, items, optional, 'configmap');
      }
      const map = yield* this.#configMap(pod, name, optional);
      return select(map?.data ?? {}, items, optional, 'configmap');
    }
    if (secret !== undefined) {
      const data = yield* this.#secret(pod, secret.name ?? '', secret.optional);
      return select(data, secret.items, secret.optional, 'secret');
    }
    return downwardAPI === undefined ? {} : this.#downward(pod, downwardAPI.items, addresses);
  }

  #downward(
    pod: Pod,
    items: readonly DownwardAPIVolumeFile[] | undefined,
    addresses: PodAddresses,
  ): Files {
    const files: Files = {};
    for (const { path, fieldRef, resourceFieldRef } of items ?? []) {
      if (fieldRef !== undefined) {
        files[path] = podField(this.#asSeen(pod), fieldRef.fieldPath, addresses) ?? '';
      } else if (resourceFieldRef !== undefined) {
        const container = pod.spec.containers.find(
          ({ name }) => name === resourceFieldRef.containerName,
        );
        if (container === undefined) continue;
        const { allocatable } = this.#context.node;
        files[path] = containerResource(container, resourceFieldRef, allocatable);
      }
    }
    return files;
  }

  /** The pod as the kubelet keeps it: it notes on it where it came from and when. */
  #asSeen(pod: Pod): Pod {
    const uid = pod.metadata.uid ?? '';
    const seenMs = this.#seenMs.get(uid) ?? this.#context.engine.nowMs;
    this.#seenMs.set(uid, seenMs);
    const annotations = {
      ...pod.metadata.annotations,
      'kubernetes.io/config.seen': formatMicroTime(seenMs).replace(/\.?0+Z$/, 'Z'),
      'kubernetes.io/config.source': 'api',
    };
    return { ...pod, metadata: { ...pod.metadata, annotations } };
  }

  *#configMap(
    pod: Pod,
    name: string,
    optional: boolean | undefined,
  ): Process<ConfigMap | undefined> {
    const read = this.#context.client.of('ConfigMap').get(pod.metadata.namespace ?? '', name);
    return yield* readSource(read, name, optional, 'configmap');
  }

  *#secret(
    pod: Pod,
    name: string,
    optional: boolean | undefined,
  ): Process<Readonly<Record<string, string>>> {
    const read = this.#context.client.of('Secret').get(pod.metadata.namespace ?? '', name);
    return decodeSecret(yield* readSource<Secret>(read, name, optional, 'secret'));
  }
}

function changesWithApi({ configMap, secret, projected, downwardAPI }: Volume): boolean {
  if (configMap !== undefined || secret !== undefined || downwardAPI !== undefined) return true;
  return (projected?.sources ?? []).some(
    (source) =>
      source.secret !== undefined ||
      (source.configMap !== undefined && source.configMap.name !== rootCaName),
  );
}

/** Whether a volume shows nothing but the pod's own fields: those need not be asked for. */
function hasPodFields({ downwardAPI }: Volume): boolean {
  return downwardAPI !== undefined;
}

function* readSource<T>(
  read: Process<T>,
  name: string,
  optional: boolean | undefined,
  kind: string,
): Process<T | undefined> {
  try {
    return yield* read;
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    if (error.reason !== 'NotFound') throw new ConfigError(error.message);
    if (optional === true) return undefined;
    throw new ConfigError(`${kind} "${name}" not found`);
  }
}

/** Picks the keys that `items` names, under their paths; all keys where there are no items. */
function select(
  data: Readonly<Record<string, string>>,
  items: readonly KeyToPath[] | undefined,
  optional: boolean | undefined,
  kind: string,
): Files {
  if (items === undefined || items.length === 0) return { ...data };
  const files: Files = {};
  for (const { key, path } of items) {
    const text = data[key];
    if (text !== undefined) files[path] = text;
    else if (optional !== true) {
      throw new ConfigError(
        kind === 'configmap'
          ? `configmap references non-existent config key: ${key}`
          : `references non-existent secret key: ${key}`,
      );
    }
  }
  return files;
}
