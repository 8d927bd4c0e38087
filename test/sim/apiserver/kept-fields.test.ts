import { describe, expect, test } from 'vitest';
import type { KubeObject } from '#sim/api/object.ts';
import {
  isSpecChanged,
  keepSystemMetadata,
  withOnlyStatusOf,
  withStatusOf,
} from '#sim/apiserver/kept-fields.ts';

interface Thing extends KubeObject {
  readonly spec?: unknown;
  readonly status?: unknown;
}

const owners = [{ apiVersion: 'v1', kind: 'Thing', name: 'owner', uid: 'o' }];

const stored: Thing = {
  apiVersion: 'v1',
  kind: 'Thing',
  metadata: {
    name: 'a',
    namespace: 'default',
    uid: 'u',
    generation: 3,
    resourceVersion: '7',
    creationTimestamp: '2026-01-01T00:00:00Z',
    labels: { a: 'b' },
    ownerReferences: owners,
  },
  spec: { size: 1 },
  status: { phase: 'Old' },
};

describe('keepSystemMetadata', () => {
  test('returns the very metadata that is stored when a client changes none of it', () => {
    const sent = { ...stored, metadata: { ...stored.metadata, resourceVersion: undefined } };
    expect(keepSystemMetadata(sent, stored).metadata).toBe(stored.metadata);
    const { name, labels, ownerReferences } = stored.metadata;
    const short = { ...stored, metadata: { name, labels, ownerReferences } };
    expect(keepSystemMetadata(short, stored).metadata).toBe(stored.metadata);
  });

  test('takes what a client may change and keeps the rest', () => {
    const metadata = {
      name: 'a',
      namespace: 'elsewhere',
      uid: 'other',
      generation: 9,
      creationTimestamp: '2030-01-01T00:00:00Z',
      deletionTimestamp: '2030-01-01T00:00:00Z',
      selfLink: '/x',
      managedFields: [],
      labels: { c: 'd' },
    };
    expect(keepSystemMetadata({ ...stored, metadata }, stored).metadata).toEqual({
      name: 'a',
      namespace: 'default',
      // Validation refuses it.
      uid: 'other',
      generation: 3,
      creationTimestamp: '2026-01-01T00:00:00Z',
      resourceVersion: '7',
      labels: { c: 'd' },
    });
  });

  test('leaves out what is undefined', () => {
    const kept = keepSystemMetadata({ ...stored, spec: undefined } as Thing, stored);
    expect('spec' in kept).toBe(false);
  });
});

describe('withOnlyStatusOf', () => {
  test('takes the status and the metadata but for the owners', () => {
    const metadata = { ...stored.metadata, labels: { c: 'd' }, ownerReferences: [] };
    const sent = { ...stored, metadata, spec: { size: 2 }, status: { phase: 'New' } };
    const next = withOnlyStatusOf(sent, stored) as Thing;
    expect(next.spec).toBe(stored.spec);
    expect(next.status).toEqual({ phase: 'New' });
    expect(next.metadata.labels).toEqual({ c: 'd' });
    expect(next.metadata.ownerReferences).toBe(owners);
  });

  test('drops a status that is not sent', () => {
    const { status: _status, ...sent } = stored;
    expect('status' in withOnlyStatusOf(sent, stored)).toBe(false);
  });
});

describe('withStatusOf', () => {
  test('puts the stored status, or none, in the place of the sent one', () => {
    const sent = { ...stored, status: { phase: 'New' } };
    expect(withStatusOf(sent, stored)).toEqual(stored);
    const { status: _status, ...bare } = stored;
    expect('status' in withStatusOf(sent, bare)).toBe(false);
  });
});

describe('isSpecChanged', () => {
  test('looks at everything but metadata and status', () => {
    const other = { ...stored, metadata: { name: 'b' }, status: {} };
    expect(isSpecChanged(other, stored)).toBe(false);
    expect(isSpecChanged({ ...other, spec: { size: 2 } } as Thing, stored)).toBe(true);
    expect(isSpecChanged({ ...stored, data: {} } as Thing, stored)).toBe(true);
    const { spec: _spec, ...without } = stored;
    expect(isSpecChanged(without, stored)).toBe(true);
  });
});
