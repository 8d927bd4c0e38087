import { describe, expect, test } from 'vitest';
import { ComponentProcess } from '#sim/component-process.ts';
import type { ConfigMap } from '#sim/api/types.gen.ts';
import type { ApiTransport } from '#sim/apiserver/request.ts';
import { InformerFactory } from '#sim/client/component.ts';
import type { ComponentContext } from '#sim/client/component.ts';
import { Link } from '#sim/client/link.ts';
import { Scope } from '#sim/engine/scope.ts';
import { Harness } from '../harness.ts';

const map = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });

/** Two components of one process, and what their handlers hear of ConfigMaps. */
class World {
  readonly harness = new Harness();
  readonly manager: InformerFactory;
  readonly seen: Record<string, string[]> = { one: [], two: [] };
  /** Lists and watches that a component has asked for by itself. */
  readonly reads: string[] = [];
  readonly one: ComponentProcess;
  readonly two: ComponentProcess;

  constructor() {
    const { engine } = this.harness;
    const scope = new Scope(engine, 'manager');
    this.manager = new InformerFactory(engine, scope, this.harness.clientOf('manager'));
    this.harness.seed(map('a'));
    this.one = this.#process('one');
    this.two = this.#process('two');
    this.one.start(this.manager);
    this.two.start(this.manager);
    this.harness.run(10);
  }

  #process(name: string): ComponentProcess {
    const { engine, server } = this.harness;
    const link = new Link(engine, name, { lowMs: 1, highMs: 1 });
    const make = ({ informers }: ComponentContext) => ({
      start: () =>
        informers.of('ConfigMap').addHandlers({
          onAdd: (object, isInitial) => this.#note(name, isInitial ? 'initial' : 'add', object),
          onUpdate: (_before, object) => this.#note(name, 'update', object),
          onDelete: (object) => this.#note(name, 'delete', object),
        }),
    });
    const { reads } = this;
    const transport: ApiTransport = {
      serve(request) {
        reads.push(`${name} ${request.verb}`);
        return server.serve(request);
      },
      watch(request, receiver) {
        reads.push(`${name} watch`);
        return server.watch(request, receiver);
      },
    };
    const eventSource = { component: name };
    return new ComponentProcess({ engine, name, transport, link, eventSource, make });
  }

  #note(name: string, what: string, object: ConfigMap): void {
    this.seen[name]?.push(`${what} ${object.metadata.name}`);
  }

  /** Makes a ConfigMap, lets it be heard of, and returns what was heard since the last time. */
  make(name: string): { one: string[]; two: string[] } {
    this.harness.seed(map(name));
    this.harness.run(10);
    const { one = [], two = [] } = this.seen;
    this.seen['one'] = [];
    this.seen['two'] = [];
    return { one, two };
  }

  cacheOf(process: ComponentProcess): (string | undefined)[] {
    const maps = process.informers?.of('ConfigMap').indexer.list() ?? [];
    return maps.map(({ metadata }) => metadata.name);
  }
}

describe('shared informers', () => {
  test('bring each event to every component of the process, the list first', () => {
    const world = new World();
    expect(world.make('b')).toEqual({ one: ['initial a', 'add b'], two: ['initial a', 'add b'] });
    expect(world.cacheOf(world.one)).toEqual(['a', 'b']);
  });

  test('list and watch once for all of them', () => {
    const world = new World();
    world.make('b');
    expect(world.reads).toEqual([]);
  });

  test('tell a component that was stopped nothing more, and the others all', () => {
    const world = new World();
    world.make('b');
    world.one.stop();
    expect(world.make('c')).toEqual({ one: [], two: ['add c'] });
  });

  test('are not those of a component that is started again: it lists by itself', () => {
    const world = new World();
    world.make('b');
    world.one.stop();
    world.make('c');
    world.one.start();
    world.harness.run(10);
    expect(world.make('d').one).toEqual(['initial a', 'initial b', 'initial c', 'add d']);
    expect(world.reads).toEqual(['one list', 'one watch']);
  });

  test('are left by a component whose link is cut: it misses nothing, nothing is told twice, and the others go on', () => {
    const world = new World();
    world.make('b');
    world.one.link.cut();
    expect(world.make('c')).toEqual({ one: [], two: ['add c'] });
    expect(world.cacheOf(world.one)).toEqual(['a', 'b']);
    world.one.link.join();
    expect(world.make('d')).toEqual({ one: ['add c', 'add d'], two: ['add d'] });
    expect(world.cacheOf(world.one)).toEqual(['a', 'b', 'c', 'd']);
    // It goes on from where it was: no list.
    expect(world.reads).toEqual(['one watch']);
  });

  test('are left by a component that is to lose events: only it does', () => {
    const world = new World();
    world.make('b');
    world.one.link.dropEvents('ConfigMap', 1);
    world.harness.run(10);
    expect(world.make('c')).toEqual({ one: [], two: ['add c'] });
    expect(world.make('d')).toEqual({ one: ['add d'], two: ['add d'] });
  });

  test('are left by a component whose link is slow: the others hear sooner', () => {
    const world = new World();
    world.make('b');
    world.one.link.slow({ lowMs: 100, highMs: 100 });
    world.harness.run(1000);
    world.harness.seed(map('c'));
    world.harness.run(50);
    expect(world.cacheOf(world.two)).toContain('c');
    expect(world.cacheOf(world.one)).not.toContain('c');
    world.harness.run(100);
    expect(world.cacheOf(world.one)).toContain('c');
  });
});
