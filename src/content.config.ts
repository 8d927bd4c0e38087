/** The content of the course: chapters and parts, read from `content/` at the top of the project. */
import { defineCollection } from 'astro:content';
import { glob } from 'astro/loaders';
import { chapterSchema, partSchema } from './site/content-schema.ts';

export const collections = {
  chapters: defineCollection({
    loader: glob({
      base: './content',
      pattern: '**/*.mdx',
      generateId: ({ entry }) => entry.replace(/\.mdx$/, ''),
    }),
    schema: chapterSchema,
  }),
  parts: defineCollection({
    loader: glob({
      base: './content',
      pattern: '*/part.yaml',
      generateId: ({ entry }) => entry.replace(/\/part\.yaml$/, ''),
    }),
    schema: partSchema,
  }),
};
