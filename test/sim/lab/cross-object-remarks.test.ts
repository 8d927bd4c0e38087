import { describe, expect, test } from 'vitest';
import type { KubeObject } from '#sim/api/object.ts';
import { parseYamlDocuments } from '#sim/api/yaml.ts';
import { crossObjectRemarks } from '#sim/lab/cross-object-remarks.ts';

const pod = 'kind: Pod\nmetadata: { name: a, labels: { app: web, tier: front } }\n';
const service = (selector: string, more = ''): string =>
  `kind: Service\nmetadata: { name: web${more} }\nspec: { selector: ${selector} }\n`;

function paths(...manifests: string[]): string[] {
  const written = manifests.flatMap((text, file) =>
    parseYamlDocuments(text).documents.map(({ value, positions }) => ({
      object: value as unknown as KubeObject,
      positions,
      file: String(file),
    })),
  );
  return crossObjectRemarks(written).map(({ object, path }) => `${object.file} ${path}`);
}

describe('crossObjectRemarks', () => {
  test.each([
    ['a selector that fits', [pod, service('{ app: web }')], []],
    ['one label that differs', [pod, service('{ app: web, tier: back }')], ['1 spec.selector']],
    ['another namespace', [pod, service('{ app: web }', ', namespace: b')], []],
    ['no selector', [pod, service('{}')], []],
    ['no pods at all', [service('{ app: web }')], []],
    ['the same name in two files', [pod, pod], []],
    ['the same name in one file', [`${pod}---\n${pod}`], ['0 metadata.name']],
  ])('judges %s', (_what, manifests, expected) => {
    expect(paths(...manifests)).toEqual(expected);
  });
});
