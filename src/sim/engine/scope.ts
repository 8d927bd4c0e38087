/**
 * A scope: the tasks of one component (a controller, a kubelet, a container), so that stopping the
 * component stops all of them and nothing else.
 */
import type { Engine } from './engine.ts';
import type { Process } from './process.ts';
import type { Task } from './task.ts';

/** A set of tasks that end together. A task leaves the set when it ends. */
export class Scope {
  readonly name: string;
  readonly #engine: Engine;
  readonly #tasks = new Set<Task<unknown>>();
  readonly #children = new Set<Scope>();
  readonly #parent: Scope | undefined;

  constructor(engine: Engine, name: string, parent?: Scope) {
    this.#engine = engine;
    this.name = name;
    this.#parent = parent;
    if (parent !== undefined) parent.#children.add(this);
  }

  /** Tasks that have not ended, those of child scopes not counted. */
  get size(): number {
    return this.#tasks.size;
  }

  /** Starts a task that ends with this scope. */
  spawn<T>(name: string, process: Process<T>): Task<T> {
    const task = this.#engine.spawn(`${this.name}/${name}`, process);
    this.#tasks.add(task as Task<unknown>);
    task.onEnd(() => this.#tasks.delete(task as Task<unknown>));
    return task;
  }

  /** Makes a scope that ends with this one. */
  child(name: string): Scope {
    return new Scope(this.#engine, `${this.name}/${name}`, this);
  }

  /** Cancels every task, children first, in the order in which they were started. */
  cancel(): void {
    for (const child of [...this.#children]) child.cancel();
    for (const task of [...this.#tasks]) task.cancel();
    if (this.#parent !== undefined) this.#parent.#children.delete(this);
  }
}
