import { describe, expect, test } from 'vitest';
import { fitErrorMessage } from '#sim/scheduler/fit-error.ts';
import type { Rejection } from '#sim/scheduler/framework.ts';

function times(count: number, ...reasons: string[]): Rejection[] {
  return new Array<Rejection>(count).fill({ plugin: 'Some', reasons, isResolvable: true });
}

describe('the message of a pod that fits nowhere', () => {
  test.each([
    [
      'one reason',
      3,
      times(3, 'Insufficient cpu'),
      '',
      '0/3 nodes are available: 3 Insufficient cpu.',
    ],
    [
      'several reasons of one node',
      3,
      times(3, 'Insufficient cpu', 'Insufficient memory'),
      '',
      '0/3 nodes are available: 3 Insufficient cpu, 3 Insufficient memory.',
    ],
    [
      'reasons sorted as text, counts included',
      12,
      [...times(2, 'Too many pods'), ...times(10, 'Insufficient cpu')],
      '',
      '0/12 nodes are available: 10 Insufficient cpu, 2 Too many pods.',
    ],
    [
      'what preemption says after it',
      3,
      times(3, 'Insufficient cpu'),
      'no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never',
      '0/3 nodes are available: 3 Insufficient cpu. no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never.',
    ],
  ])('has %s', (_what, nodesTotal, rejections, postFilterMessage, message) => {
    expect(fitErrorMessage({ nodesTotal, rejections, postFilterMessage })).toBe(message);
  });

  test('counts nodes that were not looked at under one reason', () => {
    const message = fitErrorMessage({
      nodesTotal: 3,
      rejections: times(1, "node(s) didn't have free ports for the requested pod ports"),
      absentReason: "node(s) didn't satisfy plugin(s) [NodeAffinity]",
      postFilterMessage: '',
    });
    expect(message).toBe(
      "0/3 nodes are available: 1 node(s) didn't have free ports for the requested pod ports, 2 node(s) didn't satisfy plugin(s) [NodeAffinity].",
    );
  });

  test('gives a reason of the whole pod without a count', () => {
    const message = fitErrorMessage({
      nodesTotal: 3,
      rejections: [],
      preFilterReason: 'pod affinity terms conflict',
      postFilterMessage: '',
    });
    expect(message).toBe('0/3 nodes are available: pod affinity terms conflict.');
  });
});
