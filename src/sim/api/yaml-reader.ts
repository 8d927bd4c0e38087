/**
 * The complete reader of one YAML document.
 *
 * - Scalars follow YAML 1.1 (see yaml-scalars.ts); `<<` merges; aliases that grow a document out of proportion are refused.
 * - Errors carry upstream's words where they are known, with the line that upstream prints (counted within the
 *   document), and the true line and column beside them.
 *
 * Upstream: sigs.k8s.io/yaml YAMLToJSON, goyaml.v2 decoder
 */
import { isAlias, isMap, isPair, isScalar, isSeq, parseDocument } from 'yaml';
import type { Document, Node, Pair, YAMLMap, YAMLParseError } from 'yaml';
import type { Json } from './object.ts';
import type { PositionNode, SourcePosition, SourceRange } from './yaml-positions.ts';
import { resolvePlainScalar, resolveTaggedScalar } from './yaml-scalars.ts';
import { objectOf } from './yaml-subset.ts';
import type { Chunk, YamlDocument, YamlError } from './yaml.ts';

/** Reads a document, or says why it cannot be read. */
export function readYaml(chunk: Chunk): YamlDocument | YamlError {
  try {
    return new Reader(chunk).read();
  } catch (error) {
    if (error instanceof YamlProblem) return { message: error.message, position: error.position };
    if (!(error instanceof RangeError)) throw error;
    const message = 'error converting YAML to JSON: yaml: exceeded max depth of 10000';
    return { message, position: { line: chunk.line, column: 1 } };
  }
}

/** An error of the manifest's author, on its way up. */
class YamlProblem extends Error {
  readonly position: SourcePosition;

  constructor(detail: string, position: SourcePosition) {
    super(`error converting YAML to JSON: yaml: ${detail}`);
    this.position = position;
  }
}

/** Below this many decoded nodes aliases may make up 99 % of a document; above the second, 10 %. */
const aliasLimits = { low: 400_000, high: 4_000_000 };

/** Turns one document into data. Holds what that needs: line starts, anchors, and the count of decoded nodes. */
class Reader {
  private readonly chunk: Chunk;
  private readonly lineStarts: number[] = [0];
  private readonly anchors = new Map<string, Node>();
  private readonly duplicates: string[] = [];
  private decoded = 0;
  private decodedInAliases = 0;
  private aliasDepth = 0;

  constructor(chunk: Chunk) {
    this.chunk = chunk;
    for (let at = chunk.text.indexOf('\n'); at >= 0; at = chunk.text.indexOf('\n', at + 1)) {
      this.lineStarts.push(at + 1);
    }
  }

  read(): YamlDocument {
    const document: Document.Parsed = parseDocument(this.chunk.text, {
      version: '1.1',
      schema: 'failsafe',
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'error',
    });
    const first = document.errors[0];
    if (first) throw this.syntaxError(first);
    const { value, node } = this.convert(document.contents);
    const positions = { ...node, key: undefined };
    const duplicateKeys = this.duplicates;
    return { value, line: this.chunk.line, positions, duplicateKeys };
  }

  private convert(node: Node | null): { value: Json; node: PositionNode } {
    this.count();
    const range = this.rangeOf(node);
    const leaf = { key: undefined, value: range, children: new Map<string, PositionNode>() };
    if (node === null) return { value: null, node: leaf };
    if (isAlias(node)) {
      const target = this.anchors.get(node.source);
      if (!target) throw new YamlProblem(`unknown anchor '${node.source}' referenced`, range.start);
      this.aliasDepth += 1;
      const converted = this.convert(target);
      this.aliasDepth -= 1;
      return { value: converted.value, node: leaf };
    }
    if ((isScalar(node) || isMap(node) || isSeq(node)) && node.anchor) {
      this.anchors.set(node.anchor, node);
    }
    if (isScalar(node)) return { value: this.scalar(node, range), node: leaf };
    if (isSeq(node)) {
      const value: Json[] = [];
      const children = new Map<string, PositionNode>();
      for (const [index, item] of node.items.entries()) {
        const element = this.convert(itemNode(item));
        value.push(element.value);
        children.set(String(index), element.node);
      }
      return { value, node: { key: undefined, value: rangeWith(node, range, children), children } };
    }
    if (isMap(node)) return this.map(node, range);
    return { value: null, node: leaf };
  }

  private map(map: YAMLMap, range: SourceRange): { value: Json; node: PositionNode } {
    const fields = new Map<string, Json>();
    const merged = new Map<string, Json>();
    const children = new Map<string, PositionNode>();
    for (const pair of map.items) {
      const keyNode = pair.key as Node | null;
      if (isScalar(keyNode) && keyNode.type === 'PLAIN' && keyNode.value === '<<') {
        this.merge(pair, merged);
        continue;
      }
      const keyRange = this.rangeOf(keyNode);
      const key = this.key(keyNode, keyRange);
      const converted = this.convert(pair.value as Node | null);
      if (fields.has(key)) {
        // Upstream names the line on which the value begins, not the key.
        const { start } = pair.value === null ? keyRange : converted.node.value;
        const line = start.line - this.chunk.line + 1;
        this.duplicates.push(`line ${line}: key ${JSON.stringify(key)} already set in map`);
      }
      fields.set(key, converted.value);
      children.set(key, {
        key: keyRange,
        value: pair.value === null ? keyRange : converted.node.value,
        children: converted.node.children,
      });
    }
    for (const [key, value] of merged) if (!fields.has(key)) fields.set(key, value);
    const value = objectOf(fields);
    return { value, node: { key: undefined, value: rangeWith(map, range, children), children } };
  }

