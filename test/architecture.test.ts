/**
 * The fence around the layers: rules of `architecture/rules.ts` over the real tree, and each rule over a small broken one, so that
 * a rule that can no longer find anything is noticed.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  barrels,
  cycles,
  forbiddenImports,
  hostDependencies,
  misspelledImports,
  strayTests,
  withoutLayer,
  withoutUpstream,
} from './architecture/rules.ts';
import { readSource } from './architecture/source-file.ts';

const paths = globSync('src/**/*.{ts,tsx,astro}')
  .map((path) => path.replaceAll('\\', '/'))
  .sort();
const files = paths.map((path) => readSource(path, readFileSync(path, 'utf8')));
const written = files.filter((file) => !file.path.endsWith('.gen.ts'));

describe('the source tree', () => {
  test('has a layer for every file', () => {
    expect(withoutLayer(files)).toEqual([]);
  });

  test('imports only in the directions the layers allow', () => {
    expect(forbiddenImports(files)).toEqual([]);
  });

  test('writes imports in one way, and each leads to a file', () => {
    expect(misspelledImports(files, existsSync)).toEqual([]);
  });

  test('has no import cycle, types included', () => {
    expect(cycles(files)).toEqual([]);
  });

  test('keeps the simulator free of the host', () => {
    expect(hostDependencies(written)).toEqual([]);
  });

  test('has no barrel', () => {
    expect(barrels(files)).toEqual([]);
  });

  test('names the upstream source of every component file', () => {
    expect(withoutUpstream(written)).toEqual([]);
  });

  test('has a source for every test', () => {
    const tests = globSync('test/**/*.test.{ts,tsx}').map((path) => path.replaceAll('\\', '/'));
    expect(strayTests(tests.sort(), existsSync)).toEqual([]);
  });
});

describe('the rules', () => {
  const broken = (path: string, text: string): ReturnType<typeof readSource>[] => [
    readSource(path, text),
  ];

  test('name file and layers of an import that crosses the wrong way', () => {
    const file = broken('src/sim/engine/a.ts', "import type { Pod } from '../api/types.gen.ts';");
    expect(forbiddenImports(file)).toEqual([
      'src/sim/engine/a.ts may not import src/sim/api/types.gen.ts: from layer src/sim/engine/ to layer src/sim/api/',
    ]);
  });

  test('find a forbidden package, also one of Node', () => {
    const file = broken('src/sim/kubelet/a.ts', "import { readFileSync } from 'node:fs';");
    expect(forbiddenImports(file)).toHaveLength(1);
  });

  test('find forbidden imports in the scripts of an Astro file', () => {
    const text =
      "---\nimport '#sim/kubelet/kubelet.ts';\n---\n<script>import '#sim/etcd/store.ts';</script>";
    expect(forbiddenImports(broken('src/site/a.astro', text))).toHaveLength(2);
  });

  test('find a cycle of types', () => {
    const tree = [
      ...broken('src/sim/api/a.ts', "import type { B } from './b.ts';"),
      ...broken('src/sim/api/b.ts', "export type { A } from './a.ts';"),
    ];
    expect(cycles(tree)).toEqual([
      'import cycle: src/sim/api/a.ts -> src/sim/api/b.ts -> src/sim/api/a.ts',
    ]);
  });

  test.each([
    ['Date.now()', 'Date'],
    ['Math.random()', 'Math.random'],
    ['async () => 1', 'async'],
    ['setTimeout(() => 1, 1)', 'setTimeout'],
    ['document.title', 'document'],
  ])('find the host in %s', (code, name) => {
    const file = broken('src/sim/engine/a.ts', `export const a = ${code};`);
    expect(hostDependencies(file).join()).toContain(`src/sim/engine/a.ts:1 uses ${name};`);
  });

  test('leave names alone that a file declares itself', () => {
    const file = broken(
      'src/sim/api/a.ts',
      'export function a(document: { window: number }): number { return document.window; }',
    );
    expect(hostDependencies(file)).toEqual([]);
  });

  test('find files without layer, barrels, missing tags, bad paths and stray tests', () => {
    expect(withoutLayer(broken('src/utils/a.ts', ''))).toHaveLength(1);
    expect(barrels(broken('src/sim/api/a.ts', "export { b } from './b.ts';"))).toHaveLength(1);
    expect(withoutUpstream(broken('src/sim/kubelet/a.ts', '/** A part. */'))).toHaveLength(1);
    const nowhere = broken('src/views/a.ts', "import './b';\nimport '../sim/lab/run.ts';");
    expect(misspelledImports(nowhere, (path) => path === 'src/sim/lab/run.ts')).toHaveLength(2);
    expect(strayTests(['test/sim/api/gone.test.ts'], () => false)).toHaveLength(1);
    expect(
      strayTests(['test/sim/api/a.deep.test.ts'], (path) => path === 'src/sim/api/a.ts'),
    ).toEqual([]);
  });
});
