/** An object as it was at a time, as kubectl prints it in YAML, with the lines marked that its last change added or altered. */
import { diffLines } from 'diff';
import type { KubeObject } from '#sim/api/object.ts';
import { printYaml } from '#sim/kubectl/yaml-printer.ts';
import type { History } from '#sim/lab/history.ts';
import { escapeText, timeText } from './markup.ts';
import { spokenKey } from './names.ts';
import { wordsOf } from './words/words.ts';

const linesMax = 600;

/** Writes an object as YAML; bookkeeping of field owners is left out. */
export function yamlOf(object: KubeObject): string {
  const { managedFields: _managedFields, ...metadata } = object.metadata;
  return printYaml({ ...object, metadata });
}

/** A line of an object, and what the last change did to it. */
export interface InspectedLine {
  readonly text: string;
  readonly change: 'added' | 'removed' | '';
}

/** Returns the lines of an object against those of its state before. */
export function inspectedLines(before: KubeObject | undefined, after: KubeObject): InspectedLine[] {
  const text = yamlOf(after);
  if (before === undefined)
    return text
      .trimEnd()
      .split('\n')
      .map((line) => ({ text: line, change: '' }));
  return diffLines(yamlOf(before), text).flatMap(({ value, added, removed }) =>
    value
      .replace(/\n$/, '')
      .split('\n')
      .map((line): InspectedLine => ({
        text: line,
        change: added ? 'added' : removed ? 'removed' : '',
      })),
  );
}

/** Draws an object at a time. */
export function inspectorMarkup(
  history: History,
  key: string,
  timeMs: number,
  locale: string,
): string {
  const words = wordsOf(locale);
  if (key === '' || history.versions(key).length === 0) {
    return `<p class="lab-empty">${escapeText(words.inspectorEmpty)}</p>`;
  }
  const versions = history.versions(key).filter((version) => version.timeMs <= timeMs);
  const version = versions.at(-1);
  if (version?.object === undefined) {
    return `<p class="lab-empty">${escapeText(words.inspectorAbsent(spokenKey(key)))}</p>`;
  }
  const before = versions.at(-2)?.object;
  const lines = inspectedLines(before, version.object);
  const changed = lines.filter(({ change }) => change === 'added').length;
  const note =
    before === undefined
      ? words.inspectorUnchanged
      : words.inspectorChanged(changed, timeText(version.timeMs));
  const body = lines
    .slice(0, linesMax)
    .map(({ text, change }) => {
      const sign = change === 'added' ? '+' : change === 'removed' ? '−' : ' ';
      return `<span class="inspected"${change === '' ? '' : ` data-change="${change}"`}><i aria-hidden="true">${sign}</i>${yamlLine(text)}\n</span>`;
    })
    .join('');
  return `<p class="inspector-head"><b>${escapeText(spokenKey(key))}</b> <button type="button" class="linkish" data-entry="${version.entry}">${escapeText(note)}</button></p><pre class="inspector" tabindex="0"><code>${body}</code></pre>`;
}

/** The colours of code, for the few shapes that a printed object has. */
function yamlLine(line: string): string {
  const match = /^(\s*(?:- )*)([^:\s][^:]*)(:)(\s.*)?$/.exec(line);
  if (match === null) return escapeText(line);
  const [, indent = '', key = '', colon = '', value = ''] = match;
  return `${escapeText(indent)}<span class="c-key">${escapeText(key)}</span><span class="c-punctuation">${colon}</span>${valueMarkup(value)}`;
}

function valueMarkup(value: string): string {
  if (value === '') return '';
  const isNumber = /^\s*(-?\d+(\.\d+)?|true|false|null)$/.test(value);
  return `<span class="${isNumber ? 'c-number' : 'c-string'}">${escapeText(value)}</span>`;
}
