/** What happens to the built site before anyone serves it: the search index is made, then every text file gets its compressed twins. */
import { fileURLToPath } from 'node:url';
import type { AstroIntegration } from 'astro';
import { createIndex } from 'pagefind';
import { compressFolder } from './compress.ts';

/** Makes the Astro integration that does it. */
export function afterBuild(): AstroIntegration {
  return {
    name: 'reconcile:after-build',
    hooks: {
      'astro:build:done': async ({ dir, logger }) => {
        const folder = fileURLToPath(dir);
        const pages = await indexForSearch(folder);
        const { fileCount, savedBytes } = await compressFolder(folder);
        logger.info(
          `${pages} pages in the search index, ${fileCount} files compressed (${Math.round(savedBytes / 1024)} kB saved)`,
        );
      },
    },
  };
}

/** What a run wrote into a lab: names of pods and times that nobody looks for. */
const runSelectors = ['.lab-scene', '.lab-view', '.lab-account'];

/** Indexes the pages of a built site; returns how many. Throws with Pagefind's own words when it cannot. */
async function indexForSearch(folder: string): Promise<number> {
  const { index, errors } = await createIndex({ excludeSelectors: runSelectors });
  if (index === undefined) throw new Error(`the search index was not made: ${errors.join('; ')}`);
  const added = await index.addDirectory({ path: folder });
  if (added.errors.length > 0) throw new Error(`search index: ${added.errors.join('; ')}`);
  const written = await index.writeFiles({ outputPath: `${folder}/pagefind` });
  if (written.errors.length > 0) throw new Error(`search index: ${written.errors.join('; ')}`);
  await index.deleteIndex();
  return added.page_count;
}
