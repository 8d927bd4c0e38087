/**
 * The order of the course, read from folder names: `content/<N-part>/<NN-slug>/<locale>.mdx`.
 *
 * - Numbers order, slugs address: `1-controllers/02-life-of-an-apply/en.mdx` is served at `/life-of-an-apply/`, so inserting a
 *   chapter never breaks a link, a lab id or a golden.
 * - Nobody edits a list: contents, previous and next come from here.
 * - A folder that does not follow the pattern, or a slug used twice, fails the build with a sentence.
 */
import type { Locale } from './locales.ts';

/** What a file's place says about it. */
export interface ChapterPlace {
  /** Folder of the part, e.g. `1-controllers`. */
  partFolder: string;
  partNumber: number;
  partSlug: string;
  /** Folder of the chapter relative to `content/`, e.g. `1-controllers/01-what-is-a-controller`. */
  folder: string;
  number: number;
  slug: string;
  locale: Locale;
}

const entryPattern = /^((\d+)-([a-z0-9-]+))\/(\d+)-([a-z0-9-]+)\/(en|ko)(?:\.mdx)?$/;

/** Reads a content entry's path relative to `content/`, with or without its extension. */
export function placeOf(path: string): ChapterPlace {
  const match = entryPattern.exec(path);
  const [, partFolder, partNumber, partSlug, number, slug, locale] = match ?? [];
  if (
    partFolder === undefined ||
    partNumber === undefined ||
    partSlug === undefined ||
    number === undefined ||
    slug === undefined ||
    locale === undefined
  ) {
    throw new Error(
      `content/${path} is not where a chapter can be.\n` +
        '  Expected: content/<N-part>/<NN-chapter>/<locale>.mdx, lower case, e.g. content/1-controllers/02-life-of-an-apply/en.mdx\n' +
        '  Fix: move the file, or rename its folders.',
    );
  }
  return {
    partFolder,
    partNumber: Number(partNumber),
    partSlug,
    folder: `${partFolder}/${number}-${slug}`,
    number: Number(number),
    slug,
    locale: locale as Locale,
  };
}

/** Sorts chapters by part, then number, and fails on a slug or number that is used twice in one locale. */
export function inOrder<Entry extends { place: ChapterPlace }>(entries: readonly Entry[]): Entry[] {
  const sorted = [...entries].sort(
    (a, b) => a.place.partNumber - b.place.partNumber || a.place.number - b.place.number,
  );
  const owners = new Map<string, string>();
  for (const { place } of sorted) {
    for (const claim of [`address /${place.slug}/`, `chapter number ${place.number}`]) {
      const key = `${place.locale} ${claim}`;
      const owner = owners.get(key);
      if (owner !== undefined) {
        throw new Error(
          `Two chapters claim the ${claim}: content/${owner} and content/${place.folder}.\n` +
            '  Expected: numbers run through the whole course and slugs are used once.\n' +
            '  Fix: rename one of the two folders.',
        );
      }
      owners.set(key, place.folder);
    }
  }
  return sorted;
}

/** Returns the neighbours of a chapter in an ordered list; absent at either end. */
export function neighbours<Entry extends { place: ChapterPlace }>(
  ordered: readonly Entry[],
  slug: string,
): { previous: Entry | undefined; next: Entry | undefined } {
  const index = ordered.findIndex((entry) => entry.place.slug === slug);
  return { previous: index > 0 ? ordered[index - 1] : undefined, next: ordered[index + 1] };
}

/** Groups an ordered list by part, keeping the order. */
export function byPart<Entry extends { place: ChapterPlace }>(
  ordered: readonly Entry[],
): { partFolder: string; partNumber: number; partSlug: string; chapters: Entry[] }[] {
  const groups = new Map<string, Entry[]>();
  for (const entry of ordered) {
    const group = groups.get(entry.place.partFolder);
    if (group === undefined) groups.set(entry.place.partFolder, [entry]);
    else group.push(entry);
  }
  return [...groups.values()].flatMap((chapters) => {
    const place = chapters[0]?.place;
    if (place === undefined) return [];
    const { partFolder, partNumber, partSlug } = place;
    return [{ partFolder, partNumber, partSlug, chapters }];
  });
}

/**
 * Chooses what a locale shows of each chapter: its translation where there is one, else the default locale's text.
 * `isFallback` is true in the second case.
 */
export function inLocale<Entry extends { place: ChapterPlace }>(
  entries: readonly Entry[],
  locale: Locale,
  defaultLocale: Locale,
): { entry: Entry; isFallback: boolean }[] {
  const originals = inOrder(entries.filter((entry) => entry.place.locale === defaultLocale));
  const translations = new Map(
    entries
      .filter((entry) => entry.place.locale === locale)
      .map((entry) => [entry.place.folder, entry]),
  );
  return originals.map((original) => {
    const translation = translations.get(original.place.folder);
    return translation === undefined
      ? { entry: original, isFallback: true }
      : { entry: translation, isFallback: false };
  });
}

const numerals = ['', 'I', 'II', 'III', 'IV', 'V', 'VI', 'VII', 'VIII', 'IX', 'X'];

/** Writes a part's number the way a book does; beyond ten as digits. */
export function romanNumeral(number: number): string {
  return numerals[number] ?? String(number);
}
