import { describe, expect, test } from 'vitest';
import { podFromTemplate, podsPrefix } from '#sim/controllers/pod-control.ts';

describe('pods of a template', () => {
  const reference = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'rs', uid: 'u' };

  test('take over labels, annotations, finalizers and spec, and nothing else', () => {
    const metadata = { labels: { a: '1' }, annotations: { b: '2' }, finalizers: ['f'], name: 'no' };
    const spec = { containers: [] };
    expect(podFromTemplate({ metadata, spec }, 'rs-', reference)).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        generateName: 'rs-',
        labels: { a: '1' },
        annotations: { b: '2' },
        finalizers: ['f'],
        ownerReferences: [reference],
      },
      spec,
    });
  });

  test('are named after their owner, with a dash where that is allowed', () => {
    expect(podsPrefix('web')).toBe('web-');
    expect(podsPrefix('x'.repeat(253))).toBe('x'.repeat(253));
  });
});
