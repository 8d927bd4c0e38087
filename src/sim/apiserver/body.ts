/**
 * Request bodies: text in JSON or YAML, read and decoded in one step.
 *
 * Upstream: staging/src/k8s.io/apimachinery/pkg/runtime/serializer/recognizer;
 * staging/src/k8s.io/apiserver/pkg/endpoints/handlers/rest.go limitedReadBody, transformDecodeError
 */
import type { KindRow } from '../api/kinds.ts';
import { isJsonObject } from '../api/object.ts';
import { newBadRequest, newRequestEntityTooLarge } from '../api/status-error.ts';
import { decode } from './decode.ts';
import type { Decoded, FieldValidation } from './decode.ts';
import { parseJsonBody } from './json-body.ts';
import { parseYamlDocuments } from '../api/yaml.ts';

/** Bytes of the largest body that is read: 3 MiB. Upstream: MaxRequestBodyBytes */
export const maxRequestBodyBytes = 3 * 1024 * 1024;

/** Decodes a body. YAML is what has a YAML media type, or none and no brace at its start. Throws 400 or 413. */
export function decodeText(
  row: KindRow,
  text: string,
  options: { readonly fieldValidation: FieldValidation; readonly contentType?: string | undefined },
): Decoded {
  const { fieldValidation, contentType } = options;
  if (new TextEncoder().encode(text).length > maxRequestBodyBytes) {
    throw newRequestEntityTooLarge(`limit is ${maxRequestBodyBytes}`);
  }
  const isYaml = contentType ? contentType.includes('yaml') : !/^\s*([[{"]|null\s*$|$)/.test(text);
  if (isYaml) {
    const { documents, errors } = parseYamlDocuments(text);
    if (errors[0]) throw unrecognized(row, text, errors[0].message);
    const [document] = documents;
    refuseOtherTypes(row, text, document?.value ?? null);
    const yamlDuplicates = document?.duplicateKeys ?? [];
    return decode(row, document?.value, { fieldValidation, yamlDuplicates });
  }
  const body = parseJsonBody(text);
  if ('error' in body) throw unrecognized(row, text, `json parse error: ${body.error}`);
  refuseOtherTypes(row, text, body.value);
  return decode(row, body.value, { fieldValidation, jsonDuplicates: body.duplicates });
}

/** Refuses a body whose kind cannot be read. */
function refuseOtherTypes(row: KindRow, text: string, value: unknown): void {
  if (value === null) return;
  if (!isJsonObject(value)) {
    const found = Array.isArray(value)
      ? 'array'
      : typeof value === 'boolean'
        ? 'bool'
        : typeof value;
    const into =
      'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';
    const error = `json: cannot unmarshal ${found} into Go value of type ${into}`;
    throw unrecognized(row, text, `json parse error: ${error}`);
  }
  for (const field of ['apiVersion', 'kind']) {
    const given = value[field];
    if (given === undefined || given === null || typeof given === 'string') continue;
    const found =
      typeof given === 'boolean' ? 'bool' : Array.isArray(given) ? 'array' : typeof given;
    const error = `json: cannot unmarshal ${found} into Go struct field .${field} of type string`;
    throw unrecognized(row, text, `json parse error: ${error}`);
  }
}

/** Bytes of the body that the message shows. */
const shownBytes = 30;

function unrecognized(row: KindRow, text: string, error: string) {
  const bytes = new TextEncoder().encode(text);
  const shown = bytes.slice(0, shownBytes);
  const start = text.startsWith('{')
    ? new TextDecoder().decode(shown)
    : [...shown].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const rest = bytes.length > shownBytes ? ' ...' : '';
  const summary = bytes.length === 0 ? '<empty>' : `${start}${rest}`;
  return newBadRequest(
    `the object provided is unrecognized (must be of type ${row.kind}): couldn't get version/kind; ${error} (${summary})`,
  );
}
