import { describe, expect, test } from 'vitest';
import type { Node, Pod } from '#sim/api/types.gen.ts';
import { Random } from '#sim/engine/random.ts';
import { SchedulingCycle } from '#sim/scheduler/cycle.ts';
import type { NodeFilter, NodeScorer } from '#sim/scheduler/framework.ts';
import type { NodeInfo } from '#sim/scheduler/node-info.ts';
import { NodeVerdicts, VerdictsBySignature } from '#sim/scheduler/node-verdicts.ts';
import { Nominator } from '#sim/scheduler/nominator.ts';
import { PodInfo } from '#sim/scheduler/pod-info.ts';
import { cacheOf, node, pod } from './objects.ts';
import type { PodFields } from './objects.ts';

const rejection = { plugin: 'Test', reasons: ['no'], isResolvable: true };

/** A filter and a scorer that count how often they are asked. */
function counting(localVersion?: number): NodeFilter & NodeScorer & { asked: number } {
  return {
    isLocal: true,
    ...(localVersion === undefined ? {} : { localVersion }),
    asked: 0,
    check({ podsMax }) {
      this.asked += 1;
      return podsMax < 10 ? rejection : undefined;
    },
    score({ podsMax }) {
      this.asked += 1;
      return podsMax;
    },
  };
}

function onlyNode(of: Node): { info: NodeInfo; set: (next: Node) => void } {
  const cache = cacheOf([of]);
  return { info: cache.nodes[0]!, set: (next) => cache.setNode(next) };
}

describe('verdicts about nodes', () => {
  test('are given once and hold until the node object changes', () => {
    const { info, set } = onlyNode(node('a', { pods: '5' }));
    const verdicts = new NodeVerdicts();
    const filter = counting();
    expect(verdicts.check(info, [filter])).toBe(rejection);
    expect(verdicts.check(info, [filter])).toBe(rejection);
    expect(filter.asked).toBe(1);
    set(node('a', { pods: '50' }));
    expect(verdicts.check(info, [filter])).toBeUndefined();
    expect(filter.asked).toBe(2);
  });

  test('hold until a pod comes to the node or goes', () => {
    const { info } = onlyNode(node('a'));
    const verdicts = new NodeVerdicts();
    const filter = counting();
    const guest = new PodInfo(pod('guest'));
    verdicts.check(info, [filter]);
    info.addPod(guest);
    verdicts.check(info, [filter]);
    info.removePod(guest);
    verdicts.check(info, [filter]);
    expect(filter.asked).toBe(3);
  });

  test('hold as scores for one version of what the scorer knows beside the node', () => {
    const { info } = onlyNode(node('a', { pods: '7' }));
    const verdicts = new NodeVerdicts();
    const scores: number[] = [];
    const before = counting(1);
    verdicts.score('Test', before, [info], scores);
    verdicts.score('Test', before, [info], scores);
    expect([scores, before.asked]).toEqual([[7], 1]);
    const after = counting(2);
    verdicts.score('Test', after, [info], scores);
    expect(after.asked).toBe(1);
  });

  test('are asked for each time where a scorer depends on other nodes', () => {
    const { info } = onlyNode(node('a'));
    const verdicts = new NodeVerdicts();
    const scorer = counting();
    verdicts.score('Test', scorer, [info], []);
    verdicts.score('Test', scorer, [info], []);
    expect(scorer.asked).toBe(2);
  });

  test('are forgotten for the signature that was used longest ago', () => {
    const all = new VerdictsBySignature();
    const first = all.of('first');
    const second = all.of('second');
    for (let count = 0; count < 30; count += 1) all.of(`other-${count}`);
    expect(all.of('first')).toBe(first);
    all.of('one more');
    expect(all.of('first')).toBe(first);
    expect(all.of('second')).not.toBe(second);
  });
});

