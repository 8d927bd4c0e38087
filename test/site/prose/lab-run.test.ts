import { describe, expect, test } from 'vitest';
import type { Lab } from '#sim/lab/lab-format.ts';
import { outcomeOf } from '#site/prose/lab-run.ts';

const lab: Lab = {
  id: 'chapter/heal',
  title: { en: 'Heal' },
  caption: { en: 'Two pods.' },
  until: '20s',
  files: ['web.yaml'],
  texts: {
    'web.yaml': `apiVersion: apps/v1
kind: ReplicaSet
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: nginx }] }
`,
  },
  do: [{ at: '0s', run: 'kubectl apply -f web.yaml' }],
  show: { lanes: ['pods'], views: ['events'] },
  values: { pods: { expr: "size(list('Pod'))", tone: 'good' }, seed: { expr: "'one'" } },
  checks: [{ claim: { en: 'there are two pods' }, expr: "size(list('Pod')) == 2" }],
};

describe('outcomeOf', () => {
  test('gives the values of the run with their meaning, and runs a lab once', () => {
    const outcome = outcomeOf(lab);
    expect(outcome.numbers.get('pods')).toEqual({ value: 2, unit: undefined, tone: 'good' });
    expect(outcome.numbers.get('seed')?.value).toBe('one');
    expect(outcomeOf(lab)).toBe(outcome);
  });

  test('fails with the claim, its expression and what it gave when the run does not bear it out', () => {
    const claim = { claim: { en: 'there are nine pods' }, expr: "size(list('Pod')) == 9" };
    expect(() => outcomeOf({ ...lab, checks: [...lab.checks, claim] })).toThrow(
      /lab chapter\/heal: what is claimed is not true[\s\S]*"there are nine pods"[\s\S]*== 9 is false/,
    );
  });

  test('fails on a mistake in an expression', () => {
    const claim = { claim: { en: 'nonsense' }, expr: 'size(' };
    expect(() => outcomeOf({ ...lab, checks: [claim] })).toThrow('"nonsense"');
  });
});
