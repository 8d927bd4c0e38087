/** Teaches Astro the directive `client:near`; what it does stands in `src/site/client-near.ts`. */
import type { AstroIntegration } from 'astro';

declare module 'astro' {
  interface AstroClientDirectives {
    'client:near'?: boolean;
  }
}

/** Makes the Astro integration that does it. */
export function clientNear(): AstroIntegration {
  return {
    name: 'reconcile:client-near',
    hooks: {
      'astro:config:setup': ({ addClientDirective }) => {
        addClientDirective({ name: 'near', entrypoint: './src/site/client-near.ts' });
      },
    },
  };
}
