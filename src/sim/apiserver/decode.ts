/**
 * Turns the data of a request body into an object of the API, led by the schema.
 *
 * - Wrong types are refused in any mode, and only the first of them is told, in the words of Go's JSON decoder.
 * - Unknown and duplicate fields are refused (Strict), warned of (Warn) or dropped (Ignore).
 * - The object comes out as Go would write it again: nulls and empty optional values are gone, quantities and times
 *   are in canonical form, structs held by value and required scalars are there.
 *
 * Upstream: staging/src/k8s.io/apimachinery/pkg/runtime/serializer/json Decode; sigs.k8s.io/json UnmarshalStrict;
 * staging/src/k8s.io/apiserver/pkg/endpoints/handlers transformDecodeError
 * Docs: /docs/reference/using-api/api-concepts/#field-validation
 */
import { goQuote } from '../api/go-format.ts';
import { apiVersionOf, builtInKindTable, parseApiVersion } from '../api/kinds.ts';
import type { KindRow } from '../api/kinds.ts';
import { isJsonObject } from '../api/object.ts';
import type { JsonObject, KubeObject } from '../api/object.ts';
import { newBadRequest } from '../api/status-error.ts';
import { Decoder } from './decoder.ts';
import type { WrongType } from './decoder.ts';

/** What happens to fields that the kind does not have. The server's own default is `Warn`, kubectl's `Strict`. */
export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

/** How to decode, and what the reader of the text has already found in it. */
export interface DecodeOptions {
  readonly fieldValidation: FieldValidation;
  /** Keys given twice in a YAML body: `line 9: key "image" already set in map`. */
  readonly yamlDuplicates?: readonly string[];
  /** Paths of fields given twice in a JSON body. */
  readonly jsonDuplicates?: readonly string[];
  /** The stored object whose place the data is to take: what the two share is not decoded again. */
  readonly over?: KubeObject | undefined;
}

/** A decoded object with the texts of its warnings, without code or agent. */
export interface Decoded {
  readonly object: KubeObject;
  readonly warnings: readonly string[];
}

/** The decoder notices at most so many strict errors. Upstream: sigs.k8s.io/json */
const maxStrictErrors = 100;

/** Decodes the data of a body for a kind. Throws a 400 in upstream's words. */
export function decode(row: KindRow, body: unknown, options: DecodeOptions): Decoded {
  const data = body === null || body === undefined ? {} : body;
  if (!isJsonObject(data)) throw newBadRequest(`body of a ${row.kind} must be a JSON object`);
  const apiVersion = typeof data.apiVersion === 'string' ? data.apiVersion : '';
  const kind = typeof data.kind === 'string' ? data.kind : '';
  refuseOtherKinds(row, apiVersion || apiVersionOf(row), kind || row.kind);
  const decoder = new Decoder();
  const fields = decoder.kind(row, data, options.over as unknown as JsonObject | undefined);
  const [wrong] = decoder.wrongTypes;
  if (wrong !== undefined) throw cannotBeHandled(row, row.kind, row.version, wrong.message);
  fields['apiVersion'] = apiVersionOf(row);
  fields['kind'] = row.kind;
  const object = fields as unknown as KubeObject;
  if (options.fieldValidation === 'Ignore') return { object, warnings: [] };
  const yaml = options.yamlDuplicates ?? [];
  const duplicates = (options.jsonDuplicates ?? []).map((path) => `duplicate field "${path}"`);
  const others = [...duplicates, ...decoder.strictErrors].slice(0, maxStrictErrors);
  if (options.fieldValidation === 'Warn') return { object, warnings: [...yaml, ...others] };
  const texts =
    yaml.length > 0
      ? [['yaml: unmarshal errors:', ...yaml.map((line) => `  ${line}`)].join('\n'), ...others]
      : others;
  if (texts.length > 0) {
    const error = `strict decoding error: ${texts.join(', ')}`;
    throw cannotBeHandled(row, row.kind, row.version, error);
  }
  return { object, warnings: [] };
}

/** Returns every value of the data that does not fit its field, in the order of the fields; a request is told the first. */
export function wrongTypesOf(row: KindRow, data: JsonObject): readonly WrongType[] {
  const decoder = new Decoder();
  decoder.kind(row, data);
  return decoder.wrongTypes;
}

/** Group versions that upstream still knows by name and no longer serves. */
const retiredVersions: ReadonlySet<string> = new Set([
  'apps/v1beta1',
  'apps/v1beta2',
  'autoscaling/v1',
  'autoscaling/v2beta1',
  'autoscaling/v2beta2',
  'batch/v1beta1',
  'discovery.k8s.io/v1beta1',
  'networking.k8s.io/v1beta1',
  'policy/v1beta1',
]);

function refuseOtherKinds(row: KindRow, apiVersion: string, kind: string): void {
  if (row.struct === undefined) return;
  if (apiVersion === apiVersionOf(row) && kind === row.kind) return;
  const { group, version } = parseApiVersion(apiVersion);
  if (group === row.group && kind === row.kind && retiredVersions.has(apiVersion)) {
    throw newBadRequest(
      `the API version in the data (${apiVersion}) does not match the expected API version (${apiVersionOf(row)})`,
    );
  }
  const internal = row.group === '' ? 'core' : (row.group.split('.')[0] ?? '');
  const error = builtInKindTable.byKind(apiVersion, kind)
    ? `converting (${version}.${kind}) to (${internal}.${row.kind}): unknown conversion`
    : `no kind ${goQuote(kind)} is registered for version ${goQuote(apiVersion)} in scheme ` +
      '"k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30"';
  throw cannotBeHandled(row, kind, version, error);
}

function cannotBeHandled(row: KindRow, kind: string, version: string, error: string) {
  return newBadRequest(
    `${kind} in version ${goQuote(version)} cannot be handled as a ${row.kind}: ${error}`,
  );
}
