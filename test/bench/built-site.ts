/** The built site that sizes and latency are measured on: the one that is named, or one that is built now, once. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const folder = join('node_modules', '.cache', 'reconcile', 'site-of-bench');
let isBuilt = false;

/** Returns the folder of a built site. Throws with a sentence when there is none or when it does not build. */
export function builtSite(dist: string | undefined): string {
  if (dist !== undefined) {
    if (existsSync(join(dist, 'index.html'))) return dist;
    throw new Error(`there is no built site in ${dist}`);
  }
  if (isBuilt) return folder;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join('node_modules', 'astro', 'bin', 'astro.mjs'), 'build'],
    { env: { ...process.env, OUT_DIR: folder }, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`the site does not build:\n${stdout}\n${stderr}`);
  isBuilt = true;
  return folder;
}
