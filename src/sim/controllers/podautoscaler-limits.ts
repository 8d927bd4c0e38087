/**
 * From what the metrics ask for to what is done: stabilization windows, limits of speed, minimum and maximum.
 *
 * - Without a behaviour: down no lower than the highest recommendation of five minutes, up to twice the size or 4 at once.
 * - With one: the lowest recommendation of its window on the way up, the highest on the way down, and its policies.
 *
 * Upstream: pkg/controller/podautoscaler/horizontal.go normalizeDesiredReplicas, normalizeDesiredReplicasWithBehaviors
 * Docs: /docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/#configurable-scaling-behavior
 */
import type { HPAScalingRules, HorizontalPodAutoscaler } from '../api/types.gen.ts';
import type { AutoscalerHistory } from './podautoscaler-history.ts';

/** Upstream: --horizontal-pod-autoscaler-downscale-stabilization */
const downscaleStabilizationSeconds = 300;
/** Upstream: scaleUpLimitFactor, scaleUpLimitMinimum */
const [scaleUpLimitFactor, scaleUpLimitMinimum] = [2, 4];

/** Why a number was chosen: reason and message of a condition. */
export interface Told {
  readonly reason: string;
  readonly message: string;
}

/** A number of replicas after all limits. */
export interface Limited {
  readonly replicas: number;
  readonly ableToScale: Told;
  /** Whether the limits changed the number. */
  readonly isLimited: boolean;
  readonly limit: Told;
}

const readyForNewScale: Told = {
  reason: 'ReadyForNewScale',
  message: 'recommended size matches current size',
};
const scaleDownStabilized: Told = {
  reason: 'ScaleDownStabilized',
  message:
    'recent recommendations were higher than current one, applying the highest recent recommendation',
};
const scaleUpStabilized: Told = {
  reason: 'ScaleUpStabilized',
  message:
    'recent recommendations were lower than current one, applying the lowest recent recommendation',
};
const withinRange: Told = {
  reason: 'DesiredWithinRange',
  message: 'the desired count is within the acceptable range',
};
const tooFew: Told = {
  reason: 'TooFewReplicas',
  message: 'the desired replica count is less than the minimum replica count',
};
const tooMany: Told = {
  reason: 'TooManyReplicas',
  message: 'the desired replica count is more than the maximum replica count',
};
const tooFastUp: Told = {
  reason: 'ScaleUpLimit',
  message: 'the desired replica count is increasing faster than the maximum scale rate',
};
const tooFastDown: Told = {
  reason: 'ScaleDownLimit',
  message: 'the desired replica count is decreasing faster than the maximum scale rate',
};

/** What the limits are asked about. */
export interface LimitInput {
  readonly autoscaler: HorizontalPodAutoscaler;
  readonly history: AutoscalerHistory;
  readonly current: number;
  /** What the metrics ask for. */
  readonly desired: number;
  readonly nowMs: number;
}

/** Applies stabilization and limits; the recommendation is noted in the history. */
export function limitReplicas(input: LimitInput): Limited {
  const { autoscaler, current, desired } = input;
  const { behavior, maxReplicas, minReplicas = 1 } = autoscaler.spec;
  const stabilized = stabilize(input);
  const ableToScale =
    stabilized === desired
      ? readyForNewScale
      : behavior !== undefined && desired >= current
        ? scaleUpStabilized
        : scaleDownStabilized;
  const range =
    behavior === undefined
      ? plainRange(current, minReplicas, maxReplicas)
      : rangeOf(input, minReplicas, maxReplicas, stabilized);
  const { high, low } = range;
  const replicas =
    stabilized > high.count ? high.count : stabilized < low.count ? low.count : stabilized;
  const limit =
    stabilized > high.count ? high.told : stabilized < low.count ? low.told : withinRange;
  return { replicas, ableToScale, isLimited: replicas !== stabilized, limit };
}

function stabilize({ autoscaler, history, current, desired, nowMs }: LimitInput): number {
  const { behavior } = autoscaler.spec;
  const downMs =
    1000 * (behavior?.scaleDown?.stabilizationWindowSeconds ?? downscaleStabilizationSeconds);
  const upMs = behavior === undefined ? 0 : 1000 * windowOf(behavior.scaleUp);
  const isUp = behavior !== undefined && desired >= current;
  const recent = history.recommendationsWithin(isUp ? upMs : downMs, nowMs);
  const stabilized = isUp ? Math.min(desired, ...recent) : Math.max(desired, ...recent);
  history.recommend(desired, Math.max(upMs, downMs), nowMs);
  return stabilized;
}

function windowOf(rules: HPAScalingRules | undefined): number {
  return rules?.stabilizationWindowSeconds ?? 0;
}

interface Bound {
  readonly count: number;
  readonly told: Told;
}

interface Range {
  readonly low: Bound;
  readonly high: Bound;
}

function plainRange(current: number, min: number, max: number): Range {
  const speed = Math.max(scaleUpLimitFactor * current, scaleUpLimitMinimum);
  const high = max > speed ? { count: speed, told: tooFastUp } : { count: max, told: tooMany };
  return { low: { count: min, told: tooFew }, high };
}

function rangeOf(
  { autoscaler, history, current, nowMs }: LimitInput,
  min: number,
  max: number,
  stabilized: number,
): Range {
  const { scaleUp, scaleDown } = autoscaler.spec.behavior ?? {};
  const none: Range = {
    low: { count: -Infinity, told: tooFew },
    high: { count: Infinity, told: tooMany },
  };
  if (stabilized > current) {
    const speed = Math.max(current, scaleUpLimit(current, history, scaleUp, nowMs));
    const high = max > speed ? { count: speed, told: tooFastUp } : { count: max, told: tooMany };
    return { ...none, high };
  }
  if (stabilized < current) {
    const speed = Math.min(current, scaleDownLimit(current, history, scaleDown, nowMs));
    const low = min < speed ? { count: speed, told: tooFastDown } : { count: min, told: tooFew };
    return { ...none, low };
  }
  return none;
}

function scaleUpLimit(
  current: number,
  history: AutoscalerHistory,
  rules: HPAScalingRules | undefined,
  nowMs: number,
): number {
  if (rules?.selectPolicy === 'Disabled') return current;
  const proposals = (rules?.policies ?? []).map(({ type, value, periodSeconds }) => {
    const before = current - history.addedWithin(periodSeconds * 1000, nowMs);
    return type === 'Pods' ? before + value : Math.ceil(before * (1 + value / 100));
  });
  return rules?.selectPolicy === 'Min' ? Math.min(...proposals) : Math.max(0, ...proposals);
}

function scaleDownLimit(
  current: number,
  history: AutoscalerHistory,
  rules: HPAScalingRules | undefined,
  nowMs: number,
): number {
  if (rules?.selectPolicy === 'Disabled') return current;
  const proposals = (rules?.policies ?? []).map(({ type, value, periodSeconds }) => {
    const before = current + history.removedWithin(periodSeconds * 1000, nowMs);
    return type === 'Pods' ? before - value : Math.trunc(before * (1 - value / 100));
  });
  return rules?.selectPolicy === 'Min' ? Math.max(...proposals) : Math.min(...proposals);
}

/** Returns the longest period of a direction's policies, in ms. */
export function longestPeriodMs(rules: HPAScalingRules | undefined): number {
  return 1000 * Math.max(0, ...(rules?.policies ?? []).map(({ periodSeconds }) => periodSeconds));
}
