import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { outlineOf, pathText, unquoted } from '#islands/editor/yaml-outline.ts';
import { parseYamlDocuments } from '#sim/api/yaml.ts';
import type { PositionNode } from '#sim/api/yaml-positions.ts';
import '#sim/parts/yaml.ts';

/** Every path of a text with its scalar. */
function outlined(text: string): string[] {
  return outlineOf(text).map(
    ({ document, steps, scalar }) => `${document} ${pathText(steps)}${scalar && ` = ${scalar}`}`,
  );
}

const text = `# a comment
kind: Deployment # with a tail
metadata: { name: web, labels: { app: "w e b", b: 1 }, list: [x, {y: z}] }
spec:
  replicas: 3

  containers:
  - name: web
    image: nginx:1.27
    script: |
      a: not a key
      - neither

    ports:
      - containerPort: 80
        name: http
      - {containerPort: 81}
    args: [sh, -c,
      "sleep 1"]
  - name: second
  after: true
  "quoted": 'it''s'
---
kind: Service
spec:
`;

describe('outlineOf', () => {
  test('finds every key and element', () => {
    expect(outlined(text)).toEqual([
      '0 kind = Deployment',
      '0 metadata',
      '0 metadata.name = web',
      '0 metadata.labels',
      '0 metadata.labels.app = "w e b"',
      '0 metadata.labels.b = 1',
      '0 metadata.list',
      '0 metadata.list[0] = x',
      '0 metadata.list[1]',
      '0 metadata.list[1].y = z',
      '0 spec',
      '0 spec.replicas = 3',
      '0 spec.containers',
      '0 spec.containers[0]',
      '0 spec.containers[0].name = web',
      '0 spec.containers[0].image = nginx:1.27',
      '0 spec.containers[0].script',
      '0 spec.containers[0].ports',
      '0 spec.containers[0].ports[0]',
      '0 spec.containers[0].ports[0].containerPort = 80',
      '0 spec.containers[0].ports[0].name = http',
      '0 spec.containers[0].ports[1]',
      '0 spec.containers[0].ports[1].containerPort = 81',
      '0 spec.containers[0].args',
      '0 spec.containers[0].args[0] = sh',
      '0 spec.containers[0].args[1] = -c',
      '0 spec.containers[0].args[2] = "sleep 1"',
      '0 spec.containers[1]',
      '0 spec.containers[1].name = second',
      '0 spec.after = true',
      "0 spec.quoted = 'it''s'",
      '1 kind = Service',
      '1 spec',
    ]);
  });

  test('knows where keys and values stand', () => {
    for (const { keyStart, keyEnd, valueStart, valueEnd, scalar, steps } of outlineOf(text)) {
      const key = steps.at(-1);
      if (typeof key === 'string') expect(unquoted(text.slice(keyStart, keyEnd))).toBe(key);
      if (scalar !== '') expect(text.slice(valueStart, valueEnd)).toBe(scalar);
    }
  });

  test('knows a collection in brackets on the line below its key', () => {
    const text = 'a:\n  {\n    b: 1,\n  }\nc: 2\n';
    const entries = outlineOf(text);
    expect(entries.map(({ steps }) => steps.join('.'))).toEqual(['a', 'a.b', 'c']);
    const [a] = entries;
    expect(text.slice(a?.valueStart, a?.valueEnd)).toBe('{\n    b: 1,\n  }');
  });

  test.each(globSync('content/**/*.yaml'))('agrees with the parser: %s', (path) => {
    const manifest = readFileSync(path, 'utf8');
    const { documents } = parseYamlDocuments(manifest);
    const parsed = documents.flatMap(({ positions }, i) =>
      pathsOf(positions, '').map((found) => `${i} ${found}`),
    );
    const ours = outlineOf(manifest).map(({ document, steps }) => `${document} ${pathText(steps)}`);
    expect(ours).toEqual(parsed);
  });

  test.each(['{', '[', '- -', 'a: {b', ': x', '"open', '- ', '}', 'a: [,,]', '{a:b', '\t- x'])(
    'ends on %j',
    (broken) => {
      expect(() => outlineOf(`${broken}\na: 1\n`)).not.toThrow();
    },
  );
});

function pathsOf(node: PositionNode, path: string): string[] {
  return [...node.children].flatMap(([key, child]) => {
    const at = child.key ? (path === '' ? key : `${path}.${key}`) : `${path}[${key}]`;
    return [at, ...pathsOf(child, at)];
  });
}
