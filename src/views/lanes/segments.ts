/** What lanes share that draw the states of an object over time. */
import type { KubeObject } from '#sim/api/object.ts';
import type { History } from '#sim/lab/history.ts';
import type { Segment, TimeWindow } from './lane.ts';

/** How an object is drawn while it is as it is. */
export type Drawn = Pick<Segment, 'state' | 'text' | 'title'>;

/** Returns the objects of a kind that were first made before a window ends, in order of creation. */
export function keysUntil(history: History, kind: string, { toMs }: TimeWindow): string[] {
  return history.keys(kind).filter((key) => (history.versions(key)[0]?.timeMs ?? Infinity) <= toMs);
}

/** Draws the versions of an object one after another, to the end or before a time; `draw` gives nothing where nothing is to be seen. */
export function segmentsOf(
  history: History,
  key: string,
  draw: (object: KubeObject) => Drawn | undefined,
  untilMs = Infinity,
): Segment[] {
  const segments: Segment[] = [];
  const versions = history.versions(key);
  for (const [index, { timeMs, object }] of versions.entries()) {
    const drawn = object === undefined ? undefined : draw(object);
    if (drawn === undefined || timeMs >= untilMs) continue;
    const toMs = Math.min(untilMs, versions[index + 1]?.timeMs ?? history.endMs);
    extend(segments, { fromMs: timeMs, toMs, ...drawn });
  }
  return segments;
}

/** Adds a segment, or lengthens the last one where it goes on: without a gap, and by default with the same state and text. */
export function extend(
  segments: Segment[],
  next: Segment,
  goesOn: (last: Segment) => boolean = ({ state, text }) =>
    state === next.state && text === next.text,
): void {
  const last = segments.at(-1);
  if (last?.toMs === next.fromMs && goesOn(last)) {
    segments[segments.length - 1] = { ...last, toMs: next.toMs };
  } else {
    segments.push(next);
  }
}
