/**
 * The conditions that recordings waited for, written in the recorder's Python: `d('Deployment','web','status.replicas',0)==3`.
 * They are read as expressions of CEL over the store, with the recorder's functions.
 */
import { Environment } from '@marcbachmann/cel-js';
import { matchesLabels, parseSelector } from '#sim/api/selector.ts';
import { valueAt } from '#sim/api/object.ts';
import type { KubeObject } from '#sim/api/object.ts';
import { isPodReady } from '#sim/api/pod.ts';
import type { Pod } from '#sim/api/types.gen.ts';

/** Reads objects of the scenario's namespace as they are now. */
export interface ObjectSource {
  get(kind: string, name: string): KubeObject | undefined;
  list(kind: string): readonly KubeObject[];
}

/** A condition of a recording over the present state. Throws when it uses what is not known here. */
export function compileCondition(text: string): (source: ObjectSource) => boolean {
  let source: ObjectSource | undefined;
  const now = (): ObjectSource => {
    if (source === undefined) throw new Error('wait condition: evaluated without objects');
    return source;
  };
  const environment = new Environment({ unlistedVariablesAreDyn: true });
  const read = (kind: string, name: string, path: string): unknown =>
    valueAt(now().get(kind, name), ...pathSteps(path)) ?? null;
  environment.registerFunction('d(string, string, string): dyn', read);
  environment.registerFunction(
    'd(string, string, string, dyn): dyn',
    (kind: string, name: string, path: string, fallback: unknown) =>
      read(kind, name, path) ?? fallback,
  );
  environment.registerFunction(
    'get(string, string): dyn',
    (kind: string, name: string) => now().get(kind, name) ?? null,
  );
  registerPodFunctions(environment, now);
  registerStateFunctions(environment, now);
  const program = environment.parse(asCel(text));
  return (objects) => {
    source = objects;
    return program({}) === true;
  };
}

function registerPodFunctions(environment: Environment, now: () => ObjectSource): void {
  const pods = (selector: string): readonly Pod[] => {
    const wanted = parseSelector(selector);
    const all = now().list('Pod') as readonly Pod[];
    return all.filter((pod) => matchesLabels(wanted, pod.metadata.labels));
  };
  const isGoing = (pod: Pod): boolean => pod.metadata.deletionTimestamp !== undefined;
  const counters: Readonly<Record<string, (pods: readonly Pod[]) => unknown>> = {
    pods: (found) => found,
    ready: (found) => found.filter((pod) => !isGoing(pod) && isPodReady(pod)).length,
    running: (found) =>
      found.filter((pod) => !isGoing(pod) && pod.status?.phase === 'Running').length,
    restarts: (found) =>
      found
        .flatMap((pod) => pod.status?.containerStatuses ?? [])
        .reduce((sum, status) => sum + status.restartCount, 0),
  };
  for (const [name, count] of Object.entries(counters)) {
    environment.registerFunction(`${name}(): dyn`, () => count(pods('')));
    environment.registerFunction(`${name}(string): dyn`, (selector: string) =>
      count(pods(selector)),
    );
  }
  environment.registerFunction('count(string): dyn', (kind: string) => now().list(kind).length);
  environment.registerFunction('count(string, string): dyn', (kind: string, selector: string) => {
    const wanted = parseSelector(selector);
    const all = now().list(kind);
    return all.filter((object) => matchesLabels(wanted, object.metadata.labels)).length;
  });
}

function registerStateFunctions(environment: Environment, now: () => ObjectSource): void {
  const condition = (kind: string, name: string, type: string): unknown => {
    const conditions = valueAt(now().get(kind, name), 'status', 'conditions');
    if (!Array.isArray(conditions)) return undefined;
    return conditions.find((item) => valueAt(item, 'type') === type);
  };
  environment.registerFunction(
    'cond(string, string, string): dyn',
    (kind: string, name: string, type: string) =>
      valueAt(condition(kind, name, type), 'status') ?? null,
  );
  environment.registerFunction(
    'reason(string, string, string): dyn',
    (kind: string, name: string, type: string) =>
      valueAt(condition(kind, name, type), 'reason') ?? null,
  );
  environment.registerFunction(
    'phase(string): dyn',
    (name: string) => valueAt(now().get('Pod', name), 'status', 'phase') ?? null,
  );
  const events = (reason: string): number =>
    now()
      .list('Event')
      .filter((event) => valueAt(event, 'reason') === reason).length;
  environment.registerFunction('event(string): dyn', (reason: string) => events(reason) > 0);
  environment.registerFunction(
    'event(string, dyn): dyn',
    (reason: string, least: unknown) => events(reason) >= Number(least),
  );
}

function pathSteps(path: string): (string | number)[] {
  return path
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .split('.')
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

/** Rewrites the few words in which the two languages differ, outside of texts: a condition's status is `'True'`. */
function asCel(text: string): string {
  const words = withoutComprehension(text)
    .split(/('[^']*')/)
    .map((part, index) => (index % 2 === 1 ? part : withWordsOfCel(part)))
    .join('');
  return words
    .replaceAll(/\bin \(([^)]*)\)/g, 'in [$1]')
    .replaceAll(/(\d+)\s*<\s*(d\([^)]*\))\s*<\s*(\d+)/g, '$1 < $2 && $2 < $3');
}

/** `not [p for p in pods('x') if p['spec'].get('nodeName') == 'y']`: no pod is like that. */
const noneOf = /not \[p for p in (pods\([^)]*\)) if p\['spec'\]\.get\('(\w+)'\) == ('[^']*')\]/g;

function withoutComprehension(text: string): string {
  return text.replaceAll(noneOf, '!$1.exists(p, has(p.spec.$2) && p.spec.$2 == $3)');
}

function withWordsOfCel(text: string): string {
  return text
    .replaceAll(/\bis not None\b/g, '!= null')
    .replaceAll(/\bis None\b/g, '== null')
    .replaceAll(/\bNone\b/g, 'null')
    .replaceAll(/\bTrue\b/g, 'true')
    .replaceAll(/\bFalse\b/g, 'false')
    .replaceAll(/\band\b/g, '&&')
    .replaceAll(/\bor\b/g, '||')
    .replaceAll(/\bnot\b/g, '!')
    .replaceAll(/\blen\(/g, 'size(');
}
