/**
 * CEL over a history: the language of checks, conditions and numbers in prose.
 *
 * An expression is evaluated at one moment of a history: the end of the run for checks and numbers, the present
 * for conditions while a run goes on. Times are ms since the lab's start. Functions:
 *
 * - `now`: the moment, in ms. `seed`.
 * - `get(kind, name)`, `get(kind, namespace, name)`: an object or null. `list(kind)`, `list(kind, namespace)`.
 * - `getAt(t, kind, name)`, `listAt(t, kind)`: the same at another time.
 * - `versions(kind, name)`: `[{t, object, revision}]`, `object` null once gone. `ever(kind)`: names that ever lived.
 * - `entries(verb)`, `entries(verb, object)`: trace entries `{t, component, verb, object, name, detail}`; `object` may be
 *   a prefix that ends in `*`, `name` is the last part of it.
 * - `events(reason)`: Event objects of that reason.
 * - `requests()`, `requests(client)`: `[{t, ms, outcome, pod, node}]`.
 * - `stdout(n)`, `exitCode(n)`: of the n-th command of the lab, from 0.
 * - `first(list)` of times or -1, `last(list)` or -1, `max(list)`, `min(list)`, `sum(list)`, `round(x)`.
 * - `peak(kind, condition)`: the largest number of objects of a kind at any one time for which a CEL condition on
 *   `it` holds; `peak(kind)` of all.
 */
import { Environment } from '@marcbachmann/cel-js';
import { objectKey } from '../api/object-key.ts';
import type { KubeObject } from '../api/object.ts';
import type { History } from './history.ts';
import { outputOf } from './transcript.ts';

/** A mistake in an expression of a lab file: names the expression. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
}

/** Where an expression is evaluated. */
export interface Moment {
  readonly history: History;
  readonly timeMs: number;
}

const defaultNamespace = 'default';

/** Turns what CEL gives into plain numbers, texts, booleans, lists and maps. */
export function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([key, item]) => [String(key), plain(item)]));
  }
  return value;
}

/** Evaluates expressions at the moments of one history. */
export class Expressions {
  readonly #history: History;
  readonly #environment: Environment;
  readonly #programs = new Map<string, (context: Record<string, unknown>) => unknown>();
  #timeMs = 0;

  constructor(history: History) {
    this.#history = history;
    this.#environment = this.#makeEnvironment();
  }

