/** What components in a chapter's text need to know of the chapter: set by the page, read through `Astro.locals`. */
import type { Locale } from '../locales.ts';
import { stringsOf } from '../locales.ts';
import type { Strings } from '../strings/en.ts';

export interface ChapterContext {
  locale: Locale;
  /** Folder relative to `content/`, where the chapter's labs and manifests are. */
  folder: string;
  number: number;
  slug: string;
  /** Ids of the chapter's labs in order of appearance: a lab's number is its place here. */
  labs: readonly string[];
}

/** Returns the chapter that a component stands in, with its words; throws when it stands anywhere else. */
export function contextOf(
  locals: App.Locals,
  component: string,
): ChapterContext & { strings: Strings } {
  if (locals.chapter === undefined) {
    throw new Error(`<${component}> stands outside a chapter: it needs the chapter's folder.`);
  }
  return { ...locals.chapter, strings: stringsOf(locals.chapter.locale) };
}
