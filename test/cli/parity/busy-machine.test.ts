import { expect, test } from 'vitest';
import { latenessOf } from '#cli/parity/busy-machine.ts';

const nodes = ['node-1', 'node-2'];

test('odd seeds have the quiet machine of labs', () => {
  expect([1, 3, 5].map((seed) => latenessOf(seed, nodes))).toEqual([{}, {}, {}]);
});

test('even seeds draw for each component once how late it is, the same for one seed', () => {
  const drawn = latenessOf(2, nodes);
  expect(drawn).toEqual(latenessOf(2, nodes));
  expect(drawn).not.toEqual(latenessOf(4, nodes));
  expect(Object.keys(drawn)).toEqual(
    expect.arrayContaining(['kube-scheduler', 'kubelet/node-1', 'kube-proxy/node-2']),
  );
  expect(Object.values(drawn).every(({ lowMs, highMs }) => lowMs === 0 && highMs <= 40)).toBe(true);
});
