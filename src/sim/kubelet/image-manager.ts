/**
 * Images of containers: whether to pull, one pull after another, and the waits after pulls that failed.
 *
 * Upstream: pkg/kubelet/images/image_manager.go EnsureImageExists
 * Docs: /docs/concepts/containers/images/#image-pull-policy
 * Simplified: no credentials; a pull is never cut short by the rate limit of the kubelet (5 per second).
 */
import { formatGoDuration } from '../api/go-duration.ts';
import type { Container, Pod } from '../api/types.gen.ts';
import { Channel } from '../engine/channel.ts';
import { drawMs } from '../engine/latency.ts';
import type { Process } from '../engine/process.ts';
import { RuntimeError } from '../runtime/runtime.ts';
import type { ImageStatus } from '../runtime/runtime.ts';
import { Backoff } from './container-backoff.ts';
import type { StartFailure } from './container-status.ts';
import { containerEvent, recordPod } from './kubelet-context.ts';
import type { KubeletContext } from './kubelet-context.ts';

/** The longest wait between two pulls of one image for one pod. Upstream: kubelet.go MaxImageBackOff */
const maxImageBackoffMs = 300_000;

/** What became of an image: it is there, or why not. */
export type ImageOutcome =
  | { readonly image: ImageStatus; readonly failure?: undefined }
  | { readonly image?: undefined; readonly failure: StartFailure };

/** The images of one node. */
export class ImageManager {
  readonly #context: KubeletContext;
  readonly #backoff = new Backoff(maxImageBackoffMs);
  readonly #lastErrors = new Map<string, string>();
  /** Holds one token while nothing is being pulled. */
  readonly #turn: Channel<true>;

  constructor(context: KubeletContext) {
    this.#context = context;
    this.#turn = new Channel(context.engine);
    this.#turn.send(true);
  }

  /** Makes sure that the container's image is on the node, as its pull policy asks. */
  *ensure(pod: Pod, container: Container): Process<ImageOutcome> {
    const reference = container.image ?? '';
    let present: ImageStatus | undefined;
    try {
      present = this.#context.runtime.imageStatus(reference);
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      const message = `Failed to apply default image tag "${reference}": ${error.message}`;
      containerEvent(this.#context, pod, container.name, 'Warning', 'InspectFailed', message);
      return this.#fail(pod, container, 'InvalidImageName', message);
    }
    const policy = container.imagePullPolicy ?? 'IfNotPresent';
    if (present !== undefined && policy !== 'Always') {
      const message = `Container image "${reference}" already present on machine and can be accessed by the pod`;
      containerEvent(this.#context, pod, container.name, 'Normal', 'Pulled', message);
      return { image: present };
    }
    if (policy === 'Never') {
      const message = `Container image "${reference}" is not present with pull policy of Never`;
      containerEvent(this.#context, pod, container.name, 'Warning', 'ErrImageNeverPull', message);
      return this.#fail(pod, container, 'ErrImageNeverPull', message);
    }
    return yield* this.#pull(pod, container, reference);
  }

  *#pull(pod: Pod, container: Container, reference: string): Process<ImageOutcome> {
    const { engine, runtime, random, options } = this.#context;
    const key = `${pod.metadata.uid}_${reference}`;
    if (this.#backoff.isWaitingSinceUpdate(key, engine.nowMs)) {
      const message = `Back-off pulling image "${reference}"`;
      containerEvent(this.#context, pod, container.name, 'Normal', 'BackOff', message);
      const last = this.#lastErrors.get(key) ?? '';
      return this.#fail(pod, container, 'ImagePullBackOff', `${message}: ErrImagePull: ${last}`);
    }
    containerEvent(
      this.#context,
      pod,
      container.name,
      'Normal',
      'Pulling',
      `Pulling image "${reference}"`,
    );
    recordPod(this.#context, 'pulling', pod, { container: container.name, image: reference });
    const askedMs = engine.nowMs;
    const { cause } = engine;
    if (options.serializeImagePulls) yield* this.#turn.receive();
    // Waiting its turn is not the doing of whoever was before.
    engine.cause = cause;
    const startedMs = engine.nowMs;
    try {
      const image = yield* runtime.pullImage(reference, drawMs(random, options.latencies.pull));
      const pullMs = engine.nowMs - startedMs;
      const totalMs = engine.nowMs - askedMs;
      this.#lastErrors.delete(key);
      recordPod(this.#context, 'pulled', pod, {
        container: container.name,
        image: reference,
        pullMs,
        totalMs,
        sizeBytes: image.sizeBytes,
      });
      const message = `Successfully pulled image "${reference}" in ${formatGoDuration(pullMs)} (${formatGoDuration(totalMs)} including waiting). Image size: ${image.sizeBytes} bytes.`;
      containerEvent(this.#context, pod, container.name, 'Normal', 'Pulled', message);
      return { image };
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      const message = `Failed to pull image "${reference}": ${error.message}`;
      recordPod(this.#context, 'pull-failed', pod, {
        container: container.name,
        image: reference,
        message: error.message,
      });
      containerEvent(this.#context, pod, container.name, 'Warning', 'Failed', message);
      this.#backoff.advance(key, engine.nowMs, engine.nowMs);
      this.#lastErrors.set(key, error.message);
      return this.#fail(pod, container, 'ErrImagePull', error.message);
    } finally {
      if (options.serializeImagePulls) this.#turn.send(true);
    }
  }

  /** Forgets the waits of a pod that is gone. */
  forget(podUid: string): void {
    this.#backoff.forget(podUid);
    for (const key of [...this.#lastErrors.keys()]) {
      if (key.startsWith(podUid)) this.#lastErrors.delete(key);
    }
  }

  #fail(pod: Pod, container: Container, reason: string, message: string): ImageOutcome {
    containerEvent(this.#context, pod, container.name, 'Warning', 'Failed', `Error: ${reason}`);
    return { failure: { reason, message } };
  }
}
