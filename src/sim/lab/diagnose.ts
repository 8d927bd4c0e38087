/**
 * What is wrong with manifests, with its place: a line, a column, one sentence.
 *
 * - The rules and the words are those of the simulated API server itself: its decoder, its defaults, its validation.
 *   What kubectl would refuse before it sends anything is told in kubectl's words.
 * - A text that is broken in one document is still judged in the others.
 * - Nothing that a person can type makes it throw, and it says at most `maxRemarks` things about a file.
 */
import { goQuote } from '../api/go-format.ts';
import { fieldErrorBody, fieldErrorMessage } from '../api/field-error.ts';
import { apiVersionOf, builtInKindTable } from '../api/kinds.ts';
import type { KindRow } from '../api/kinds.ts';
import { isJsonObject } from '../api/object.ts';
import type { Json, JsonObject, KubeObject } from '../api/object.ts';
import { StatusError } from '../api/status-error.ts';
import { parseYamlDocuments } from '../api/yaml.ts';
import type { YamlDocument } from '../api/yaml.ts';
import { locate } from '../api/yaml-positions.ts';
import type { PositionNode, SourcePosition, SourceRange } from '../api/yaml-positions.ts';
import { decode, wrongTypesOf } from '../apiserver/decode.ts';
import { applyDefaults } from '../apiserver/defaults/defaults.ts';
import { strategyOf } from '../apiserver/strategies.ts';
import type { StrategyContext } from '../apiserver/strategy.ts';
import { notSimulatedFields } from '../apiserver/validation/not-simulated.ts';
import { semanticDiagnostics } from '../apiserver/validation/semantic-diagnostics.ts';
import { validateCreate, warningsOf } from '../apiserver/validation/validation.ts';
import { Random } from '../engine/random.ts';
import { crossObjectRemarks } from './cross-object-remarks.ts';
import type { WrittenObject } from './cross-object-remarks.ts';
import { sizeRemarks } from './size-remarks.ts';

/** One remark about a text. Lines and columns count from 1; the end is exclusive. */
export interface Diagnostic {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** `hint` is for what is accepted and has no effect here. */
  readonly severity: 'error' | 'warning' | 'hint';
  readonly message: string;
  /** The field in its document: `spec.replicas`; '' for a document as a whole and where no field is known. */
  readonly path: string;
}

/** More remarks than this about one file help nobody. Chosen for legibility */
const maxRemarks = 100;

/** Longer texts are not read, because a remark must come while one types. Chosen for legibility */
const maxLength = 200_000;

/** Returns the remarks about manifests by file name, in the order of files and lines. */
export function diagnose(texts: Readonly<Record<string, string>>): readonly Diagnostic[] {
  const files = Object.entries(texts).map(([file, text]) => new FileDiagnosis(file, text));
  const written = files.flatMap(({ objects }) => objects);
  for (const { object, path, message } of crossObjectRemarks(written)) {
    const file = files.find(({ objects }) => objects.includes(object));
    file?.add('warning', object.positions, path, message);
  }
  return files.flatMap((file) => file.sorted());
}

/** Collects the remarks about one file. */
class FileDiagnosis {
  /** What could be decoded, as it was written. */
  readonly objects: WrittenObject[] = [];
  private readonly file: string;
  private readonly remarks: Diagnostic[] = [];
  private readonly seen = new Set<string>();

  constructor(file: string, text: string) {
    this.file = file;
    if (text.length > maxLength) {
      const start = { line: 1, column: 1 };
      const kilobytes = Math.round(text.length / 1000);
      const message = `This file has ${kilobytes} kB; files of more than ${maxLength / 1000} kB are not checked while you type.`;
      this.addAt('warning', { start, end: { line: 1, column: 2 } }, '', message);
      return;
    }
    const { documents, errors } = parseYamlDocuments(text);
    for (const { message, position } of errors) {
      const length = text.split('\n', position.line)[position.line - 1]?.length ?? 0;
      const end = { line: position.line, column: Math.max(position.column, length) + 1 };
      this.addAt('error', { start: position, end }, '', message);
    }
    for (const document of documents) this.document(document);
  }

