/** While authoring: reloads the page when a lab file or a manifest under `content/` is saved. Chapters reload by themselves. */
import { resolve, sep } from 'node:path';
import type { AstroIntegration } from 'astro';

/** Makes the Astro integration that does it. */
export function reloadLabs(): AstroIntegration {
  const content = resolve('content') + sep;
  return {
    name: 'reconcile:reload-labs',
    hooks: {
      'astro:server:setup': ({ server }) => {
        server.watcher.add(content);
        server.watcher.on('all', (_event, file) => {
          const isLabFile = file.startsWith(content) && /\.ya?ml$/.test(file);
          if (isLabFile) server.ws.send({ type: 'full-reload' });
        });
      },
    },
  };
}
