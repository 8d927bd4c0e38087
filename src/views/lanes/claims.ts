/**
 * A lane for each PersistentVolumeClaim: whether it is bound, and which pod uses it on which node. Claims outlive pods; that
 * is what the lane shows.
 */
import { parseObjectKey } from '#sim/api/object-key.ts';
import type { PersistentVolumeClaim, Pod } from '#sim/api/types.gen.ts';
import type { History } from '#sim/lab/history.ts';
import type { StateId } from '../vocabulary.ts';
import type { Lane, Segment, TimeWindow } from './lane.ts';
import { extend, keysUntil } from './segments.ts';

const heightPx = 34;

/** A pod's hold on its claims: from the moment its first container runs until the pod is gone. */
interface Use {
  readonly fromMs: number;
  readonly toMs: number;
  readonly text: string;
}

/** Makes the lanes of all claims that were made within a window, in order of creation. */
export function claimLanes(history: History, window: TimeWindow): Lane[] {
  const uses = usesByClaim(history);
  return keysUntil(history, 'PersistentVolumeClaim', window).map((key): Lane => {
    const { name } = parseObjectKey(key);
    return {
      kind: 'claim',
      label: name,
      detail: volumeOf(history, key),
      title: `PersistentVolumeClaim ${name}`,
      object: key,
      heightPx,
      segments: segmentsOf(history, key, uses.get(key) ?? []),
      marks: [],
    };
  });
}

function volumeOf(history: History, key: string): string {
  const bound = history
    .versions(key)
    .findLast(({ object }) => (object as PersistentVolumeClaim | undefined)?.spec?.volumeName);
  const volume = (bound?.object as PersistentVolumeClaim | undefined)?.spec?.volumeName ?? '';
  return volume.length > 14 ? `${volume.slice(0, 13)}…` : volume;
}

function usesByClaim(history: History): Map<string, Use[]> {
  const uses = new Map<string, Use[]>();
  for (const key of history.keys('Pod')) {
    const { namespace, name } = parseObjectKey(key);
    let fromMs: number | undefined;
    let pod: Pod | undefined;
    const end = (toMs: number): void => {
      if (fromMs === undefined || pod === undefined) return;
      const use = { fromMs, toMs, text: `${name} · ${pod.spec.nodeName ?? ''}` };
      for (const { persistentVolumeClaim: claim } of pod.spec.volumes ?? []) {
        if (claim === undefined) continue;
        const claimKey = `PersistentVolumeClaim/${namespace}/${claim.claimName}`;
        uses.set(claimKey, [...(uses.get(claimKey) ?? []), use]);
      }
      fromMs = undefined;
    };
    for (const { timeMs, object } of history.versions(key)) {
      const next = object as Pod | undefined;
      if (next === undefined || next.metadata.uid !== pod?.metadata.uid) end(timeMs);
      pod = next;
      if (fromMs === undefined && next?.status?.phase === 'Running') fromMs = timeMs;
    }
    end(history.endMs);
  }
  return uses;
}

/** The claim's own states, cut where a pod's use of it begins and ends. */
function segmentsOf(history: History, key: string, uses: readonly Use[]): Segment[] {
  const versions = history.versions(key);
  const cuts = new Set(versions.map(({ timeMs }) => timeMs));
  for (const { fromMs, toMs } of uses) cuts.add(fromMs).add(toMs);
  const times = [...cuts, history.endMs].sort((one, other) => one - other);
  const segments: Segment[] = [];
  for (const [index, fromMs] of times.entries()) {
    const toMs = times[index + 1];
    const claim = history.object(key, fromMs) as PersistentVolumeClaim | undefined;
    if (toMs === undefined || toMs === fromMs || claim === undefined) continue;
    const use = uses.find((each) => each.fromMs <= fromMs && fromMs < each.toMs);
    const isBound = claim.status?.phase === 'Bound';
    const state: StateId = !isBound ? 'claim-pending' : use ? 'claim-used' : 'claim-unused';
    extend(segments, { fromMs, toMs, state, text: use?.text });
  }
  return segments;
}
