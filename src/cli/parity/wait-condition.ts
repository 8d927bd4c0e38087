/**
 * The conditions that recordings waited for, written in the recorder's Python: `d('Deployment','web','status.replicas',0)==3`.
 * They are evaluated over the store, with the recorder's functions.
 */
import { matchesLabels, parseSelector } from '#sim/api/selector.ts';
import { valueAt } from '#sim/api/object.ts';
import type { Json, KubeObject } from '#sim/api/object.ts';
import { isPodReady } from '#sim/api/pod.ts';
import type { Pod } from '#sim/api/types.gen.ts';
import { isTrue, parsePython } from './python-expression.ts';
import type { PythonFunction } from './python-expression.ts';

/** Reads objects of the scenario's namespace as they are now. */
export interface ObjectSource {
  get(kind: string, name: string): KubeObject | undefined;
  list(kind: string): readonly KubeObject[];
}

/** A condition of a recording over the present state. Throws when it uses what is not known here. */
export function compileCondition(text: string): (source: ObjectSource) => boolean {
  const expression = parsePython(text, functionNames);
  return (source) => isTrue(expression(functionsOf(source)));
}

function functionsOf(source: ObjectSource): ReadonlyMap<string, PythonFunction> {
  return new Map(Object.entries({ ...podFunctions(source), ...stateFunctions(source) }));
}

/** The objects of a kind that a selector picks; all of them for none. */
function picked<T extends KubeObject>(objects: readonly KubeObject[], selector: unknown): T[] {
  const wanted = parseSelector(typeof selector === 'string' ? selector : '');
  return objects.filter((object) => matchesLabels(wanted, object.metadata.labels)) as T[];
}

function podFunctions(source: ObjectSource): Record<string, PythonFunction> {
  const pods = (selector: unknown): Pod[] => picked<Pod>(source.list('Pod'), selector);
  const isGoing = (pod: Pod): boolean => pod.metadata.deletionTimestamp !== undefined;
  return {
    pods,
    ready: (selector) => pods(selector).filter((pod) => !isGoing(pod) && isPodReady(pod)).length,
    running: (selector) =>
      pods(selector).filter((pod) => !isGoing(pod) && pod.status?.phase === 'Running').length,
    restarts: (selector) =>
      pods(selector)
        .flatMap(({ status }) => [
          ...(status?.initContainerStatuses ?? []),
          ...(status?.containerStatuses ?? []),
        ])
        .reduce((sum, status) => sum + status.restartCount, 0),
    phase: (name) => valueAt(source.get('Pod', String(name)), 'status', 'phase') ?? null,
  };
}

function stateFunctions(source: ObjectSource): Record<string, PythonFunction> {
  const get = (kind: unknown, name: unknown): KubeObject | undefined =>
    source.get(String(kind), String(name));
  const condition = (kind: unknown, name: unknown, type: unknown): Json | undefined => {
    const conditions = valueAt(get(kind, name), 'status', 'conditions');
    if (!Array.isArray(conditions)) return undefined;
    return conditions.find((item) => valueAt(item, 'type') === type);
  };
  const events = (reason: unknown): number =>
    source
      .list('Event')
      .filter((event) => valueAt(event, 'reason') === reason)
      .reduce((sum, event) => sum + Number(countOf(event)), 0);
  return {
    get: (kind, name) => get(kind, name) ?? null,
    d: (kind, name, path, fallback) =>
      valueAt(get(kind, name), ...pathSteps(String(path))) ?? fallback ?? null,
    count: (kind, selector) => picked(source.list(String(kind)), selector).length,
    cond: (kind, name, type) => valueAt(condition(kind, name, type), 'status') ?? null,
    reason: (kind, name, type) => valueAt(condition(kind, name, type), 'reason') ?? null,
    event: (reason, least) => events(reason) >= Number(least ?? 1),
  };
}

const functionNames: ReadonlySet<string> = new Set(
  functionsOf({ get: () => undefined, list: () => [] }).keys(),
);

/** How often an event stands for. */
function countOf(event: KubeObject): unknown {
  return valueAt(event, 'series', 'count') ?? valueAt(event, 'count') ?? 1;
}

function pathSteps(path: string): (string | number)[] {
  return path
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .split('.')
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}
