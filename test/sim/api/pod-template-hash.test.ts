import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { deepFreeze } from '#sim/api/freeze.ts';
import { dumpPodTemplate } from '#sim/api/go-dump.ts';
import {
  computeHash,
  hashControllerRevision,
  safeEncodeString,
} from '#sim/api/pod-template-hash.ts';
import type { PodTemplateSpec } from '#sim/api/types.gen.ts';

const folder = new URL('../../recordings/hashes/', import.meta.url);

function readLines<T>(text: string): T[] {
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}

interface DumpRow {
  from: string;
  template: PodTemplateSpec;
  dump: string;
  hash: string;
}

interface HashRow {
  kind: 'ReplicaSet' | 'ControllerRevision';
  owner?: 'DaemonSet' | 'StatefulSet';
  hash: string;
  template?: PodTemplateSpec;
  data?: { spec: { template: PodTemplateSpec & { $patch: string } } };
  from: string;
}

const dumps = readLines<DumpRow>(
  gunzipSync(readFileSync(new URL('pod-template-dumps.jsonl.gz', folder))).toString('utf8'),
);
const hashes = readLines<HashRow>(readFileSync(new URL('templates.jsonl', folder), 'utf8'));

test('every row of the recordings is here', () => {
  expect(dumps.length).toBe(51);
  expect(hashes.length).toBe(184);
});

describe('dumps recorded from Go', () => {
  test.each(dumps)('$from', ({ template, dump, hash }) => {
    expect(dumpPodTemplate(template)).toBe(dump);
    expect(computeHash(template)).toBe(hash);
  });
});

describe('hashes recorded from a cluster', () => {
  test.each(hashes.map((row, line) => ({ line, ...row })))(
    '$kind of $owner in $from, line $line',
    ({ owner, hash, template, data }) => {
      if (template) {
        expect(computeHash(template)).toBe(hash);
      } else if (owner === 'DaemonSet') {
        const { $patch, ...rest } = data!.spec.template;
        expect($patch).toBe('replace');
        expect(computeHash(rest)).toBe(hash);
      } else {
        expect(hashControllerRevision(data, 0)).toBe(hash);
      }
    },
  );
});

const template = dumps[0]!.template;

test('a collision count of 0 is another hash than none, and each count is its own', () => {
  const values = [undefined, 0, 1, 256, 70_000].map((count) => computeHash(template, count));
  expect(new Set(values).size).toBe(5);
});

test('a frozen template is hashed once and answers the same', () => {
  const frozen = deepFreeze(structuredClone(template));
  expect(computeHash(frozen)).toBe(dumps[0]!.hash);
  expect(computeHash(frozen)).toBe(dumps[0]!.hash);
  expect(computeHash(frozen, 1)).not.toBe(dumps[0]!.hash);
});

test('a template that is changed after it was hashed has another hash', () => {
  const copy = structuredClone(template) as { spec: { nodeName?: string } } & PodTemplateSpec;
  expect(computeHash(copy)).toBe(dumps[0]!.hash);
  copy.spec.nodeName = 'node-1';
  expect(computeHash(copy)).not.toBe(dumps[0]!.hash);
});

test('the order of keys in a revision does not matter', () => {
  expect(hashControllerRevision({ b: 1, a: { d: '<', c: 2 } }, 0)).toBe(
    hashControllerRevision({ a: { c: 2, d: '<' }, b: 1 }, 0),
  );
});

test('an encoded string has no vowels', () => {
  expect(safeEncodeString('0123456789')).toBe('456789bcdf');
});
