/**
 * The site's build. `BASE_PATH` serves it under a sub-path (`/notes/`), `SITE_URL` gives it a public address (and then a sitemap),
 * `OUT_DIR` writes it elsewhere.
 */
import mdx from '@astrojs/mdx';
import preact from '@astrojs/preact';
import sitemap from '@astrojs/sitemap';
import { satteri } from '@astrojs/markdown-satteri';
import { defineConfig, fontProviders } from 'astro/config';
import { afterBuild } from './src/build/after-build.ts';
import { clientNear } from './src/build/client-near.ts';
import { keepLazyStyles } from './src/build/keep-lazy-styles.ts';
import { oneCore } from './src/build/one-core.ts';
import { reloadLabs } from './src/build/reload-labs.ts';
import { classTransformer, codeTheme } from './src/site/code-theme.ts';

const { BASE_PATH, SITE_URL, OUT_DIR } = process.env;

/** A variable font from its package: only the Latin subset, one style. */
const latinFont = (name, cssVariable, fallback, folder, weight, style = 'normal') => ({
  provider: fontProviders.local(),
  name,
  cssVariable,
  fallbacks: [fallback],
  options: {
    variants: [
      {
        weight,
        style,
        src: [`@fontsource-variable/${folder}/files/${folder}-latin-wght-${style}.woff2`],
      },
    ],
  },
});

/** The serif comes as two families, so that italics can be fetched when they are wanted and not before. */
const serif = (cssVariable, style) =>
  latinFont('Source Serif 4', cssVariable, 'serif', 'source-serif-4', '200 900', style);

export default defineConfig({
  site: SITE_URL,
  base: BASE_PATH ?? '/',
  outDir: OUT_DIR ?? './dist',
  output: 'static',
  trailingSlash: 'always',
  build: { format: 'directory', inlineStylesheets: 'always' },
  devToolbar: { enabled: false },
  integrations: [
    mdx(),
    preact(),
    ...(SITE_URL === undefined ? [] : [sitemap()]),
    keepLazyStyles(),
    clientNear(),
    afterBuild(),
    reloadLabs(),
  ],
  markdown: {
    processor: satteri({ features: { headingAttributes: true } }),
    shikiConfig: { theme: codeTheme, transformers: [classTransformer] },
  },
  fonts: [
    serif('--font-source-serif', 'normal'),
    serif('--font-source-serif-italic', 'italic'),
    latinFont('Inter', '--font-inter', 'sans-serif', 'inter', '100 900'),
    latinFont('JetBrains Mono', '--font-jetbrains-mono', 'monospace', 'jetbrains-mono', '100 800'),
  ],
  security: {
    csp: {
      directives: [
        "default-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'none'",
      ],
      // Monaco writes style elements and attributes while it runs, and the pictures position marks by style.
      styleDirective: { resources: ["'self'", "'unsafe-inline'"] },
    },
  },
  vite: {
    build: { target: 'es2022' },
    worker: {
      format: 'es',
      rolldownOptions: {
        output: { codeSplitting: { groups: [{ name: oneCore, debugName: 'core' }] } },
      },
    },
  },
});