  add(
    severity: Diagnostic['severity'],
    positions: PositionNode,
    path: string,
    message: string,
  ): void {
    this.addAt(severity, rangeOf(positions, path), path, message);
  }

  sorted(): readonly Diagnostic[] {
    return this.remarks.sort((a, b) => a.line - b.line || a.column - b.column);
  }

  private addAt(
    severity: Diagnostic['severity'],
    { start, end }: SourceRange,
    path: string,
    message: string,
  ): void {
    const key = `${start.line}:${start.column} ${message}`;
    if (this.seen.has(key) || this.remarks.length >= maxRemarks) return;
    this.seen.add(key);
    this.remarks.push({
      file: this.file,
      line: start.line,
      column: start.column,
      endLine: end.line,
      endColumn: end.column,
      severity,
      message,
      path,
    });
  }

  private document({ value, line, positions, duplicateKeys }: YamlDocument): void {
    for (const duplicate of duplicateKeys) {
      const range = duplicateRange(positions, line, duplicate);
      this.addAt('error', range ?? rangeOf(positions, ''), '', duplicate);
    }
    const shape = shapeErrors(value);
    for (const { path, message } of shape) this.add('error', positions, path, message);
    if (shape.length > 0 || !isJsonObject(value)) return;
    if (String(value.kind).endsWith('List') && Array.isArray(value.items)) {
      for (const [i, item] of (value.items as readonly Json[]).entries()) {
        const child = positions.children.get('items')?.children.get(String(i));
        if (child) this.document({ value: item, line, positions: child, duplicateKeys: [] });
      }
      return;
    }
    const row = builtInKindTable.byKind(String(value.apiVersion), String(value.kind));
    if (row) this.object(row, value, positions);
    else
      this.add('error', positions, 'kind', noMatch(String(value.apiVersion), String(value.kind)));
  }

  private object(row: KindRow, data: JsonObject, positions: PositionNode): void {
    const wrong = wrongTypesOf(row, data);
    for (const { path, message } of wrong) this.add('error', positions, path, message);
    if (wrong.length > 0) return;
    let decoded;
    try {
      decoded = decode(row, data, { fieldValidation: 'Warn' });
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      this.add('error', positions, '', error.message);
      return;
    }
    for (const warning of decoded.warnings) {
      const path = /^unknown field "(.*)"$/s.exec(warning)?.[1] ?? '';
      this.add('error', positions, path, warning);
    }
    const { object } = decoded;
    this.objects.push({ object, positions, file: this.file });
    const ready = prepared(row, object);
    const errors = validateCreate(ready);
    for (const error of errors) {
      // A field that stands in the text needs no name; a missing one is told of at its parent.
      const isThere = locate(positions, error.field).exact;
      const message = isThere ? fieldErrorBody(error) : fieldErrorMessage(error);
      this.add('error', positions, error.field, message);
    }
    for (const warning of warningsOf(ready)) {
      this.add('warning', positions, pathIn(positions, warning), warning);
    }
    if (errors.length === 0) {
      for (const { path, message } of [...semanticDiagnostics(object), ...sizeRemarks(object)]) {
        this.add('warning', positions, path, message);
      }
    }
    for (const { path, message } of notSimulatedFields(object)) {
      this.add('hint', positions, path === '' ? 'kind' : path, message);
    }
  }
}

