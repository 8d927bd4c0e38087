/**
 * Keeps the styles of lazily imported client code (the editor's) in the built site. Astro deletes a style sheet that no
 * page imports while rendering as an orphan; counting it among the assets that its chunk refers to keeps it.
 */
import type { AstroIntegration } from 'astro';

/** What Vite notes about a chunk's styles and assets. */
interface StyledChunk {
  type: 'chunk' | 'asset';
  viteMetadata?: { importedCss: Set<string>; importedAssets: Set<string> };
}

/** Makes the Astro integration that does it. */
export function keepLazyStyles(): AstroIntegration {
  return {
    name: 'reconcile:keep-lazy-styles',
    hooks: {
      'astro:config:setup': ({ updateConfig }) => {
        updateConfig({
          vite: {
            plugins: [
              {
                name: 'reconcile:keep-lazy-styles',
                applyToEnvironment: (environment) => environment.name === 'client',
                generateBundle: {
                  order: 'pre',
                  handler(_options, bundle) {
                    for (const chunk of Object.values(bundle) as StyledChunk[]) {
                      if (chunk.type !== 'chunk' || chunk.viteMetadata === undefined) continue;
                      const { importedCss, importedAssets } = chunk.viteMetadata;
                      for (const file of importedCss) importedAssets.add(file);
                    }
                  },
                },
              },
            ],
          },
        });
      },
    },
  };
}
