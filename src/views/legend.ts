/** The legend of a picture: every state, every end of a request and every sign that it shows, each with its shape. */
import { escapeText } from './markup.ts';
import { definitions, fillOf, requestStyles, signs, states } from './vocabulary.ts';
import type { RequestStyleId, SignId, StateId } from './vocabulary.ts';
import { wordsOf } from './words/words.ts';

/** What a legend explains; the ids in its drawings are those of the picture with the same prefix. */
export interface LegendOptions {
  readonly states: readonly StateId[];
  readonly requests: readonly RequestStyleId[];
  readonly signs: readonly SignId[];
  readonly locale: string;
  readonly prefix: string;
}

/** Orders as the vocabulary does, so that legends of all labs read alike. */
function ordered<T extends string>(all: Readonly<Record<T, unknown>>, used: readonly T[]): T[] {
  return (Object.keys(all) as T[]).filter((id) => used.includes(id));
}

/** Draws the legend; '' where there is nothing to explain. */
export function legendMarkup(options: LegendOptions): string {
  const { states: used, requests, signs: shown, locale, prefix } = options;
  const words = wordsOf(locale);
  const bars = ordered(states, used).map((id) => {
    const { word, shape } = states[id];
    const inset = shape === 'dashed' || shape === 'outline' ? 0.5 : 0;
    const notch = shape === 'notch' ? '<path d="M2 0 5 5 8 0Z" class="v-notch"/>' : '';
    return entry(
      `<svg width="16" height="10" aria-hidden="true"><rect x="${inset}" y="${inset}" width="${16 - 2 * inset}" height="${10 - 2 * inset}" rx="2.5" ${fillOf(id, prefix)}/>${notch}</svg>`,
      word(words),
    );
  });
  const glyphs = ordered(requestStyles, requests).map((id) =>
    entry(
      `<svg width="12" height="10" aria-hidden="true"><use href="#${escapeText(prefix)}-${requestStyles[id].glyph}" x="6" y="5"/></svg>`,
      requestStyles[id].word(words),
    ),
  );
  const others = ordered(signs, shown).map((id) =>
    entry(
      `<svg width="16" height="10" aria-hidden="true">${signs[id].drawing}</svg>`,
      signs[id].word(words),
    ),
  );
  const all = [...bars, ...glyphs, ...others];
  if (all.length === 0) return '';
  return `<ul class="legend" aria-label="${escapeText(words.legend)}">${all.join('')}</ul>`;
}

function entry(drawing: string, word: string): string {
  return `<li>${drawing}${escapeText(word)}</li>`;
}

/** The definitions alone, for a legend that stands without a picture. */
export function legendDefinitions(prefix: string): string {
  return `<svg width="0" height="0" aria-hidden="true">${definitions(prefix)}</svg>`;
}
