/**
 * `kubectl get --watch`: the objects there are, then each change as a row, until the process is stopped.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/cmd/get/get.go watch
 */
import type { KubeObject } from '../../api/object.ts';
import { StatusError } from '../../api/status-error.ts';
import type { Status } from '../../api/types.gen.ts';
import type { Process } from '../../engine/process.ts';
import { KubectlError } from '../errors.ts';
import { outputForms, printObject } from '../output-format.ts';
import { GrowingTable, headCells, rowCells } from '../printers/table.ts';
import type { Invocation } from '../verb.ts';
import type { Target } from '../targets.ts';
import { tableOptions, tablePrinter, withKind } from './get-options.ts';
import type { GetOptions } from './get-options.ts';

type EventType = 'ADDED' | 'MODIFIED' | 'DELETED';

/** Lists, then watches. Never returns by itself while the watch goes on. */
export function* watchObjects(
  invocation: Invocation,
  options: GetOptions,
  targets: readonly Target[],
): Process<number> {
  const [target] = targets;
  if (targets.length !== 1 || !target) {
    throw new KubectlError('you may only specify a single resource type');
  }
  const { row } = target;
  const isNamed = target.form === 'object';
  const selectors = isNamed
    ? { fieldSelector: `metadata.name=${target.name}` }
    : {
        labelSelector: target.labelSelector || undefined,
        fieldSelector: target.fieldSelector || undefined,
      };
  const { api, flags } = invocation;
  let resourceVersion: string | undefined;
  const initial: KubeObject[] = [];
  if (isNamed) {
    const object = yield* api.get(row, target.namespace, target.name);
    initial.push(withKind(row, object));
    resourceVersion = object.metadata.resourceVersion;
  } else {
    const list = yield* api.list(row, target.namespace, selectors);
    initial.push(...list.items.map((item) => withKind(row, item)));
    resourceVersion = list.metadata.resourceVersion;
  }
  const print = rowWriter(invocation, options, target);
  if (!flags.bool('watch-only')) print(initial, 'ADDED');
  const stream = yield* api.watch(row, target.namespace, { ...selectors, resourceVersion });
  try {
    for (;;) {
      const event = yield* stream.next();
      if (event === undefined) return 0;
      if (event.type === 'ERROR') throw new StatusError(event.object as unknown as Status);
      if (event.type !== 'BOOKMARK') print([withKind(row, event.object)], event.type);
    }
  } finally {
    stream.close();
  }
}

/** Returns what prints objects as they come: rows of one table, or whole objects. */
function rowWriter(
  invocation: Invocation,
  options: GetOptions,
  target: Target,
): (objects: readonly KubeObject[], type: EventType) => void {
  const { out, context, flags } = invocation;
  const { row } = target;
  const { format } = options;
  const table = new GrowingTable();
  const withEvents = flags.bool('output-watch-events');
  let hasHead = flags.bool('no-headers');
  const lead = (type: string, cells: string[]): string[] => (withEvents ? [type, ...cells] : cells);
  if (format.form === 'custom-columns') {
    return (objects, type) => {
      const rows = objects.map((object) =>
        lead(type, outputForms.get().customCells(format.columns, object)),
      );
      if (!hasHead && rows.length > 0) {
        rows.unshift(
          lead(
            'EVENT',
            format.columns.map(({ header }) => header),
          ),
        );
        hasHead = true;
      }
      out.stdout(table.print(rows));
    };
  }
  if (format.form !== 'default') {
    return (objects) => {
      for (const object of objects) printObject(format, row, object, out.stdout);
    };
  }
  const columns = tableOptions(invocation, options, row, false);
  const printer = tablePrinter(invocation, options, row);
  return (objects, type) => {
    const { nowMs } = context.engine;
    const rows = objects.map((object) => lead(type, rowCells(printer, object, columns, nowMs)));
    if (!hasHead && rows.length > 0) {
      rows.unshift(lead('EVENT', headCells(printer, columns)));
      hasHead = true;
    }
    if (rows.length > 0) out.stdout(table.print(rows));
  };
}