  /** Reads the maps of a `<<` key; of several the first wins. */
  private merge(pair: Pair, into: Map<string, Json>): void {
    const source = this.convert(pair.value as Node | null).value;
    for (const map of Array.isArray(source) ? source : [source]) {
      if (typeof map !== 'object' || map === null || Array.isArray(map)) {
        const { start } = this.rangeOf(pair.key as Node | null);
        throw new YamlProblem('map merge requires map or sequence of maps as the value', start);
      }
      for (const [key, value] of Object.entries(map)) {
        if (!into.has(key)) into.set(key, value as Json);
      }
    }
  }

  private key(node: Node | null, range: SourceRange): string {
    const { value } = this.convert(node);
    if (value === null || typeof value === 'object') {
      throw new YamlProblem(`invalid map key: ${goSyntax(value)}`, range.start);
    }
    return String(value);
  }

  private scalar(node: Node & { value: unknown; type?: string }, range: SourceRange): Json {
    const text = typeof node.value === 'string' ? node.value : String(node.value ?? '');
    const tag = node.tag;
    if (tag !== undefined && tag !== '!' && node.range) {
      const value = resolveTaggedScalar(tag, text);
      if (value !== undefined) return value;
      const type = tag.replace('tag:yaml.org,2002:', '!!');
      throw new YamlProblem(`cannot decode !!str \`${text}\` as a ${type}`, range.start);
    }
    return node.type === 'PLAIN' || node.type === undefined ? resolvePlainScalar(text) : text;
  }

  /** Counts a decoded node, as a guard against small texts that alias themselves into huge data. */
  private count(): void {
    this.decoded += 1;
    if (this.aliasDepth > 0) this.decodedInAliases += 1;
    if (this.decodedInAliases <= 100 || this.decoded <= 1_000) return;
    const { low, high } = aliasLimits;
    const share = Math.min(1, Math.max(0, (this.decoded - low) / (high - low)));
    if (this.decodedInAliases / this.decoded <= 0.99 - share * 0.89) return;
    const start = { line: this.chunk.line, column: 1 };
    throw new YamlProblem('document contains excessive aliasing', start);
  }

  private rangeOf(node: Node | null): SourceRange {
    const [start, full] = node?.range ?? [0, 0];
    let end = full;
    while (end > start && /\s/.test(this.chunk.text.charAt(end - 1))) end -= 1;
    return { start: this.position(start), end: this.position(end) };
  }

  private position(offset: number): SourcePosition {
    let low = 0;
    let high = this.lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: this.chunk.line + low, column: offset - (this.lineStarts[low] ?? 0) + 1 };
  }

  /**
   * Words an error as upstream's parser does. Its scanner counts lines from 1, its parser from 0 (and leaves out a
   * line 0), which is why kubectl often names the line before the wrong one.
   */
  private syntaxError(error: YAMLParseError): YamlProblem {
    const position = this.position(error.pos[0]);
    const line = position.line - this.chunk.line + 1;
    const { words, by } = upstreamWords(error);
    const shown = by === 'scanner' ? line : line - 1;
    return new YamlProblem(shown > 0 ? `line ${shown}: ${words}` : words, position);
  }
}

/** A collection without brackets ends where its last value ends; a comment behind that is not part of it. */
function rangeWith(
  { flow }: { flow?: boolean },
  { start, end }: SourceRange,
  children: ReadonlyMap<string, PositionNode>,
): SourceRange {
  const last = flow === true ? undefined : [...children.values()].at(-1);
  return { start, end: last?.value.end ?? end };
}

/** Elements of a list are nodes; a pair stands there only in an ordered map, which JSON cannot hold. */
function itemNode(item: unknown): Node | null {
  return isPair(item) ? null : (item as Node | null);
}

/** What upstream says to each error of our parser. */
function upstreamWords(error: YAMLParseError): { words: string; by: 'scanner' | 'parser' } {
  const { code, message } = error;
  if (code === 'RESOURCE_EXHAUSTION' || /call stack/i.test(message)) {
    return { words: 'exceeded max depth of 10000', by: 'scanner' };
  }
  if (code === 'TAB_AS_INDENT' || code === 'BAD_SCALAR_START') {
    return { words: 'found character that cannot start any token', by: 'scanner' };
  }
  if (code === 'BLOCK_AS_IMPLICIT_KEY' || code === 'MULTILINE_IMPLICIT_KEY') {
    return { words: 'mapping values are not allowed in this context', by: 'scanner' };
  }
  if (code === 'BAD_DQ_ESCAPE') return { words: 'found unknown escape character', by: 'scanner' };
  if (message.startsWith('Missing closing')) {
    return { words: 'found unexpected end of stream', by: 'scanner' };
  }
  if (message.startsWith('Implicit map keys need')) {
    return { words: "could not find expected ':'", by: 'scanner' };
  }
  if (message.startsWith('Flow seq'))
    return { words: "did not find expected ',' or ']'", by: 'parser' };
  if (message.startsWith('Flow map'))
    return { words: "did not find expected ',' or '}'", by: 'parser' };
  if (message.startsWith('All sequence items')) {
    return { words: "did not find expected '-' indicator", by: 'parser' };
  }
  if (code === 'BAD_INDENT' || code === 'UNEXPECTED_TOKEN' || code === 'MISSING_CHAR') {
    return { words: 'did not find expected key', by: 'parser' };
  }
  return { words: message.charAt(0).toLowerCase() + message.slice(1), by: 'scanner' };
}

/** Prints data in Go's syntax, as the refusal of a map key does. */
function goSyntax(value: Json): string {
  if (value === null) return 'interface {}(nil)';
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  if (typeof value === 'object') {
    const fields = Object.entries(value).map(
      ([key, field]) => `${JSON.stringify(key)}:${goSyntax(field ?? null)}`,
    );
    return `map[interface {}]interface {}{${fields.join(', ')}}`;
  }
  return JSON.stringify(value);
}
