/** What sentences of the story are made of, and the small words that many of them share. */
import { parseObjectKey } from '../api/object-key.ts';

/** Languages in which stories are told. */
export type StoryLocale = 'en' | 'ko';

export type Detail = Readonly<Record<string, unknown>>;

/** What a sentence is made of: the subject in short, and the entry's details as text or number. */
export interface Facts {
  /** `Pod web-x`, or the kind and name of whatever the entry is about. */
  readonly it: string;
  readonly name: string;
  readonly d: (field: string) => string;
  readonly n: (field: string) => number;
  readonly detail: Detail;
  readonly component: string;
}

/** One sentence in every language. */
export type Sentence = Readonly<Record<StoryLocale, (facts: Facts) => string>>;

/** Writes a sentence in both languages. */
export const say = (en: (facts: Facts) => string, ko: (facts: Facts) => string): Sentence => ({
  en,
  ko,
});

/** `1 pod`, `3 pods`. */
export const pods = (count: number): string => (count === 1 ? '1 pod' : `${count} pods`);

/** Writes milliseconds for a sentence: `450 ms`, `1.2 s`, `5 min`. */
export function storyDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 120_000) return `${Number((ms / 1000).toFixed(ms < 10_000 ? 2 : 1))} s`;
  return `${Number((ms / 60_000).toFixed(1))} min`;
}

/** How many items a detail lists. */
export function lengthOf(list: unknown): number {
  return Array.isArray(list) ? list.length : 0;
}

/** `1 address`, `2 addresses`: as many as a detail lists. */
export function count(list: unknown, one: string, many: string): string {
  const length = lengthOf(list);
  return length === 1 ? `1 ${one}` : `${length} ${many}`;
}

/** Names in a list, the first three. */
export function listOf(list: unknown): string {
  if (!Array.isArray(list) || list.length === 0) return '';
  const shown = list.slice(0, 3).map(String).join(', ');
  return `: ${shown}${list.length > 3 ? ', …' : ''}`;
}

/** `Deployment web` from `Deployment/default/web`. */
export function named(key: string): string {
  if (!key.includes('/')) return key;
  const { kind, name } = parseObjectKey(key);
  return `${kind} ${name}`;
}
