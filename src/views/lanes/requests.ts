/** A lane for each client that makes load: every request at the moment it was sent, drawn by how it ended. */
import type { History } from '#sim/lab/history.ts';
import type { Lab } from '#sim/lab/lab-format.ts';
import { requestStyleOf } from '../vocabulary.ts';
import type { Words } from '../words/en.ts';
import type { Dot, Lane, TimeWindow } from './lane.ts';

/** Makes the lanes of all clients that the lab declares. */
export function requestLanes(
  history: History,
  lab: Lab,
  { fromMs, toMs }: TimeWindow,
  words: Words,
): Lane[] {
  const loads = lab.load ?? [];
  return loads.map(({ name, ratePerSecond }) => {
    const dots: Dot[] = [];
    for (const { t, outcome, entry } of history.requests.rows(toMs, name)) {
      if (t >= fromMs) dots.push({ timeMs: t, style: requestStyleOf(outcome), entry });
    }
    return {
      kind: 'requests',
      label: loads.length === 1 ? words.requests : name,
      detail: words.perSecond(ratePerSecond),
      title: words.requestsOf(name),
      object: `Load/${name}`,
      heightPx: 46,
      segments: [],
      marks: [],
      dots,
    };
  });
}
