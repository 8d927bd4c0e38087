/** At most four figures of a run: large numbers with plain words. */
import type { History } from '#sim/lab/history.ts';
import { inLocale } from '#sim/lab/lab-format.ts';
import type { Lab } from '#sim/lab/lab-format.ts';
import { evaluate } from './evaluate.ts';
import { fillIn } from './fill-in.ts';
import { escapeText } from './markup.ts';
import { valueText } from './value-text.ts';

/** A value of a lab as its run gave it, written out. */
export interface Figure {
  readonly name: string;
  readonly text: string;
  readonly label: string;
  readonly tone: 'good' | 'bad' | 'neutral';
}

/** Evaluates every value of a lab that has a label. A value that cannot be computed is a dash. */
export function figuresOf(history: History, lab: Lab, locale: string): Figure[] {
  return Object.entries(lab.values ?? {}).flatMap(([name, { expr, unit, label, tone }]) => {
    if (label === undefined) return [];
    return [
      {
        name,
        text: valueText(evaluate(history, expr), unit),
        label: fillIn(inLocale(label, locale), history, lab),
        tone: tone ?? 'neutral',
      },
    ];
  });
}

/** The figures as markup; '' where a lab has none. */
export function figuresMarkup(history: History, lab: Lab, locale: string): string {
  const figures = figuresOf(history, lab, locale);
  if (figures.length === 0) return '';
  const body = figures
    .map(
      ({ name, text, label, tone }) =>
        `<div data-tone="${tone}" data-value="${escapeText(name)}"><dd>${escapeText(text)}</dd><dt>${escapeText(label)}</dt></div>`,
    )
    .join('');
  return `<dl class="lab-figures">${body}</dl>`;
}
