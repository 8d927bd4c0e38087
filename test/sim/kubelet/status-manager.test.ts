import { describe, expect, test } from 'vitest';
import type { TraceEntry } from '#sim/engine/trace.ts';
import { TestNode } from './node.ts';

const pulled = { 'slow.example/web:1': { pullMs: 700, isPresent: false, sizeBytes: 1 } };
const spec = { containers: [{ name: 'web', image: 'slow.example/web:1' }] };

/** The writes of a pod's status, each with the chain of what led to it. */
function writes(node: TestNode, name: string): TraceEntry[][] {
  const { trace } = node.harness.engine;
  return [...trace.entries({ verb: 'updated' })]
    .filter(({ object }) => object === `Pod/default/${name}`)
    .map(({ id }) => trace.chain(id));
}

describe('the cause of a status write', () => {
  test('is the container that started, not the write before it', () => {
    const node = new TestNode(pulled);
    node.create('web', spec);
    node.run(4_000);
    const running = writes(node, 'web')
      .at(-1)
      ?.map(({ verb }) => verb);
    expect(node.pod('web')?.status?.phase).toBe('Running');
    expect(running?.[1]).toBe('container-started');
    expect(running).toEqual(expect.arrayContaining(['pulled', 'pulling', 'sandbox-created']));
  });
});
