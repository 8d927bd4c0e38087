/**
 * Builds a description: lines of cells at a level of indentation, aligned at the end.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go PrefixWriter, printLabelsMultiline and its neighbours
 */
import { compareText } from '../../api/go-format.ts';
import type { KubeObject } from '../../api/object.ts';
import { controllerOf } from '../../api/owner-references.ts';
import { tryParseTime } from '../../api/time.ts';
import type { Toleration } from '../../api/types.gen.ts';
import { alignTabs, describeStyle } from '../tabwriter.ts';
import { lastAppliedKey } from '../last-applied.ts';

type Map_ = Readonly<Record<string, string>> | undefined;

/** Longest line of an annotation. */
const annotationWidth = 140;

/** A description in the making. */
export class Description {
  #parts: string[] = [];
  #text = '';

  /** Adds text as it is. */
  raw(text: string): void {
    this.#text += text;
  }

  /** Adds a line of cells at a level of indentation of two spaces. */
  line(level: number, ...cells: readonly (string | number | boolean)[]): void {
    this.#text += `${'  '.repeat(level)}${cells.join('\t')}\n`;
  }

  /** Aligns what there is by itself; what follows is aligned apart. */
  flush(): void {
    this.#parts.push(alignTabs(this.#text, describeStyle));
    this.#text = '';
  }

  /** Returns the text with its tabs, not aligned; only where nothing has been flushed. */
  unaligned(): string {
    return this.#text;
  }

  toString(): string {
    this.flush();
    return this.#parts.join('');
  }
}

/** Name and namespace, with which every description begins. */
export function writeName(out: Description, { metadata }: KubeObject, isNamespaced = true): void {
  out.line(0, 'Name:', metadata.name ?? '');
  if (isNamespaced) out.line(0, 'Namespace:', metadata.namespace ?? '');
}

/** `Labels:` with one label a line. */
export function writeLabels(out: Description, title: string, labels: Map_): void {
  const keys = Object.keys(labels ?? {}).sort(compareText);
  if (keys.length === 0) out.line(0, `${title}:`, '<none>');
  for (const [index, key] of keys.entries()) {
    out.line(0, index === 0 ? `${title}:` : '', `${key}=${labels?.[key] ?? ''}`);
  }
}

/** `Annotations:` without the one of `kubectl apply`; long ones are cut. */
export function writeAnnotations(out: Description, title: string, annotations: Map_): void {
  const keys = Object.keys(annotations ?? {})
    .filter((key) => key !== lastAppliedKey)
    .sort(compareText);
  if (keys.length === 0) out.line(0, `${title}:`, '<none>');
  for (const [index, key] of keys.entries()) {
    const head = index === 0 ? `${title}:` : '';
    const value = (annotations?.[key] ?? '').replace(/\n$/, '');
    if (key.length + value.length + 2 <= annotationWidth && !value.includes('\n')) {
      out.line(0, head, `${key}: ${value}`);
      continue;
    }
    out.line(0, head, `${key}:`);
    for (const part of value.split('\n'))
      out.line(0, '', `  ${shorten(part, annotationWidth - 2)}`);
  }
}

function shorten(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width)}...` : text;
}

/** Tolerations in the order of their keys. */
export function writeTolerations(
  out: Description,
  title: string,
  tolerations: readonly Toleration[] | undefined,
): void {
  const sorted = [...(tolerations ?? [])].sort((a, b) => compareText(a.key ?? '', b.key ?? ''));
  if (sorted.length === 0) out.line(0, `${title}:`, '<none>');
  for (const [index, toleration] of sorted.entries()) {
    out.line(0, index === 0 ? `${title}:` : '', formatToleration(toleration));
  }
}

function formatToleration(toleration: Toleration): string {
  const { key = '', value = '', effect = '', operator, tolerationSeconds } = toleration;
  let text = key;
  if (value !== '') text += `=${value}`;
  if (effect !== '') text += `:${effect}`;
  if (operator === 'Exists' && value === '') text += text === '' ? 'op=Exists' : ' op=Exists';
  if (tolerationSeconds !== undefined) text += ` for ${tolerationSeconds}s`;
  return text;
}

/** `ReplicaSet/web-abc`; undefined without a controller. */
export function controllerText(object: KubeObject): string | undefined {
  const owner = controllerOf(object);
  return owner && `${owner.kind}/${owner.name}`;
}

const weekdays = ['Thu', 'Fri', 'Sat', 'Sun', 'Mon', 'Tue', 'Wed'];
const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** A moment as RFC 1123 writes it, in UTC: `Mon, 23 Nov 2026 13:51:20 +0000`; 1 January 1970 for none. */
export function longTime(time: string | null | undefined): string {
  const ms = time ? tryParseTime(time) : undefined;
  if (!time || ms === undefined) return 'Mon, 01 Jan 0001 00:00:00 +0000';
  const [date = '', clock = ''] = time.split('T');
  const [year = '', month = '', day = ''] = date.split('-');
  // 2026-01-01, virtual 0 ms, is a Thursday.
  const days = Math.floor(ms / 86_400_000);
  const weekday = weekdays[((days % 7) + 7) % 7] ?? '';
  return `${weekday}, ${day} ${months[Number(month) - 1] ?? ''} ${year} ${clock.slice(0, 8)} +0000`;
}