/** What kubectl itself checks before it sends an object. Upstream: kubectl/pkg/validation */
function shapeErrors(value: Json): { path: string; message: string }[] {
  if (!isJsonObject(value)) return [{ path: '', message: 'invalid object to validate' }];
  const errors: { path: string; message: string }[] = [];
  const { apiVersion, kind } = value;
  if (typeof apiVersion !== 'string' || apiVersion === '') {
    errors.push({ path: 'apiVersion', message: 'apiVersion not set' });
  } else if (apiVersion.split('/').length > 2) {
    const message = `unexpected GroupVersion string: ${apiVersion}`;
    errors.push({ path: 'apiVersion', message });
  }
  if (typeof kind !== 'string' || kind === '') {
    errors.push({ path: 'kind', message: 'kind not set' });
  }
  return errors;
}

/** kubectl's words for an unknown kind, and where it may be found instead. */
function noMatch(apiVersion: string, kind: string): string {
  const message = `no matches for kind ${goQuote(kind)} in version ${goQuote(apiVersion)}`;
  const other = builtInKindTable.rows.find(
    (row) => row.kind.toLowerCase() === kind.toLowerCase() && row.struct !== undefined,
  );
  if (other === undefined) return message;
  return `${message} (there is ${other.kind} in version ${goQuote(apiVersionOf(other))})`;
}

/** What the request path does between decoding and validation, for an object on its own. */
function prepared(row: KindRow, decoded: KubeObject): KubeObject {
  const { generateName, name } = decoded.metadata;
  const metadata = {
    ...decoded.metadata,
    ...(generateName && !name ? { name: `${generateName}xxxxx` } : {}),
    ...(row.namespaced && !decoded.metadata.namespace ? { namespace: 'default' } : {}),
  };
  const defaulted = applyDefaults({ ...decoded, metadata });
  return strategyOf(row.kind).prepareForCreate?.(defaulted, alone) ?? defaulted;
}

/** A server in which there is nothing else, and every address is free. */
const alone: StrategyContext = {
  nowMs: 0,
  random: new Random(1, 'diagnose'),
  get: () => undefined,
  list: () => [],
  allocator: {
    clusterIp: (wanted) => wanted || '10.96.0.1',
    nodePort: (wanted) => wanted ?? 30_000,
    release: () => undefined,
  },
};

/** Finds the stretch of text to mark: a field on one line as a whole, else the key that it begins with. */
function rangeOf(positions: PositionNode, path: string): SourceRange {
  const { key, value } = locate(positions, path);
  const isOnOneLine = value.start.line === value.end.line;
  if (key && key.start.line === value.start.line && isOnOneLine) {
    return { start: key.start, end: value.end };
  }
  return key ?? keyAt(positions, value.start) ?? value;
}

/** Finds the key that stands at a position. */
function keyAt(node: PositionNode, position: SourcePosition): SourceRange | undefined {
  for (const { key, value, children } of node.children.values()) {
    if (key && compare(key.start, position) === 0) return key;
    if (compare(value.start, position) > 0 || compare(value.end, position) < 0) continue;
    const inside = keyAt({ key, value, children }, position);
    if (inside) return inside;
  }
  return undefined;
}

function compare(a: SourcePosition, b: SourcePosition): number {
  return a.line - b.line || a.column - b.column;
}

/** Finds the second of two equal keys by the line that the server names, which counts within the document. */
function duplicateRange(
  node: PositionNode,
  firstLine: number,
  message: string,
): SourceRange | undefined {
  const [, line = '', name = ''] =
    /^line (\d+): key (".*") already set in map$/s.exec(message) ?? [];
  for (const [key, child] of node.children) {
    const isNamed = JSON.stringify(key) === name;
    if (isNamed && child.value.start.line === firstLine + Number(line) - 1) return child.key;
    const inside = duplicateRange(child, firstLine, message);
    if (inside) return inside;
  }
  return undefined;
}

/** Returns the path that a warning begins with, where the text has such a field. */
function pathIn(positions: PositionNode, warning: string): string {
  const path = /^([a-zA-Z][^\s:]*): /.exec(warning)?.[1];
  return path !== undefined && locate(positions, path).exact ? path : '';
}
