/**
 * Prefers nodes that have the pod's images already, large images more than small ones.
 *
 * Upstream: pkg/scheduler/framework/plugins/imagelocality/image_locality.go
 */
import { nodeScoreMax } from '../framework.ts';
import type { ScorePlugin } from '../framework.ts';
import type { ImageState } from '../cache.ts';

const mebibyte = 1024 * 1024;
/** Images below this count for nothing. Upstream: minThreshold */
const thresholdMin = 23 * mebibyte;
/** Images above this count no more, per container. Upstream: maxContainerThreshold */
const thresholdMaxPerContainer = 1000 * mebibyte;

/** Adds the tag that an image name without one stands for. */
function normalizedImageName(image: string): string {
  return image.lastIndexOf(':') <= image.lastIndexOf('/') ? `${image}:latest` : image;
}

/** Scores by the size of the images that need not be pulled. */
export const imageLocality: ScorePlugin = {
  name: 'ImageLocality',
  weight: 1,
  preScore(pod, cache) {
    const { containers, initContainers = [], volumes = [] } = pod.pod.spec;
    const images = [
      ...initContainers.map(({ image }) => image),
      ...containers.map(({ image }) => image),
      ...volumes.flatMap(({ image }) => (image === undefined ? [] : [image.reference])),
    ];
    const states: ImageState[] = [];
    for (const image of images) {
      const state = cache.images.get(normalizedImageName(image ?? ''));
      if (state !== undefined) states.push(state);
    }
    if (states.length === 0) return { uniform: 0, score: () => 0 };
    const total = cache.nodes.length;
    const thresholdMax = thresholdMaxPerContainer * images.length;
    return {
      localVersion: cache.imagesVersion,
      score(node) {
        let sum = 0;
        for (const { sizeBytes, nodes } of states) {
          if (nodes.has(node)) sum += Math.trunc(sizeBytes * (nodes.size / total));
        }
        const clamped = Math.min(Math.max(sum, thresholdMin), thresholdMax);
        return Math.trunc(
          (nodeScoreMax * (clamped - thresholdMin)) / (thresholdMax - thresholdMin),
        );
      },
    };
  },
};
