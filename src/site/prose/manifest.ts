/**
 * Reads manifests that stand beside a chapter. The text shown is the file that is applied; an excerpt is cut by
 * markers in the file (`# <name>` … `# </name>`), never retyped, and no marker is ever shown.
 */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const markerLine = /^[ \t]*# <\/?[a-z][a-z0-9-]*>[ \t]*$/;

/** Cuts an excerpt out of a manifest, taking its common indentation away; without a part, returns all of it. Markers are removed. */
export function excerpt(text: string, part: string | undefined, file: string): string {
  const lines = text.split('\n');
  const visible = (all: string[]): string[] => all.filter((line) => !markerLine.test(line));
  if (part === undefined) return visible(lines).join('\n');
  const from = lines.findIndex((line) => line.trim() === `# <${part}>`);
  const to = lines.findIndex((line) => line.trim() === `# </${part}>`);
  if (from === -1 || to <= from) {
    const names = lines.flatMap((line) => /^\s*# <([a-z][a-z0-9-]*)>\s*$/.exec(line)?.[1] ?? []);
    throw new Error(
      `${file} has no part "${part}".\n` +
        `  Expected: lines "# <${part}>" and "# </${part}>" around it${names.length > 0 ? `; parts there: ${names.join(', ')}` : ''}.`,
    );
  }
  const cut = visible(lines.slice(from + 1, to));
  const indents = cut.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
  const indent = indents.length === 0 ? 0 : Math.min(...indents);
  return cut.map((line) => line.slice(indent)).join('\n');
}

/** Reads a manifest from a chapter's folder; a missing file fails with the names that are there. */
export async function readManifest(
  folder: string,
  file: string,
  part: string | undefined,
): Promise<string> {
  const path = join('content', folder, file);
  try {
    return excerpt(await readFile(path, 'utf8'), part, path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    const names = (await readdir(join('content', folder))).filter((name) => name.endsWith('.yaml'));
    throw new Error(`${path} does not exist.\n  Expected one of: ${names.join(', ')}.`, {
      cause: error,
    });
  }
}
