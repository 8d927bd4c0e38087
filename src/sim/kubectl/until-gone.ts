/**
 * Waits until an object no longer exists, as `delete` and `wait --for=delete` do.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/cmd/wait/delete.go IsDeleted
 */
import type { KindRow } from '../api/kinds.ts';
import { anyOf } from '../engine/any-of.ts';
import type { Process } from '../engine/process.ts';
import type { Invocation } from './verb.ts';

/** The object waited for; with a uid, another object of the same name does not count. */
export interface Vanishing {
  readonly row: KindRow;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string | undefined;
}

/** Returns true when the object is gone, false when the time (virtual ms; undefined: for ever) is over first. */
export function* untilGone(
  invocation: Invocation,
  { row, namespace, name, uid }: Vanishing,
  deadlineMs: number | undefined,
): Process<boolean> {
  const { api, context } = invocation;
  const { engine } = context;
  const fieldSelector = `metadata.name=${name}`;
  for (;;) {
    const list = yield* api.list(row, namespace, { fieldSelector });
    const [found] = list.items;
    if (found === undefined || (uid !== undefined && found.metadata.uid !== uid)) return true;
    const { resourceVersion } = list.metadata;
    const stream = yield* api.watch(row, namespace, { fieldSelector, resourceVersion });
    try {
      for (;;) {
        const leftMs = deadlineMs === undefined ? Infinity : deadlineMs - engine.nowMs;
        if (leftMs <= 0) return false;
        const first = Number.isFinite(leftMs)
          ? yield* anyOf(stream.next(), engine.delay(leftMs))
          : { index: 0, value: yield* stream.next() };
        if (first.index === 1) return false;
        const event = first.value as { type: string } | undefined;
        if (event === undefined || event.type === 'ERROR') break;
        if (event.type === 'DELETED') return true;
      }
    } finally {
      stream.close();
    }
  }
}
