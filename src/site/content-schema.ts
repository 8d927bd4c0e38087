/** The front matter of a chapter and the data of a part. Unknown fields are errors: a slip of the pen must not pass in silence. */
import { z } from 'astro/zod';

const sentence = (what: string, max: number) =>
  z
    .string({ error: `${what} is missing: write it as text` })
    .trim()
    .min(1, `${what} is empty`)
    .max(max, `${what} is longer than ${max} characters`);

/** Front matter of `content/<part>/<chapter>/<locale>.mdx`. */
export const chapterSchema = z.strictObject({
  /** Heading of the chapter. */
  title: sentence('title', 80),
  /** Shorter heading for navigation, where the title does not fit on a line. */
  navTitle: sentence('navTitle', 34).optional(),
  /** The question the chapter opens with: one or two sentences under the title, in lists and in search results. */
  description: sentence('description', 240),
});

export type ChapterFrontMatter = z.infer<typeof chapterSchema>;

/** `content/<part>/part.yaml`: the part's title and a line about it, per locale; English is needed. */
export const partSchema = z.strictObject({
  title: z.strictObject({ en: sentence('title.en', 40), ko: sentence('title.ko', 40).optional() }),
  description: z.strictObject({
    en: sentence('description.en', 240),
    ko: sentence('description.ko', 240).optional(),
  }),
});
