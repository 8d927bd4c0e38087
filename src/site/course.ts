/** Reads the course from the content collections: the one place where pages get their chapters and parts. */
import { getCollection } from 'astro:content';
import type { CollectionEntry } from 'astro:content';
import { byPart, inLocale, placeOf } from './chapters.ts';
import type { ChapterPlace } from './chapters.ts';
import { defaultLocale } from './locales.ts';
import type { Locale } from './locales.ts';
import { checkVocabulary, measure } from './vocabulary.ts';
import type { ChapterLength } from './vocabulary.ts';

/** A chapter as a locale shows it. */
export interface Chapter {
  place: ChapterPlace;
  title: string;
  navTitle: string;
  description: string;
  /** True when the locale has no translation and shows the default locale's text. */
  isFallback: boolean;
  length: ChapterLength;
  /** Path of the source file from the project's root. */
  file: string;
  entry: CollectionEntry<'chapters'>;
}

/** A part of the course with its chapters in order. */
export interface Part {
  folder: string;
  number: number;
  slug: string;
  title: string;
  description: string;
  chapters: Chapter[];
}

/** Reads all parts and chapters in a locale. Throws, and so fails the build, on a misplaced file or an unknown component. */
export async function readCourse(locale: Locale): Promise<Part[]> {
  const parts = new Map((await getCollection('parts')).map((part) => [part.id, part.data]));
  const entries = (await getCollection('chapters')).map((entry) => ({
    entry,
    place: placeOf(entry.id),
  }));
  const chapters = inLocale(entries, locale, defaultLocale).map(({ entry: found, isFallback }) => {
    const { entry, place } = found;
    const body = entry.body ?? '';
    const file = `content/${entry.id}.mdx`;
    checkVocabulary(body, file);
    const { title, navTitle, description } = entry.data;
    return {
      place,
      title,
      navTitle: navTitle ?? title,
      description,
      isFallback,
      length: measure(body),
      file,
      entry,
    };
  });
  return byPart(chapters).map((group) => {
    const data = parts.get(group.partFolder);
    if (data === undefined) {
      throw new Error(
        `content/${group.partFolder}/part.yaml is missing.\n` +
          '  Expected: a file with title.en and description.en.\n' +
          '  Fix: write it; the other parts have one to copy.',
      );
    }
    return {
      folder: group.partFolder,
      number: group.partNumber,
      slug: group.partSlug,
      title: data.title[locale] ?? data.title.en,
      description: data.description[locale] ?? data.description.en,
      chapters: group.chapters,
    };
  });
}

/** Lists the chapters of all parts in reading order. */
export function chaptersOf(parts: readonly Part[]): Chapter[] {
  return parts.flatMap((part) => part.chapters);
}
