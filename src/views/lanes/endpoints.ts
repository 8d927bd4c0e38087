/** Lanes of the lists of endpoints: from when until when each pod stands in the list of a Service, and as what. */
import { labelsOf } from '#sim/api/object.ts';
import type { Endpoint, EndpointSlice } from '#sim/api/types.gen.ts';
import type { History } from '#sim/lab/history.ts';
import { shortName } from '../names.ts';
import type { StateId } from '../vocabulary.ts';
import type { Words } from '../words/en.ts';
import type { Lane, Segment } from './lane.ts';
import { extend } from './segments.ts';

function stateOf({ conditions }: Endpoint): StateId {
  if (conditions?.terminating === true) return 'listed-terminating';
  return conditions?.ready === false ? 'listed-not-ready' : 'listed';
}

/** Makes a lane for each pod that ever stood in a list. */
export function endpointLanes(history: History, words: Words): Lane[] {
  const lanes = new Map<
    string,
    { service: string; pod: string; key: string; segments: Segment[] }
  >();
  for (const key of history.keys('EndpointSlice')) {
    const versions = history.versions(key);
    for (const [index, { timeMs, object }] of versions.entries()) {
      if (object === undefined) continue;
      const slice = object as EndpointSlice;
      const service = labelsOf(slice)['kubernetes.io/service-name'] ?? '';
      const toMs = versions[index + 1]?.timeMs ?? history.endMs;
      for (const endpoint of slice.endpoints ?? []) {
        const pod = endpoint.targetRef?.name;
        if (pod === undefined) continue;
        const id = `${service}/${pod}`;
        const lane = lanes.get(id) ?? { service, pod, key, segments: [] };
        lanes.set(id, lane);
        extend(lane.segments, { fromMs: timeMs, toMs, state: stateOf(endpoint) });
      }
    }
  }
  return [...lanes.values()].map(({ service, pod, key, segments }) => ({
    kind: 'endpoint',
    label: shortName(pod),
    detail: words.endpointsOf(service),
    title: pod,
    object: key,
    heightPx: 32,
    segments,
    marks: [],
  }));
}
