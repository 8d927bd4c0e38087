/**
 * The objects in files given with `-f`: text to documents, documents to objects of a known kind.
 *
 * Upstream: staging/src/k8s.io/cli-runtime/pkg/resource visitor.go StreamVisitor, mapper.go infoForData;
 * staging/src/k8s.io/kubectl/pkg/validation/schema.go
 * Simplified: no URLs and no kustomizations.
 */
import { parseYamlDocuments } from '../api/yaml.ts';
import { goQuote } from '../api/go-format.ts';
import { apiVersionOf } from '../api/kinds.ts';
import type { KindRow, KindTable } from '../api/kinds.ts';
import { isJsonObject, valueAt } from '../api/object.ts';
import type { Json, JsonObject } from '../api/object.ts';
import type { KubectlContext } from './context.ts';
import { KubectlError } from './errors.ts';

/** An object of a file, not yet sent anywhere. */
export interface ManifestObject {
  readonly row: KindRow;
  /** As errors name it: the path as typed, or `STDIN`. */
  readonly source: string;
  readonly object: JsonObject;
}

/** What was read: objects in the order of the files, and what could not be read. */
export interface Manifests {
  readonly objects: readonly ManifestObject[];
  readonly errors: readonly Error[];
}

interface Source {
  readonly name: string;
  readonly text: string;
}

/** Reads all files. Throws KubectlError where a path does not exist. */
export function readManifests(
  context: KubectlContext,
  paths: readonly string[],
  options: { recursive: boolean; validate: boolean },
): Manifests {
  const sources = paths.flatMap((path) => sourcesOf(context, path, options.recursive));
  const objects: ManifestObject[] = [];
  const errors: Error[] = [];
  for (const source of sources) {
    for (const document of documentsOf(source)) {
      try {
        if (document instanceof Error) throw document;
        objects.push(...objectsOf(context.kinds, source.name, document, options.validate));
      } catch (error) {
        if (!(error instanceof KubectlError)) throw error;
        errors.push(error);
      }
    }
  }
  return { objects, errors };
}

/** Reads the one document of a file for a raw request. Throws KubectlError where there is none. */
export function readRawBody(context: KubectlContext, path: string): unknown {
  const [source] = sourcesOf(context, path, false);
  const [document] = source === undefined ? [] : documentsOf(source);
  if (document instanceof KubectlError) throw document;
  return document;
}

const extensions = ['.json', '.yaml', '.yml'];

function sourcesOf(context: KubectlContext, path: string, recursive: boolean): Source[] {
  if (path === '-') return [{ name: 'STDIN', text: context.stdin }];
  if (/^https?:\/\//.test(path)) {
    throw new KubectlError(`the address ${goQuote(path)} cannot be read in this simulation`);
  }
  const text = context.files.read(path);
  if (text !== undefined) return [{ name: path, text }];
  const names = context.files.list?.(path);
  if (names === undefined) throw new KubectlError(`the path ${goQuote(path)} does not exist`);
  const found: Source[] = [];
  for (const name of names) {
    const inside = `${path.replace(/\/$/, '')}/${name}`;
    const isDirectory = context.files.list?.(inside) !== undefined;
    if (isDirectory && recursive) found.push(...sourcesOf(context, inside, true));
    else if (!isDirectory && extensions.some((extension) => name.endsWith(extension))) {
      found.push(...sourcesOf(context, inside, false));
    }
  }
  if (found.length === 0) {
    throw new KubectlError(
      `error reading [${path}]: recognized file extensions are [${extensions.join(' ')}]`,
    );
  }
  return found;
}

/** Returns the documents of a text; an error ends them, as upstream's stream reader stops there. */
function documentsOf(source: Source): (Json | KubectlError)[] {
  const trimmed = source.text.trimStart();
  if (trimmed.startsWith('{')) return jsonDocuments(source, trimmed);
  const { documents, errors } = parseYamlDocuments(source.text);
  const first = errors[0];
  const before = documents.filter(
    (document) => first === undefined || document.line < first.position.line,
  );
  const values: (Json | KubectlError)[] = before.map((document) => document.value);
  if (first) values.push(new KubectlError(`error parsing ${source.name}: ${first.message}`));
  return values;
}

