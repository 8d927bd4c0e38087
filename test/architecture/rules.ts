/** The rules of architecture as pure functions from source files to sentences; no sentence means the rule holds. */
import { bannedInSim, followsUpstream, layers, unmirrored } from './layers.ts';
import type { Layer } from './layers.ts';
import { hostNames, isBarrel } from './source-file.ts';
import type { SourceFile } from './source-file.ts';

/** Finds the layer of a path: the longest that it begins with. */
export function layerOf(path: string): Layer | undefined {
  return layers
    .filter(
      (layer) => path === layer.path || (layer.path.endsWith('/') && path.startsWith(layer.path)),
    )
    .sort((a, b) => b.path.length - a.path.length)[0];
}

/** Files that belong to no layer. */
export function withoutLayer(files: readonly SourceFile[]): string[] {
  return files
    .filter((file) => layerOf(file.path) === undefined)
    .map(
      (file) =>
        `${file.path} is in no layer: add one to test/architecture/layers.ts, or move the file`,
    );
}

/** Imports that cross layers in a direction the table does not have, or reach for a package or a host that the layer may not use. */
export function forbiddenImports(files: readonly SourceFile[]): string[] {
  const found: string[] = [];
  for (const file of files) {
    const from = layerOf(file.path);
    if (from === undefined) continue;
    for (const { specifier, target } of file.imports) {
      if (target === undefined) {
        const name = packageName(specifier);
        if (from.packages !== 'any' && !from.packages.includes(name)) {
          found.push(
            `${file.path} may not import the package ${name}: layer ${from.path} has no such package`,
          );
        }
        continue;
      }
      const to = layerOf(target);
      if (to === undefined || to === from || from.imports === 'any') continue;
      if (!from.imports.includes(to.path)) {
        found.push(
          `${file.path} may not import ${target}: from layer ${from.path} to layer ${to.path}`,
        );
      }
    }
  }
  return found;
}

function packageName(specifier: string): string {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? specifier);
}

/** Imports that are written in another way than the project writes them, or that lead nowhere. */
export function misspelledImports(
  files: readonly SourceFile[],
  exists: (path: string) => boolean,
): string[] {
  const found: string[] = [];
  for (const file of files) {
    for (const { specifier, target } of file.imports) {
      if (target === undefined) continue;
      if (!exists(target)) {
        found.push(
          `${file.path} imports ${specifier}, which is no file: write the extension, check the path`,
        );
        continue;
      }
      const [home, there] = [topFolder(file.path), topFolder(target)];
      if (
        specifier.startsWith('.') &&
        home !== undefined &&
        there !== undefined &&
        home !== there
      ) {
        found.push(
          `${file.path} imports ${specifier}: across top-level folders write #${target.slice(4)}`,
        );
      }
      if (specifier.startsWith('#') && home === there) {
        found.push(`${file.path} imports ${specifier}: within src/${home} write a relative path`);
      }
    }
  }
  return found;
}

function topFolder(path: string): string | undefined {
  return /^src\/([^/]+)\//.exec(path)?.[1];
}

/** Import cycles, types included: one sentence for each group of files that reach one another. */
export function cycles(files: readonly SourceFile[]): string[] {
  const edges = new Map(
    files.map((file) => [
      file.path,
      [...new Set(file.imports.flatMap(({ target }) => target ?? []))],
    ]),
  );
  const finished = new Set<string>();
  const found: string[] = [];
  const walk = (path: string, trail: string[]): void => {
    const seenAt = trail.indexOf(path);
    if (seenAt !== -1) {
      found.push(`import cycle: ${[...trail.slice(seenAt), path].join(' -> ')}`);
      return;
    }
    if (finished.has(path)) return;
    for (const next of edges.get(path) ?? []) {
      if (edges.has(next)) walk(next, [...trail, path]);
    }
    finished.add(path);
  };
  for (const path of [...edges.keys()].sort()) walk(path, []);
  return found;
}

/** Names in the simulator that would make a run depend on more than its inputs. */
export function hostDependencies(files: readonly SourceFile[]): string[] {
  return files
    .filter((file) => file.path.startsWith('src/sim/'))
    .flatMap((file) =>
      hostNames(file).flatMap(({ name, line }) => {
        const instead =
          name === 'Math.random'
            ? '`engine.random(name)`'
            : name === 'async' || name === 'await'
              ? 'a generator process and `yield*`'
              : bannedInSim.get(name);
        return instead === undefined
          ? []
          : [`${file.path}:${line} uses ${name}; in src/sim use ${instead}`];
      }),
    );
}

/** Files that only pass on what others export. */
export function barrels(files: readonly SourceFile[]): string[] {
  return files
    .filter((file) => isBarrel(file) || /\/index\.tsx?$/.test(file.path))
    .map((file) => `${file.path} is a barrel: import from the file that has the thing`);
}

/** Simulator files that do not say which upstream source they follow. */
export function withoutUpstream(files: readonly SourceFile[]): string[] {
  return files
    .filter((file) => followsUpstream.some((folder) => file.path.startsWith(folder)))
    .filter((file) => !/^\s*\/\*\*[\s\S]*?\b(?:Upstream|Ours):\s*\S[\s\S]*?\*\//.test(file.text))
    .map(
      (file) =>
        `${file.path} has neither "Upstream: path Symbol" nor "Ours: what it is for" in its header`,
    );
}

/** Tests that mirror no source file. `a/b.test.ts` and `a/b.<aspect>.test.ts` mirror `src/a/b.ts`, `.tsx`, `.astro` or `.css`. */
export function strayTests(tests: readonly string[], exists: (path: string) => boolean): string[] {
  return tests
    .filter(
      (test) =>
        !unmirrored.some(
          (place) => test === place || (place.endsWith('/') && test.startsWith(place)),
        ),
    )
    .flatMap((test) => {
      const [stem = ''] = test
        .replace(/^test\//, 'src/')
        .replace(/\.test\.tsx?$/, '')
        .split(/\.(?=[^/]*$)/);
      const sources = ['.ts', '.tsx', '.astro', '.css'].map((extension) => `${stem}${extension}`);
      return sources.some(exists)
        ? []
        : [`${test} mirrors no source: ${sources[0]} does not exist`];
    });
}
