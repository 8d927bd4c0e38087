/**
 * The locales of the site and the words of each.
 * English lives at the root, every other locale under its own first path segment.
 */
import { en } from './strings/en.ts';
import type { Strings } from './strings/en.ts';
import { ko } from './strings/ko.ts';

export type Locale = 'en' | 'ko';

export const defaultLocale: Locale = 'en';

/** All locales in the order in which the language switch lists them. */
export const locales: readonly { locale: Locale; name: string; short: string }[] = [
  { locale: 'en', name: 'English', short: 'EN' },
  { locale: 'ko', name: '한국어', short: 'KO' },
];

const strings: Record<Locale, Strings> = { en, ko };

/** Returns the words of the site's controls in a locale. */
export function stringsOf(locale: Locale): Strings {
  return strings[locale];
}

/** Reads a route's locale segment: absent means the default locale. Throws on an unknown one. */
export function localeOfSegment(segment: string | undefined): Locale {
  if (segment === undefined) return defaultLocale;
  const found = locales.find((entry) => entry.locale === segment);
  if (found === undefined || found.locale === defaultLocale) {
    throw new Error(`no locale is served under /${segment}/`);
  }
  return found.locale;
}

/** Lists the values of a `[...locale]` route parameter, for `getStaticPaths`. */
export function localeParams(): { params: { locale: string | undefined } }[] {
  return locales.map(({ locale }) => ({
    params: { locale: locale === defaultLocale ? undefined : locale },
  }));
}