function jsonDocuments(source: Source, text: string): (Json | KubectlError)[] {
  try {
    return [JSON.parse(text) as Json];
  } catch {
    const { documents, errors } = parseYamlDocuments(source.text);
    if (errors.length === 0 && documents.length > 0) {
      return documents.map((document) => document.value);
    }
    return [new KubectlError(`error parsing ${source.name}: unexpected EOF`)];
  }
}

function objectsOf(
  kinds: KindTable,
  source: string,
  document: Json,
  validate: boolean,
): ManifestObject[] {
  if (validate) validateShape(source, document);
  if (!isJsonObject(document)) {
    throw new KubectlError(
      `unable to decode ${goQuote(source)}: json: cannot unmarshal ${jsonType(document)} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
    );
  }
  const { kind, items } = document;
  if (typeof kind !== 'string' || kind === '') {
    const shown = JSON.stringify(document);
    throw new KubectlError(
      `unable to decode ${goQuote(source)}: Object 'Kind' is missing in '${shown}'`,
    );
  }
  if (kind.endsWith('List') && Array.isArray(items)) {
    return items.flatMap((item: Json) => objectsOf(kinds, source, item, validate));
  }
  checkMetadata(source, document);
  const apiVersion = typeof document.apiVersion === 'string' ? document.apiVersion : '';
  const row = rowOf(kinds, apiVersion, kind);
  if (row) return [{ row, source, object: document }];
  const name = textAt(document, 'name');
  const namespace = textAt(document, 'namespace');
  throw new KubectlError(
    `resource mapping not found for name: ${goQuote(name)} namespace: ${goQuote(namespace)} from ${goQuote(source)}: ` +
      `no matches for kind ${goQuote(kind)} in version ${goQuote(apiVersion)}\nensure CRDs are installed first`,
  );
}

function textAt(document: JsonObject, field: string): string {
  const value = valueAt(document, 'metadata', field);
  return typeof value === 'string' ? value : '';
}

/** Finds a kind as kubectl maps it: in any case, since the server is the one to refuse a wrong one. */
function rowOf(kinds: KindTable, apiVersion: string, kind: string): KindRow | undefined {
  const lower = kind.toLowerCase();
  return (
    kinds.byKind(apiVersion, kind) ??
    kinds.rows.find((row) => row.kind.toLowerCase() === lower && apiVersionOf(row) === apiVersion)
  );
}

/** What kubectl itself checks before it sends an object with `--validate`. */
function validateShape(source: string, document: Json): void {
  const problems: string[] = [];
  if (!isJsonObject(document)) problems.push('invalid object to validate');
  else {
    const { apiVersion, kind } = document;
    if (typeof apiVersion !== 'string' || apiVersion === '') problems.push('apiVersion not set');
    else if (apiVersion.split('/').length > 2) {
      problems.push(`unexpected GroupVersion string: ${apiVersion}`);
    }
    if (typeof kind !== 'string' || kind === '') problems.push('kind not set');
  }
  if (problems.length === 0) return;
  const text = problems.length === 1 ? (problems[0] ?? '') : `[${problems.join(', ')}]`;
  throw new KubectlError(
    `error validating ${goQuote(source)}: error validating data: ${text}; if you choose to ignore these errors, turn validation off with --validate=false`,
  );
}

const textFields = ['name', 'namespace', 'generateName'];
const textMaps = ['labels', 'annotations'];

/** Refuses metadata that does not decode; the rest of the object is the server's to judge. */
function checkMetadata(source: string, document: JsonObject): void {
  const { metadata } = document;
  if (!isJsonObject(metadata)) return;
  const refuse = (value: unknown, field: string): never => {
    throw new KubectlError(
      `unable to decode ${goQuote(source)}: json: cannot unmarshal ${jsonType(value)} into Go struct field ObjectMeta.metadata.${field} of type string`,
    );
  };
  for (const field of textFields) {
    const value = metadata[field];
    if (value !== undefined && value !== null && typeof value !== 'string') refuse(value, field);
  }
  for (const field of textMaps) {
    const map = metadata[field];
    if (!isJsonObject(map)) continue;
    for (const value of Object.values(map)) {
      if (value !== null && value !== undefined && typeof value !== 'string') refuse(value, field);
    }
  }
}

function jsonType(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return value === null ? 'null' : typeof value;
}
