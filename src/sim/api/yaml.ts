/**
 * Manifests: YAML text of any number of documents, read as kubectl and the API server read it.
 *
 * - Scalars follow YAML 1.1 (see yaml-scalars.ts); keys become text; keys of a map come out sorted, as JSON made from
 *   YAML upstream is.
 * - A document that does not parse does not keep the others from it.
 * - What most manifests are made of is read by yaml-subset.ts; the rest by yaml-reader.ts, which comes with a part.
 *
 * Upstream: staging/src/k8s.io/apimachinery/pkg/util/yaml YAMLReader
 */
import { Seam } from '../part.ts';
import type { Json } from './object.ts';
import type { PositionNode, SourcePosition } from './yaml-positions.ts';
import { readPlainYaml } from './yaml-subset.ts';

/** Reads a document that yaml-subset.ts gives up on. */
export const yamlReaderSeam = new Seam<(chunk: Chunk) => YamlDocument | YamlError>('yaml');

/** One document of a manifest, as data. */
export interface YamlDocument {
  readonly value: Json;
  /** The first line of the document in the whole text, from 1. */
  readonly line: number;
  readonly positions: PositionNode;
  /** Keys given twice, in the API server's words: `line 9: key "image" already set in map`. The last one wins. */
  readonly duplicateKeys: readonly string[];
}

/** Why a document could not be read. */
export interface YamlError {
  /** As kubectl prints it after `error parsing …: `. */
  readonly message: string;
  readonly position: SourcePosition;
}

/** The outcome of reading a manifest; empty documents are left out. */
export interface YamlManifest {
  readonly documents: readonly YamlDocument[];
  readonly errors: readonly YamlError[];
}

/** Reads every document of a manifest. */
export function parseYamlDocuments(text: string): YamlManifest {
  const documents: YamlDocument[] = [];
  const errors: YamlError[] = [];
  for (const chunk of splitDocuments(text, errors)) {
    const read = readDocument(chunk);
    if ('message' in read) errors.push(read);
    else if (read.value !== null) documents.push(read);
  }
  errors.sort((a, b) => a.position.line - b.position.line);
  return { documents, errors };
}

function readDocument(chunk: Chunk): YamlDocument | YamlError {
  const plain = readPlainYaml(chunk.text, chunk.line);
  if (plain === undefined) return yamlReaderSeam.get()(chunk);
  return { ...plain, line: chunk.line, duplicateKeys: [] };
}

/** The text of one document, and its first line in the whole text, from 1. */
export interface Chunk {
  readonly text: string;
  readonly line: number;
}

/** Cuts the text at lines that begin with `---`, which may hold nothing else but a comment. */
function splitDocuments(text: string, errors: YamlError[]): Chunk[] {
  const chunks: Chunk[] = [];
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  let first = 0;
  const cut = (end: number): void => {
    const part = lines.slice(first, end);
    if (part.some((line) => line.trim() !== '')) {
      chunks.push({ text: `${part.join('\n')}\n`, line: first + 1 });
    }
  };
  for (const [index, line] of lines.entries()) {
    if (!line.startsWith('---')) continue;
    const rest = line.slice(3).trim();
    if (rest !== '' && !rest.startsWith('#')) {
      const message = `invalid Yaml document separator: ${rest}`;
      errors.push({ message, position: { line: index + 1, column: 4 } });
    }
    cut(index);
    first = index + 1;
  }
  cut(lines.length);
  return chunks;
}
