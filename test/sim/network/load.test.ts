import { describe, expect, test } from 'vitest';
import { LoadClient, parseTarget, startLoad } from '#sim/network/load.ts';
import { RequestLog } from '#sim/network/request-log.ts';
import { World } from './world.ts';

describe('the address of a load client', () => {
  test.each([
    ['http://web/', { host: 'web', port: 80, path: '/' }],
    ['http://web.shop:8080/a/b?c=d', { host: 'web.shop', port: 8080, path: '/a/b?c=d' }],
    ['http://10.0.0.1', { host: '10.0.0.1', port: 80, path: '/' }],
    ['https://web/', undefined],
    ['http://web:99999/', undefined],
    ['web', undefined],
  ])('%s', (url, target) => {
    expect(parseTarget(url)).toEqual(target);
  });
});

describe('a load client', () => {
  function load(world: World, declaration: Partial<Parameters<typeof startLoad>[2][number]>) {
    const log = new RequestLog();
    startLoad(world.network, log, [
      { name: 'client', url: 'http://10.244.1.2:8080/', ratePerSecond: 10, ...declaration },
    ]);
    return log;
  }

  test('sends at its rate between start and stop, and keeps every request', () => {
    const world = new World();
    world.serve(world.two, 'web-1');
    const log = load(world, { ratePerSecond: 3, startMs: 1_000, stopMs: 3_000 });
    world.engine.run(10_000);
    const rows = log.rows();
    expect(rows.map(({ t }) => t)).toEqual([1_000, 1_333, 1_666, 2_000, 2_333, 2_666]);
    expect(rows[0]).toMatchObject({
      client: 'client',
      outcome: '200',
      pod: 'web-1',
      node: 'node-1',
      entry: -1,
    });
  });

  test('sends on while earlier requests hang, up to its limit', () => {
    const world = new World();
    world.serve(world.two, 'slow', 5_000);
    const log = load(world, { stopMs: 1_000, timeoutMs: 2_000, inFlightMax: 4 });
    world.engine.run(10_000);
    const counts = log.rows().map(({ outcome, ms }) => `${outcome} ${ms}`);
    expect(counts.slice(0, 5)).toEqual([...new Array(4).fill('timeout 2000'), 'not-sent 0']);
  });

  test('tells its patience for the connection from that for the answer', () => {
    const world = new World();
    const log = load(world, { stopMs: 100, connectTimeoutMs: 500, timeoutMs: 2_000 });
    world.engine.run(10_000);
    expect(log.row(0)).toMatchObject({ outcome: 'connect-timeout', ms: 500 });
  });

  test('records a failure as caused by what closed the port', () => {
    const world = new World();
    const { engine } = world;
    const { listener } = world.serve(world.two, 'web-1');
    const exit = engine.record('runtime', 'container-exited', 'Pod/default/web-1');
    listener?.abort();
    const log = load(world, { stopMs: 100 });
    engine.run(1_000);
    const row = log.row(0);
    expect(row.outcome).toBe('refused');
    expect(engine.trace.entry(row.entry)).toMatchObject({ verb: 'request-failed', cause: exit });
  });

  test('with keep-alive stays with its pod, whatever else there is, and dials again when that exits', () => {
    const world = new World();
    const { listener } = world.serve(world.two, 'web-1');
    const log = load(world, { keepAlive: true, stopMs: 2_000 });
    world.engine.schedule(950, () => listener?.abort());
    world.engine.run(10_000);
    expect(log.rows().map(({ outcome }) => outcome)).toEqual([
      ...new Array<string>(10).fill('200'),
      ...new Array<string>(10).fill('refused'),
    ]);
  });

  test('with keep-alive is not moved by a listener that takes no more connections', () => {
    const world = new World();
    const { listener } = world.serve(world.two, 'web-1');
    const log = load(world, { keepAlive: true, stopMs: 1_000 });
    world.engine.schedule(450, () => listener?.close());
    world.engine.run(10_000);
    expect(new Set(log.rows().map(({ outcome }) => outcome))).toEqual(new Set(['200']));
  });

  test('stops when told to', () => {
    const world = new World();
    world.serve(world.two, 'web-1');
    const log = new RequestLog();
    const declaration = { name: 'c', url: 'http://10.244.1.2:8080/', ratePerSecond: 10 };
    const client = new LoadClient(world.network, log, declaration);
    client.start();
    world.engine.run(450);
    client.stop();
    world.engine.run(10_000);
    expect(log.length).toBe(5);
  });

  test('takes at most two steps of the engine for a request to an idle server', () => {
    const world = new World();
    world.serve(world.two, 'web-1');
    const log = load(world, { ratePerSecond: 500, stopMs: 60_000 });
    world.engine.run(60_000);
    expect(log.length).toBe(30_000);
    expect(world.engine.steps / log.length).toBeLessThanOrEqual(2);
  });

  test('says what is wrong with a declaration', () => {
    const world = new World();
    expect(() => load(world, { url: 'ftp://web' })).toThrow('"ftp://web" is not an http address');
    expect(() => load(world, { from: 'node-9' })).toThrow('there is no node "node-9"');
    expect(() => load(world, { ratePerSecond: 0 })).toThrow('the rate must be above 0');
  });
});