describe('the signature of a pod', () => {
  const signature = (of: Pod): string => new PodInfo(of).signature;

  test('is the same for pods of one template', () => {
    expect(signature(pod('a', { labels: { app: 'x' } }))).toBe(signature(pod('b')));
  });

  test.each<[string, Pod]>([
    ['requests', pod('a', { requests: { cpu: '1' } })],
    ['extended resources', pod('a', { requests: { 'example.com/gpu': '1' } })],
    ['the image', pod('a', { image: 'other' })],
    ['tolerations', pod('a', { spec: { tolerations: [{ operator: 'Exists' }] } })],
    ['the node selector', pod('a', { spec: { nodeSelector: { disk: 'ssd' } } })],
    [
      'host ports',
      pod('a', {
        spec: {
          containers: [{ name: 'app', image: 'app', ports: [{ containerPort: 1, hostPort: 1 }] }],
        },
      }),
    ],
    [
      'node affinity',
      pod('a', {
        spec: {
          affinity: {
            nodeAffinity: {
              preferredDuringSchedulingIgnoredDuringExecution: [
                { weight: 1, preference: { matchExpressions: [{ key: 'x', operator: 'Exists' }] } },
              ],
            },
          },
        },
      }),
    ],
  ])('differs by %s', (_what, other) => {
    expect(signature(other)).not.toBe(signature(pod('b')));
  });
});

test('an attempt with what is known from earlier ones is the attempt of a scheduler that knows nothing', () => {
  const large = { names: ['app:latest'], sizeBytes: 500_000_000 };
  const nodes = Array.from({ length: 8 }, (_, index) =>
    node(`node-${index}`, {
      cpu: `${2 + (index % 3)}`,
      pods: '4',
      labels: { disk: index % 2 === 0 ? 'ssd' : 'hdd' },
      images: index < 3 ? [large] : [],
      taints: index === 7 ? [{ key: 'old', effect: 'PreferNoSchedule' }] : [],
    }),
  );
  const cache = cacheOf(nodes);
  const knowing = new SchedulingCycle(cache, new Nominator(), new Random(3, 'x'));
  const shapes: readonly PodFields[] = [
    { labels: { app: 'x' } },
    { requests: { cpu: '700m', memory: '1Gi' } },
    { spec: { nodeSelector: { disk: 'ssd' } }, requests: { cpu: '300m' } },
  ];
  const outcomes: string[] = [];
  for (let step = 0; step < 40; step += 1) {
    if (step === 10) cache.setNode(node('node-1', { cpu: '8', pods: '4', images: [large] }));
    if (step === 20) cache.deleteNode(nodes[2]!);
    if (step === 25) cache.setNode(node('node-5', { unschedulable: true, cpu: '3', pods: '4' }));
    const info = new PodInfo(pod(`p-${step}`, shapes[step % shapes.length]));
    const { node: chosen, feasible, rejections, totals, scores } = knowing.attempt(info);
    const known = {
      feasible: feasible.map(({ name }) => name),
      rejections: [...rejections].map(([{ name }, { reasons }]) => [name, reasons]),
      totals: [...totals],
      scores: scores.map((own) => [own.plugin, [...own.scores]]),
    };
    const fresh = new SchedulingCycle(cache, new Nominator(), new Random(3, 'x')).attempt(info);
    const byName = (names: readonly string[]): string[] => [...names].sort();
    expect(byName(known.feasible)).toEqual(byName(fresh.feasible.map(({ name }) => name)));
    const totalOf = (of: readonly { name: string }[], all: readonly number[]): unknown =>
      Object.fromEntries(of.map(({ name }, index) => [name, all[index]]));
    expect(
      totalOf(
        known.feasible.map((name) => ({ name })),
        known.totals,
      ),
    ).toEqual(totalOf(fresh.feasible, fresh.totals));
    expect(new Map(known.rejections as [string, unknown][])).toEqual(
      new Map([...fresh.rejections].map(([{ name }, { reasons }]) => [name, reasons])),
    );
    expect(known.scores.map(([plugin]) => plugin)).toEqual(
      fresh.scores.map(({ plugin }) => plugin),
    );
    outcomes.push(chosen?.name ?? '-');
    if (chosen !== undefined) cache.assume(info, chosen);
  }
  expect(outcomes).toContain('-');
  expect(new Set(outcomes).size).toBeGreaterThan(5);
});
