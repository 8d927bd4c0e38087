/** Lanes of numbers that containers write into their logs, drawn as lines. */
import type { History } from '#sim/lab/history.ts';
import { inLocale } from '#sim/lab/lab-format.ts';
import type { Lab, ShowDeclaration } from '#sim/lab/lab-format.ts';
import type { Lane, Series } from './lane.ts';

type Declared = NonNullable<ShowDeclaration['series']>[number];

const hues = ['accent', 'failed', 'ready', 'no-answer'];

/** Reads the numbers of a series from the logs of its containers, oldest first. */
export function seriesPoints(history: History, declared: Declared): [number, number][] {
  const { pod, container, pattern } = declared;
  const isPrefix = pod.endsWith('*');
  const name = isPrefix ? pod.slice(0, -1) : pod;
  const find = new RegExp(pattern);
  const points: [number, number][] = [];
  for (const kept of history.containerLogs()) {
    if (isPrefix ? !kept.pod.startsWith(name) : kept.pod !== name) continue;
    if (container !== undefined && kept.container !== container) continue;
    for (const { timeMs, text } of kept.log.lines()) {
      const value = Number(find.exec(text)?.[1] ?? Number.NaN);
      if (Number.isFinite(value)) points.push([timeMs, value]);
    }
  }
  return points.sort((a, b) => a[0] - b[0]);
}

/** Makes one lane for each series that the lab declares; all of one unit share their scale, so that they compare. */
export function seriesLanes(history: History, lab: Lab, locale: string): Lane[] {
  const all = (lab.show.series ?? []).map((declared, index): Lane & { unit: string } => {
    const label = inLocale(declared.label, locale);
    const unit = declared.unit ?? '';
    const hue = hues[index % hues.length] ?? 'accent';
    const points = seriesPoints(history, declared);
    const series: Series = { label, hue, isArea: true, isStepped: false, points };
    return {
      kind: 'series',
      label,
      detail: unit,
      title: unit === '' ? label : `${label} (${unit})`,
      object: '',
      heightPx: 84,
      segments: [],
      marks: [],
      series: [series],
      unit,
    };
  });
  return all.map(({ unit, ...lane }) => ({
    ...lane,
    scale: scaleOf(
      all.filter((other) => other.unit === unit).flatMap((other) => other.series ?? []),
    ),
  }));
}

function scaleOf(series: readonly Series[]): readonly [number, number] {
  const values = series.flatMap(({ points }) => points.map(([, value]) => value));
  return values.length === 0 ? [0, 1] : [Math.min(...values), Math.max(...values)];
}
