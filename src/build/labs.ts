/** Finds and reads the labs of the course: `content/<part>/<NN-chapter>/<name>.lab.yaml`. */
import { globSync, readFileSync, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseLab } from '#sim/lab/parse-lab.ts';
import type { Lab } from '#sim/lab/lab-format.ts';

const contentRoot = join(dirname(fileURLToPath(import.meta.url)), '../../content');

/** Where a lab stands. */
export interface LabPlace {
  /** `<chapter slug>/<name>`. */
  readonly id: string;
  readonly path: string;
}

/** Finds all labs, in the order of parts, chapters and names. */
export function findLabs(root: string = contentRoot): LabPlace[] {
  return globSync('*/*/*.lab.yaml', { cwd: root })
    .map((path) => path.replaceAll('\\', '/'))
    .sort()
    .map((path) => {
      const [, chapter = '', file = ''] = path.split('/');
      const slug = chapter.replace(/^\d+-/, '');
      return { id: `${slug}/${file.replace(/\.lab\.yaml$/, '')}`, path: join(root, path) };
    });
}

/** Reads a lab from its place. Throws LabError. */
export function readLab({ id, path }: LabPlace): Lab {
  const folder = dirname(path);
  return parseLab({
    id,
    path,
    text: readFileSync(path, 'utf8'),
    read(name) {
      const file = join(folder, name);
      return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
    },
  });
}

/** Finds a lab by its id. Throws with the ids there are. */
export function findLab(id: string, root: string = contentRoot): LabPlace {
  const places = findLabs(root);
  const found = places.find((place) => place.id === id);
  if (found !== undefined) return found;
  const known = places.map((place) => `  ${place.id}`).join('\n');
  throw new Error(`there is no lab "${id}". The labs are:\n${known}`);
}
