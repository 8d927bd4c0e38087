/** The words of the instrument in a language; English where there are none. */
import { en } from './en.ts';
import type { Words } from './en.ts';
import { ko } from './ko.ts';

const byLocale: Readonly<Record<string, Words>> = { en, ko };

export function wordsOf(locale: string): Words {
  return byLocale[locale] ?? en;
}
