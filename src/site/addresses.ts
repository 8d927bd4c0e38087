/**
 * Addresses of pages: every internal link is made here, so that the site works under any base path.
 * Addresses end in a slash. English has no locale segment.
 */
import { defaultLocale } from './locales.ts';
import type { Locale } from './locales.ts';

/** Joins a base path such as `/notes/` with a path inside the site; both may or may not have slashes at the seam. */
export function underBase(base: string, path: string): string {
  const head = base.endsWith('/') ? base.slice(0, -1) : base;
  return `${head}/${path.replace(/^\/+/, '')}`;
}

/** Returns the address of a page in a locale, e.g. `pageAddress('/', 'ko', 'contents')` is `/ko/contents/`. */
export function pageAddress(base: string, locale: Locale, page: string): string {
  const segments = [locale === defaultLocale ? '' : locale, page].filter((part) => part !== '');
  return underBase(base, segments.map((part) => `${part}/`).join(''));
}

/** Finds the same page in another locale, given the current address. */
export function translatedAddress(
  base: string,
  pathname: string,
  from: Locale,
  to: Locale,
): string {
  const root = pageAddress(base, from, '');
  const page = pathname.startsWith(root) ? pathname.slice(root.length) : '';
  return pageAddress(base, to, page.replace(/\/+$/, ''));
}
