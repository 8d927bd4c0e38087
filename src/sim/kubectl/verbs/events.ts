/**
 * `kubectl events`: events by time, with how often each happened.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/cmd/events/events.go
 * Docs: /docs/reference/kubectl/generated/kubectl_events/
 */
import { tryParseTime } from '../../api/time.ts';
import type { Event } from '../../api/types.gen.ts';
import type { KubeObject } from '../../api/object.ts';
import type { WatchStream } from '../../client/client.ts';
import type { Process } from '../../engine/process.ts';
import { eventInterval } from '../describe/events.ts';
import { KubectlError } from '../errors.ts';
import { goSort } from '../go-sort.ts';
import { printObject, readOutputFormat } from '../output-format.ts';
import { GrowingTable, printRows } from '../printers/table.ts';
import { mapResource } from '../targets.ts';
import { allNamespacesFlag, outputFlags } from '../verb.ts';
import type { Invocation, Verb } from '../verb.ts';

export const events: Verb = {
  name: 'events',
  about: 'List events',
  usage:
    'events [(-o|--output=)json|yaml|...] [--for TYPE/NAME] [--watch] [--types=Normal,Warning]',
  flags: [
    ...outputFlags,
    allNamespacesFlag,
    { name: 'for', type: 'string' },
    { name: 'types', type: 'strings' },
    { name: 'watch', short: 'w', type: 'bool' },
    { name: 'no-headers', type: 'bool' },
    { name: 'chunk-size', type: 'int' },
  ],
  *run(invocation) {
    const { flags, context, out, api } = invocation;
    const everywhere = flags.bool('all-namespaces');
    const namespace = everywhere ? '' : invocation.namespace;
    const types = flags.list('types');
    for (const type of types) {
      if (!/^(normal|warning)$/i.test(type)) {
        throw new KubectlError('valid --types are Normal or Warning');
      }
    }
    const row = mapResource(context, 'events');
    const format = readOutputFormat(flags, context.files);
    const fieldSelector = selectorFor(invocation);
    const list = yield* api.list(row, namespace, { fieldSelector });
    const isWanted = (event: Event): boolean =>
      types.length === 0 || types.some((type) => type.toLowerCase() === event.type?.toLowerCase());
    const found = sortByTime((list.items as unknown as readonly Event[]).filter(isWanted));
    const isWatch = flags.bool('watch');
    if (found.length === 0 && !isWatch) {
      out.stderr(
        everywhere ? 'No events found.\n' : `No events found in ${namespace} namespace.\n`,
      );
      return 0;
    }
    if (format.form !== 'default') {
      const items = found.map((event) => ({ ...event, apiVersion: 'v1', kind: 'Event' }));
      const shown = { apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } };
      printObject(format, row, shown as unknown as KubeObject, out.stdout);
      return 0;
    }
    const { nowMs } = context.engine;
    const rows = found.map((event) => cells(event, nowMs, everywhere));
    const heads = [...(everywhere ? ['NAMESPACE'] : []), ...headers];
    if (!isWatch) {
      out.stdout(printRows(flags.bool('no-headers') ? rows : [heads, ...rows]));
      return 0;
    }
    const table = new GrowingTable();
    out.stdout(table.print(flags.bool('no-headers') ? rows : [heads, ...rows]));
    const { resourceVersion } = list.metadata;
    const stream = yield* api.watch(row, namespace, { fieldSelector, resourceVersion });
    return yield* follow(stream, (event) => {
      if (isWanted(event)) {
        out.stdout(table.print([cells(event, context.engine.nowMs, everywhere)]));
      }
    });
  },
};

const headers = ['LAST SEEN', 'TYPE', 'REASON', 'OBJECT', 'MESSAGE'];

function cells(event: Event, nowMs: number, withNamespace: boolean): string[] {
  const { involvedObject } = event;
  return [
    ...(withNamespace ? [event.metadata.namespace ?? ''] : []),
    eventInterval(event, nowMs),
    event.type ?? '',
    event.reason ?? '',
    `${involvedObject.kind ?? ''}/${involvedObject.name ?? ''}`,
    (event.message ?? '').trim(),
  ];
}

function* follow(stream: WatchStream, show: (event: Event) => void): Process<number> {
  try {
    for (;;) {
      const change = yield* stream.next();
      if (change === undefined) return 0;
      if (change.type === 'ADDED' || change.type === 'MODIFIED') {
        show(change.object as unknown as Event);
      }
    }
  } finally {
    stream.close();
  }
}

function selectorFor(invocation: Invocation): string | undefined {
  const text = invocation.flags.text('for');
  if (text === '') return undefined;
  const [kind = '', name = '', ...rest] = text.split('/');
  if (name === '' || rest.length > 0) {
    throw new KubectlError('--for must be in resource/name form');
  }
  const row = mapResource(invocation.context, kind);
  const version = row.group === '' ? row.version : `${row.group}/${row.version}`;
  return `involvedObject.kind=${row.kind},involvedObject.apiVersion=${version},involvedObject.name=${name}`;
}

/** When an event happened last: that of its series, its last time, or its only one. */
function timeOf({ series, lastTimestamp, eventTime }: Event): number {
  const time = series?.lastObservedTime ?? (lastTimestamp || eventTime);
  return (time ? tryParseTime(time) : undefined) ?? 0;
}

function sortByTime(list: readonly Event[]): Event[] {
  return goSort(list, (a, b) => timeOf(a) < timeOf(b));
}
