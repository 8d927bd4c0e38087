/** Reads labs from the chapters' folders, each file once per build. A missing lab fails with the labs that are there. */
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from '#sim/lab/lab-format.ts';
import { parseLab } from '#sim/lab/parse-lab.ts';

const suffix = '.lab.yaml';
const known = new Map<string, { lab: Lab; stamp: number }>();

/** Reads a lab by its chapter's folder (relative to `content/`) and its own name. Throws LabError on a mistake in it. */
export function readLab(folder: string, id: string): Lab {
  const place = join('content', folder);
  const path = join(place, `${id}${suffix}`);
  if (!existsSync(path)) {
    const names = readdirSync(place).filter((name) => name.endsWith(suffix));
    throw new Error(
      `There is no lab "${id}" in ${place}.\n` +
        `  Expected one of: ${names.map((name) => name.slice(0, -suffix.length)).join(', ') || 'none are there yet'}.\n` +
        `  Fix: write ${path}, or correct the id.`,
    );
  }
  const stamp = stampOf(place);
  const earlier = known.get(path);
  if (earlier?.stamp === stamp) return earlier.lab;
  const lab = parseLab({
    id: `${slugOf(folder)}/${id}`,
    path,
    text: readFileSync(path, 'utf8'),
    read: (name) => {
      const file = join(place, name);
      return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
    },
  });
  known.set(path, { lab, stamp });
  return lab;
}

/** The moment of the last change in a folder: while authoring, a change makes its labs be read anew. */
function stampOf(place: string): number {
  return Math.max(...readdirSync(place).map((name) => statSync(join(place, name)).mtimeMs));
}

/** The address of a chapter, which begins its labs' ids: `1-controllers/02-life` is `life`. */
function slugOf(folder: string): string {
  return folder.replace(/^.*\/\d+-/, '');
}
