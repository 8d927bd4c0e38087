/**
 * The `Events` of a description.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go DescribeEvents
 */
import type { KubeObject } from '../../api/object.ts';
import { tryParseTime } from '../../api/time.ts';
import type { Event } from '../../api/types.gen.ts';
import type { Process } from '../../engine/process.ts';
import { goSort } from '../go-sort.ts';
import { age } from '../printers/table.ts';
import { mapResource } from '../targets.ts';
import type { Invocation } from '../verb.ts';
import type { Description } from './text.ts';

/** Asks for the events about an object. */
export function* eventsOf(invocation: Invocation, object: KubeObject): Process<readonly Event[]> {
  const row = mapResource(invocation.context, 'events');
  const { name = '', namespace = '', uid = '' } = object.metadata;
  const terms = [`involvedObject.name=${name}`, `involvedObject.namespace=${namespace}`];
  terms.push(`involvedObject.kind=${object.kind}`);
  if (uid !== '') terms.push(`involvedObject.uid=${uid}`);
  const fieldSelector = terms.join(',');
  const list = yield* invocation.api.list(row, namespace, { fieldSelector });
  return list.items as unknown as readonly Event[];
}

/** When an event was last seen; events of the scheduler have no such time and come first. */
function lastMs(event: Event): number {
  const ms = event.lastTimestamp ? tryParseTime(event.lastTimestamp) : undefined;
  return ms ?? -Infinity;
}

/** Orders events by the time they were last seen, as kubectl's sort leaves them. */
export function sortEvents(events: readonly Event[]): Event[] {
  return goSort(events, (a, b) => lastMs(a) < lastMs(b));
}

/** `14s`, or `14s (x7 over 46s)`. */
export function eventInterval(event: Event, nowMs: number): string {
  const first = event.eventTime ? age(event.eventTime, nowMs) : age(event.firstTimestamp, nowMs);
  const { series } = event;
  if (series) {
    return `${age(series.lastObservedTime, nowMs)} (x${series.count ?? 0} over ${first})`;
  }
  const count = event.count ?? 0;
  return count > 1 ? `${age(event.lastTimestamp, nowMs)} (x${count} over ${first})` : first;
}

/** Writes the table, or that there are none. */
export function writeEvents(out: Description, events: readonly Event[], nowMs: number): void {
  if (events.length === 0) {
    out.line(0, 'Events:', '<none>');
    return;
  }
  out.flush();
  out.line(0, 'Events:');
  out.line(1, 'Type', 'Reason', 'Age', 'From', 'Message');
  out.line(1, '----', '------', '----', '----', '-------');
  for (const event of sortEvents(events)) {
    const source = event.source?.component || event.reportingComponent || '';
    const path = event.involvedObject.fieldPath ?? '';
    const message = `${path === '' ? '' : `${path}: `}${(event.message ?? '').trim()}`;
    out.line(1, event.type ?? '', event.reason ?? '', eventInterval(event, nowMs), source, message);
  }
}
