/** What happens all the time and means nothing to a story: heartbeats, leases, Events about events, probes that go well. */
import type { TraceEntry } from '#sim/engine/trace.ts';
import type { History } from '#sim/lab/history.ts';
import { changeOf, describeChange } from '#sim/lab/story-changes.ts';

/** Kinds that are kept up by themselves. */
const quietKinds = ['Lease/', 'Event/', 'EventsEvent/', 'ServiceAccount/', 'ConfigMap/kube'];
const quietVerbs = new Set(['annotate', 'poststart-done']);

/** Whether an entry is left out of stories and steps. */
export function isNoise(entry: TraceEntry, history: History): boolean {
  if (quietKinds.some((kind) => entry.object.startsWith(kind))) return true;
  if (quietVerbs.has(entry.verb)) return true;
  if (entry.verb === 'probe') return isExpectedProbe(entry);
  if (entry.component !== 'kube-apiserver') return false;
  if (entry.verb === 'refused') return entry.detail?.['reason'] === 'Conflict';
  if (entry.verb !== 'updated') return false;
  if (changeOf(entry, history) === undefined) return true;
  return describeChange(entry, history, 'en') === undefined;
}

/** A probe that says what its last one said. */
function isExpectedProbe({ detail }: TraceEntry): boolean {
  return detail?.['result'] === 'success' || Number(detail?.['run'] ?? 1) > 1;
}
