/** What travels: pages before anything is clicked, and the simulation with what single labs need of it. */
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { findLabs, readLab } from '../../src/build/labs.ts';
import { LabRun } from '#sim/lab/run.ts';
import { takeAskedParts } from '#sim/part.ts';
import '#sim/parts/all.ts';
import { builtSite } from './built-site.ts';
import type { BenchPart } from './part.ts';

/** Compressed bytes of files together. */
export interface Weight {
  readonly brotli: number;
  readonly gzip: number;
}

/** Adds up files by their compressed twins; a file without twins is too small to have any and counts as it is. */
export function weigh(files: Iterable<string>): Weight {
  const weight = { brotli: 0, gzip: 0 };
  for (const file of files) {
    const { size } = statSync(file);
    weight.brotli += statSync(`${file}.br`, { throwIfNoEntry: false })?.size ?? size;
    weight.gzip += statSync(`${file}.gz`, { throwIfNoEntry: false })?.size ?? size;
  }
  return weight;
}

/** Returns scripts with all that they import at once; what they import later is not in it. */
export function withImports(files: Iterable<string>): Set<string> {
  const found = new Set<string>();
  const waiting = [...files];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    const text = readFileSync(file, 'utf8');
    for (const [, name = ''] of text.matchAll(/\b(?:from|import)\s*["'`](\.\/[^"'`]+\.js)["'`]/g)) {
      waiting.push(join(dirname(file), name));
    }
  }
  return found;
}

/** Returns the scripts that a page asks for before anything is clicked. */
export function scriptsOf(dist: string, page: string): Set<string> {
  const html = readFileSync(join(dist, page), 'utf8');
  const addresses = html.matchAll(
    /(?:<script[^>]* src|component-url|renderer-url)="[^"]*\/(_astro\/[^"]+)"/g,
  );
  return withImports([...addresses].map(([, path = '']) => join(dist, path)));
}

/** Returns the built file of a module of the worker. */
function chunk(dist: string, name: string): string {
  const pattern = new RegExp(`^${name}-[\\w-]{8}\\.js$`);
  const file = globSync('_astro/*.js', { cwd: dist }).find((path) => pattern.test(basename(path)));
  if (file === undefined) throw new Error(`the built site has no file of "${name}"`);
  return join(dist, file);
}

function kb({ brotli, gzip }: Weight): string {
  return `${(brotli / 1024).toFixed(1)} kB brotli, ${(gzip / 1024).toFixed(1)} kB gzip`;
}

export const sizesPart: BenchPart = {
  name: 'sizes',
  summary: 'what travels, compressed, without fonts',
  async run({ dist: given, print }) {
    const dist = builtSite(given);
    const text = [join(dist, 'about/index.html'), ...scriptsOf(dist, 'about/index.html')];
    print(`a page of text (about/) with its scripts: ${kb(weigh(text))}`);
    const labs = findLabs().filter(({ id }) => existsSync(join(dist, dirname(id), 'index.html')));
    const pages = [...new Set(labs.map(({ id }) => dirname(id)))];
    for (const page of pages) {
      const html = weigh([join(dist, page, 'index.html')]);
      const scripts = weigh(scriptsOf(dist, join(page, 'index.html')));
      print(`${page}/: ${kb(html)}; its scripts before anything is touched: ${kb(scripts)}`);
    }
    const core = withImports([chunk(dist, 'lab-worker'), chunk(dist, 'lab-answers')]);
    print(`the simulation's worker with its answers: ${kb(weigh(core))}`);
    const drawing = withImports([...core, chunk(dist, 'lab-drawing'), chunk(dist, 'cel')]);
    print(`what an edit adds at any lab: ${kb(difference(weigh(drawing), weigh(core)))}`);
    for (const place of labs) {
      takeAskedParts();
      const run = new LabRun({ lab: readLab(place) });
      while (!run.advance());
      const parts = takeAskedParts();
      const own = withImports([...core, ...parts.map((part) => chunk(dist, part))]);
      print(`${place.id}, worker and parts (${parts.join(', ')}): ${kb(weigh(own))}`);
    }
  },
};

function difference(all: Weight, part: Weight): Weight {
  return { brotli: all.brotli - part.brotli, gzip: all.gzip - part.gzip };
}