  /** Evaluates an expression at a time, by default at the end. Throws ExpressionError. */
  evaluate(expression: string, timeMs: number = this.#history.endMs): unknown {
    this.#timeMs = timeMs;
    try {
      let program = this.#programs.get(expression);
      if (program === undefined) {
        program = this.#environment.parse(expression);
        this.#programs.set(expression, program);
      }
      return plain(program({ now: timeMs, seed: this.#history.seed }));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new ExpressionError(`invalid expression: ${expression}\n${reason}`);
    }
  }

  /** Evaluates a condition; anything but true is false. */
  holds(expression: string, timeMs?: number): boolean {
    return this.evaluate(expression, timeMs) === true;
  }

  #makeEnvironment(): Environment {
    const environment = new Environment({
      unlistedVariablesAreDyn: true,
      enableOptionalTypes: true,
    });
    environment.registerVariable('now', 'dyn');
    environment.registerVariable('seed', 'dyn');
    this.#registerObjects(environment);
    this.#registerRecords(environment);
    registerArithmetic(environment);
    registerLists(environment);
    return environment;
  }

  #registerObjects(environment: Environment): void {
    const history = this.#history;
    const get = (kind: string, namespace: string, name: string, timeMs: number) =>
      this.#find(kind, namespace, name, timeMs) ?? null;
    environment.registerFunction('get(string, string): dyn', (kind: string, name: string) =>
      get(kind, '', name, this.#timeMs),
    );
    environment.registerFunction(
      'get(string, string, string): dyn',
      (kind: string, namespace: string, name: string) => get(kind, namespace, name, this.#timeMs),
    );
    environment.registerFunction(
      'getAt(dyn, string, string): dyn',
      (timeMs: unknown, kind: string, name: string) => get(kind, '', name, Number(timeMs)),
    );
    environment.registerFunction('list(string): list', (kind: string) =>
      history.objects(kind, this.#timeMs),
    );
    environment.registerFunction('list(string, string): list', (kind: string, namespace: string) =>
      history.objects(kind, this.#timeMs).filter((o) => o.metadata.namespace === namespace),
    );
    environment.registerFunction('listAt(dyn, string): list', (timeMs: unknown, kind: string) =>
      history.objects(kind, Number(timeMs)),
    );
    environment.registerFunction('ever(string): list', (kind: string) =>
      history.keys(kind).map((key) => key.slice(key.lastIndexOf('/') + 1)),
    );
    environment.registerFunction('versions(string, string): list', (kind: string, name: string) =>
      history
        .versions(this.#keyOf(kind, name))
        .filter(({ timeMs }) => timeMs <= this.#timeMs)
        .map(({ timeMs, object, revision }) => ({ t: timeMs, object: object ?? null, revision })),
    );
    environment.registerFunction('peak(string): dyn', (kind: string) => this.#peak(kind, 'true'));
    environment.registerFunction('peak(string, string): dyn', (kind: string, condition: string) =>
      this.#peak(kind, condition),
    );
  }

  #registerRecords(environment: Environment): void {
    const { trace, transcript, requests } = this.#history;
    const entries = (verb: string, object: string) => {
      const found: unknown[] = [];
      const isPrefix = object.endsWith('*');
      const wanted = isPrefix ? object.slice(0, -1) : object;
      for (const entry of trace.entries({ verb })) {
        if (entry.timeMs > this.#timeMs) break;
        if (
          isPrefix ? !entry.object.startsWith(wanted) : wanted !== '' && entry.object !== wanted
        ) {
          continue;
        }
        const { timeMs: t, component, object: about, detail = {} } = entry;
        const name = about.slice(about.lastIndexOf('/') + 1);
        found.push({ t, component, verb: entry.verb, object: about, name, detail });
      }
      return found;
    };
    environment.registerFunction('entries(string): list', (verb: string) => entries(verb, ''));
    environment.registerFunction('entries(string, string): list', entries);
    environment.registerFunction('events(string): list', (reason: string) =>
      this.#history
        .objects('Event', this.#timeMs)
        .filter((event) => (event as KubeObject & { reason?: string }).reason === reason),
    );
    environment.registerFunction('requests(): list', () => requests.rows(this.#timeMs));
    environment.registerFunction('requests(string): list', (client: string) =>
      requests.rows(this.#timeMs, client),
    );
    const command = (index: unknown) =>
      transcript.commands.filter(({ origin }) => origin !== 'setup')[Number(index)];
    environment.registerFunction('stdout(dyn): string', (index: unknown) => {
      const found = command(index);
      return found === undefined ? '' : outputOf(found, 'stdout', this.#timeMs);
    });
    environment.registerFunction('stderr(dyn): string', (index: unknown) => {
      const found = command(index);
      return found === undefined ? '' : outputOf(found, 'stderr', this.#timeMs);
    });
    environment.registerFunction(
      'exitCode(dyn): dyn',
      (index: unknown) => command(index)?.exitCode ?? -1,
    );
  }

  #find(kind: string, namespace: string, name: string, timeMs: number): KubeObject | undefined {
    if (namespace !== '') return this.#history.object(objectKey(kind, namespace, name), timeMs);
    return this.#history.object(this.#keyOf(kind, name), timeMs);
  }

  #keyOf(kind: string, name: string): string {
    const namespaced = objectKey(kind, defaultNamespace, name);
    if (this.#history.versions(namespaced).length > 0) return namespaced;
    return objectKey(kind, '', name);
  }

  /** Walks the changes of a kind and counts at each moment. */
  #peak(kind: string, condition: string): number {
    const program = this.#environment.parse(condition);
    const holding = new Set<string>();
    let most = 0;
    for (const change of this.#history.log) {
      if (change.timeMs > this.#timeMs) break;
      if (change.value.kind !== kind) continue;
      const isThere =
        change.type === 'put' && program({ it: change.value, now: change.timeMs }) === true;
      const key = objectKey(
        kind,
        change.value.metadata.namespace,
        change.value.metadata.name ?? '',
      );
      if (isThere) holding.add(key);
      else holding.delete(key);
      if (change.timeMs >= 0) most = Math.max(most, holding.size);
    }
    return most;
  }
}

/** Numbers of a history are doubles to CEL and literals are ints: lets the two meet. */
function registerArithmetic(environment: Environment): void {
  const operators: Readonly<Record<string, (left: number, right: number) => number>> = {
    '+': (left, right) => left + right,
    '-': (left, right) => left - right,
    '*': (left, right) => left * right,
    '/': (left, right) => left / right,
  };
  for (const [operator, act] of Object.entries(operators)) {
    const call = (left: unknown, right: unknown) => act(Number(left), Number(right));
    environment.registerOperator(`double ${operator} int`, call);
    environment.registerOperator(`int ${operator} double`, call);
  }
}

function registerLists(environment: Environment): void {
  const numbers = (list: readonly unknown[]) => list.map((item) => Number(item));
  const pick = (list: readonly unknown[], choose: (values: number[]) => number) =>
    list.length === 0 ? -1 : choose(numbers(list));
  environment.registerFunction('first(list): dyn', (list: unknown[]) =>
    pick(list, (values) => values[0] ?? -1),
  );
  environment.registerFunction('last(list): dyn', (list: unknown[]) =>
    pick(list, (values) => values.at(-1) ?? -1),
  );
  environment.registerFunction('max(list): dyn', (list: unknown[]) =>
    pick(list, (values) => Math.max(...values)),
  );
  environment.registerFunction('min(list): dyn', (list: unknown[]) =>
    pick(list, (values) => Math.min(...values)),
  );
  environment.registerFunction('sum(list): dyn', (list: unknown[]) =>
    numbers(list).reduce((total, value) => total + value, 0),
  );
  environment.registerFunction('round(dyn): dyn', (value: unknown) => Math.round(Number(value)));
}
