/** The lanes of a lab's picture, from top to bottom, by the names that the lab gives. */
import type { History } from '#sim/lab/history.ts';
import type { Lab } from '#sim/lab/lab-format.ts';
import { claimLanes } from './lanes/claims.ts';
import { componentLanes } from './lanes/components.ts';
import { conditionLanes } from './lanes/conditions.ts';
import { endpointLanes } from './lanes/endpoints.ts';
import type { Lane, TimeWindow } from './lanes/lane.ts';
import { indexLanes } from './lanes/indexes.ts';
import { nodeLanes } from './lanes/nodes.ts';
import { objectLanes } from './lanes/objects.ts';
import { podLanes } from './lanes/pods.ts';
import { requestLanes } from './lanes/requests.ts';
import { rolloutLanes } from './lanes/rollout.ts';
import { ruleLanes } from './lanes/rules.ts';
import { scheduleLanes } from './lanes/schedules.ts';
import { seriesLanes } from './lanes/series.ts';
import type { Words } from './words/en.ts';
import { wordsOf } from './words/words.ts';

/** Lanes of one kind at most; the rest is said in a sentence. */
const lanesMax = 48;

/** What is drawn, and how many lanes are not. */
export interface LaneList {
  readonly lanes: readonly Lane[];
  readonly left: number;
}

type Make = (
  history: History,
  lab: Lab,
  window: TimeWindow,
  words: Words,
  locale: string,
) => Lane[];

const makers: Readonly<Record<string, Make>> = {
  components: (history, _lab, window) => componentLanes(history, window),
  objects: (history, _lab, window, words) => objectLanes(history, window, words),
  pods: (history, _lab, window, words) => podLanes(history, window, words),
  rollout: (history, _lab, window, words) => rolloutLanes(history, window, words),
  conditions: (history, _lab, window, words) => conditionLanes(history, window, words),
  indexes: (history, _lab, window, words) => indexLanes(history, window, words),
  schedules: (history, _lab, window, words) => scheduleLanes(history, window, words),
  claims: (history, _lab, window) => claimLanes(history, window),
  nodes: (history) => nodeLanes(history),
  endpoints: (history, _lab, _window, words) => endpointLanes(history, words),
  rules: (history, _lab, _window, words) => ruleLanes(history, words),
  requests: (history, lab, window, words) => requestLanes(history, lab, window, words),
  log: (history, lab, _window, _words, locale) => seriesLanes(history, lab, locale),
};

/** Makes the lanes that a lab shows of a part of its run. */
export function lanesOf(history: History, lab: Lab, window: TimeWindow, locale: string): LaneList {
  const words = wordsOf(locale);
  const lanes: Lane[] = [];
  let left = 0;
  for (const name of lab.show.lanes) {
    const own = makers[name]?.(history, lab, window, words, locale) ?? [];
    lanes.push(...own.slice(0, lanesMax));
    left += Math.max(0, own.length - lanesMax);
  }
  return { lanes, left };
}
