import { describe, expect, test } from 'vitest';
import { World } from './world.ts';

describe('a request', () => {
  test('is answered within a millisecond by an idle server', () => {
    const world = new World();
    const { pod } = world.serve(world.two, 'hello');
    const { outcome, tookMs } = world.ask(pod.ip);
    expect(outcome).toMatchObject({ kind: 'response', response: { status: 200, body: 'hello' } });
    expect(tookMs).toBeLessThanOrEqual(1);
  });

  test('is refused at once where the address has nothing on the port', () => {
    const world = new World();
    const { pod } = world.serve(world.two, 'hello');
    expect(world.ask(pod.ip, { port: 9090 }).outcome).toEqual({ kind: 'refused' });
  });

  test('is refused after the listener has closed, and the open one goes on', () => {
    const world = new World();
    const { pod, listener } = world.serve(world.two, 'slow', 500);
    world.engine.schedule(100, () => listener?.close());
    expect(world.ask(pod.ip).outcome).toMatchObject({ kind: 'response' });
    expect(world.ask(pod.ip).outcome).toEqual({ kind: 'refused' });
  });

  test('gets no answer from an address that is gone, until its patience ends', () => {
    const world = new World();
    const { pod } = world.serve(world.two, 'hello');
    world.two.detachPod('hello');
    const { outcome, tookMs } = world.ask(pod.ip);
    expect(outcome).toEqual({ kind: 'timeout' });
    expect(tookMs).toBe(2_000);
  });

  test('gives up by itself after 131 seconds of silence', () => {
    const world = new World();
    const { outcome, tookMs } = world.ask('10.244.1.77', { timeoutMs: Infinity });
    expect(outcome).toEqual({ kind: 'timeout' });
    expect(tookMs).toBe(131_000);
  });

  test('arrives with a retransmitted SYN when the address comes into being meanwhile', () => {
    const world = new World();
    world.engine.schedule(1_500, () => void world.serve(world.two, 'late'));
    const { outcome, tookMs } = world.ask('10.244.1.2', { timeoutMs: 10_000 });
    expect(outcome).toMatchObject({ kind: 'response', response: { body: 'late' } });
    expect(tookMs).toBeGreaterThanOrEqual(2_000);
    expect(tookMs).toBeLessThanOrEqual(2_002);
  });

  test('ends without an answer when the process dies while it is served', () => {
    const world = new World();
    const { pod, listener } = world.serve(world.two, 'slow', 500);
    world.engine.schedule(100, () => listener?.abort());
    const { outcome, tookMs } = world.ask(pod.ip);
    expect(outcome).toEqual({ kind: 'eof' });
    expect(tookMs).toBeLessThanOrEqual(101);
  });

  test('is reset when the process dies after the connection and before the request has arrived', () => {
    const world = new World();
    world.network.latency = {
      ...world.network.latency,
      betweenNodes: { lowMs: 50, highMs: 50 },
    };
    const { pod, listener } = world.serve(world.two, 'hello');
    world.engine.schedule(100, () => listener?.abort());
    expect(world.ask(pod.ip).outcome).toEqual({ kind: 'reset' });
  });

  test('hangs when the address is taken away under it', () => {
    const world = new World();
    const { pod } = world.serve(world.two, 'slow', 500);
    world.engine.schedule(100, () => world.two.detachPod('slow'));
    const { outcome, tookMs } = world.ask(pod.ip);
    expect(outcome).toEqual({ kind: 'response-timeout' });
    expect(tookMs).toBe(2_000);
  });

  test('is given up while a server is slow, and the server is told', () => {
    const world = new World();
    let isTold = false;
    const { engine } = world;
    const pod = world.pod(world.two, 'slow');
    pod.listen(8080, {
      *serve() {
        try {
          yield* engine.delay(10_000);
        } finally {
          isTold = true;
        }
        return { status: 200, headers: {}, body: '' };
      },
    });
    expect(world.ask(pod.ip).outcome).toEqual({ kind: 'response-timeout' });
    engine.run(engine.nowMs + 1);
    expect(isTold).toBe(true);
  });

  test('does not reach the other side of a cut, though the own node still answers', () => {
    const world = new World();
    const { pod: near } = world.serve(world.one, 'near');
    const { pod: far } = world.serve(world.two, 'far');
    world.two.isCut = true;
    expect(world.ask(far.ip).outcome).toEqual({ kind: 'timeout' });
    expect(world.ask(near.ip).outcome).toMatchObject({ kind: 'response' });
  });

  test('finds no host of an unknown name and no route to an address outside', () => {
    const world = new World();
    expect(world.ask('nowhere').outcome).toEqual({ kind: 'unknown-host' });
    expect(world.ask('192.0.2.1').outcome).toEqual({ kind: 'no-route' });
  });

  test('of the wrong scheme is no timeout', () => {
    const world = new World();
    const { pod } = world.serve(world.one, 'plain');
    expect(world.ask(pod.ip, { scheme: 'HTTPS' }).outcome).toEqual({ kind: 'wrong-scheme' });
  });
});
