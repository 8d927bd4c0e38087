import { describe, expect, test } from 'vitest';
import { compareSequence } from '#cli/parity/exchanges.ts';
import type { Sequence } from '#cli/parity/exchanges.ts';

const path = '/api/v1/namespaces/{ns}/configmaps';
const body = (data: string, version = ''): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'a', ...(version === '' ? {} : { resourceVersion: version }) },
    data: { k: data },
  });
const stored = (data: string): unknown => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    name: 'a',
    namespace: 'n',
    uid: '5b71166a-bb5e-4854-871f-805391d521c5',
    resourceVersion: '33749',
    creationTimestamp: '2026-11-23T13:29:49Z',
    managedFields: [{ manager: 'curl' }],
  },
  data: { k: data },
});
const conflict = {
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message:
    'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
  reason: 'Conflict',
  details: { name: 'a', kind: 'configmaps' },
  code: 409,
};
const json = { contentType: 'application/json' };

const sequence: Sequence = {
  name: 'concurrency',
  namespace: 'n',
  exchanges: [
    {
      request: { method: 'POST', path, body: body('1') },
      code: 201,
      response: stored('1'),
      ...json,
    },
    { sleep: 1 },
    {
      request: { method: 'PUT', path: `${path}/a`, body: body('2', '{rv:ConfigMap/a}') },
      code: 200,
      response: stored('2'),
      ...json,
    },
    {
      request: { method: 'PUT', path: `${path}/a`, body: body('3', '1') },
      code: 409,
      response: conflict,
      ...json,
    },
  ],
};

/** The names of the answers that differ after a piece of the recording was changed. */
function differing(from = '', to = ''): string[] {
  const text = JSON.stringify(sequence);
  if (from !== '') expect(text).toContain(from);
  const changed = JSON.parse(from === '' ? text : text.replaceAll(from, to)) as Sequence;
  return compareSequence('api', changed)
    .filter(({ differences }) => differences.length > 0)
    .map(({ name }) => name);
}

describe('a sequence of requests', () => {
  test('matches answer by answer, with values of earlier answers filled in', () => {
    expect(compareSequence('api', sequence)).toHaveLength(3);
    expect(differing()).toEqual([]);
  });

  test.each([
    ['another code', '"code":201', '"code":200', ['api/concurrency 1']],
    ['another field', '"data":{"k":"2"}', '"data":{"k":"9"}', ['api/concurrency 3']],
    ['another word', 'has been modified', 'has been changed', ['api/concurrency 4']],
    ['another reason', '"reason":"Conflict"', '"reason":"Invalid"', ['api/concurrency 4']],
  ])('does not match with %s', (_what, from, to, names) => {
    expect(differing(from, to)).toEqual(names);
  });

  test('does not match without a warning that was recorded', () => {
    const [first, ...rest] = sequence.exchanges;
    const warned = { ...first, warnings: ['299 - "unknown field \\"spec\\""'] };
    const [found] = compareSequence('api', { ...sequence, exchanges: [warned, ...rest] });
    expect(found?.differences[0]?.what).toContain('warnings');
  });

  test('names what cannot be sent, and what comes after a write of that sort', () => {
    const apply = {
      request: {
        method: 'PATCH',
        path: `${path}/a`,
        body: '{}',
        contentType: 'application/apply-patch+yaml',
      },
      code: 200,
      ...json,
    };
    const verdicts = compareSequence('api', {
      ...sequence,
      exchanges: [apply, ...sequence.exchanges],
    });
    expect(verdicts.map(({ missing }) => missing)).toEqual([
      'server-side apply',
      'after server-side apply',
      'after server-side apply',
      'after server-side apply',
    ]);
  });
});
