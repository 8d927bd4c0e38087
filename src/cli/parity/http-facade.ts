/**
 * The API server behind HTTP: a method, a path, a query and a body become one request to it, and its answer a status, a body
 * and warnings. For recordings of raw requests.
 *
 * Simplified: JSON answers of single requests; no watch streams, tables, discovery documents, impersonation.
 */
import { builtInKindTable } from '#sim/api/kinds.ts';
import type { KindRow } from '#sim/api/kinds.ts';
import { isJsonObject } from '#sim/api/object.ts';
import { StatusError } from '#sim/api/status-error.ts';
import { decodeText } from '#sim/apiserver/body.ts';
import type {
  ApiRequest,
  PatchType,
  PropagationPolicy,
  RequestOptions,
  Verb,
} from '#sim/apiserver/request.ts';
import type { ApiServer } from '#sim/apiserver/server.ts';
import type { Process } from '#sim/engine/process.ts';

/** A request as it was sent. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly contentType?: string | undefined;
  readonly accept?: string | undefined;
  /** The user in whose name it was sent. */
  readonly as?: unknown;
  readonly body?: string | undefined;
}

/** An answer. */
export interface HttpAnswer {
  readonly code: number;
  readonly body: unknown;
  readonly warnings: readonly string[];
}

interface Place {
  readonly row: KindRow;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
}

/** Takes a path apart: `/apis/apps/v1/namespaces/shop/deployments/web/scale`; undefined for what is no known resource. */
export function placeOf(path: string): Place | undefined {
  const parts = path.split('/').filter((part) => part !== '');
  const isCore = parts[0] === 'api';
  if (!isCore && parts[0] !== 'apis') return undefined;
  const group = isCore ? '' : (parts[1] ?? '');
  const version = parts[isCore ? 1 : 2] ?? '';
  const rest = parts.slice(isCore ? 2 : 3);
  const isInside = rest[0] === 'namespaces' && rest.length > 2 && !isOfNamespace(rest[2]);
  const [resource = '', name = '', subresource = ''] = isInside ? rest.slice(2) : rest;
  const row = builtInKindTable.byResource(group, resource, version);
  return row && { row, namespace: isInside ? (rest[1] ?? '') : '', name, subresource };
}

function isOfNamespace(part: string | undefined): boolean {
  return part === 'status' || part === 'finalize';
}

const verbs: Readonly<Record<string, readonly [ofName: Verb, ofList: Verb]>> = {
  GET: ['get', 'list'],
  POST: ['create', 'create'],
  PUT: ['update', 'update'],
  PATCH: ['patch', 'patch'],
  DELETE: ['delete', 'deletecollection'],
};

const patchTypes: Readonly<Record<string, PatchType>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
};

/** Names what a request needs that this facade does not have; '' when it can be sent. */
export function whatRequestLacks(request: HttpRequest): string {
  const { method, path, query = {}, accept, contentType } = request;
  if (request.as !== undefined) return 'requests in the name of another user';
  if (accept !== undefined) return 'answers in other forms than JSON objects: tables, discovery';
  if (verbs[method] === undefined) return `the method ${method}`;
  const place = placeOf(path);
  if (place === undefined) return `the path ${path.split('/').slice(0, 4).join('/')}`;
  if (query['watch'] !== undefined) return 'watches';
  if (patchTypes[contentType ?? ''] === 'apply') return 'server-side apply';
  const isText = request.body !== undefined && !isJson(request.body);
  if (isText && !isWhole(verbs[method][0], place.subresource)) return 'patches that are no JSON';
  if (place.subresource === 'token' || place.subresource === 'log') return place.subresource;
  return '';
}

/** Sends a request and gives the answer, refusals too. */
export function* sendHttp(server: ApiServer, request: HttpRequest): Process<HttpAnswer> {
  try {
    const { sent, warnings } = requestOf(request);
    const answer = yield* server.serve(sent);
    return {
      code: answer.code,
      body: answer.body,
      warnings: [...new Set([...warnings, ...answer.warnings])],
    };
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return { code: error.status.code ?? 0, body: error.status, warnings: [] };
  }
}

function requestOf(request: HttpRequest): { sent: ApiRequest; warnings: readonly string[] } {
  const { method, path, contentType, body = '' } = request;
  const place = placeOf(path);
  const verb = verbs[method]?.[place?.name === '' ? 1 : 0];
  if (place === undefined || verb === undefined) throw new Error(`http: cannot send to ${path}`);
  const { row, namespace, name, subresource } = place;
  const { content, warnings } = contentOf(request, place, verb);
  const isDelete = verb === 'delete' || verb === 'deletecollection';
  return {
    sent: {
      verb,
      group: row.group,
      version: row.version,
      resource: row.plural,
      namespace,
      name,
      subresource,
      options: { ...optionsOf(request.query ?? {}), ...(isDelete ? deleteOptions(body) : {}) },
      patchType: patchTypes[contentType ?? ''],
      body: isDelete ? undefined : content,
      userAgent: 'unknown',
    },
    warnings,
  };
}

/** Reads a body: whole objects as the server does, so that what is wrong with the text is told; the rest as JSON. */
function contentOf(
  { body, contentType, query = {} }: HttpRequest,
  { row, subresource }: Place,
  verb: Verb,
): { content: unknown; warnings: readonly string[] } {
  if (body === undefined || body === '') return { content: undefined, warnings: [] };
  if (!isWhole(verb, subresource)) return { content: JSON.parse(body), warnings: [] };
  const fieldValidation = fieldValidationOf(query) ?? 'Warn';
  const { object, warnings } = decodeText(row, body, { fieldValidation, contentType });
  return { content: object, warnings };
}

/** Whether a body is a whole object of the resource itself. */
function isWhole(verb: Verb | undefined, subresource: string): boolean {
  return (verb === 'create' || verb === 'update') && subresource === '';
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

type FieldValidation = NonNullable<RequestOptions['fieldValidation']>;

function fieldValidationOf(query: Readonly<Record<string, string>>): FieldValidation | undefined {
  return query['fieldValidation'] as FieldValidation | undefined;
}

function optionsOf(query: Readonly<Record<string, string>>): RequestOptions {
  const number = (name: string): number | undefined =>
    query[name] === undefined ? undefined : Number(query[name]);
  return {
    labelSelector: query['labelSelector'],
    fieldSelector: query['fieldSelector'],
    resourceVersion: query['resourceVersion'],
    resourceVersionMatch: query['resourceVersionMatch'],
    limit: number('limit'),
    continue: query['continue'],
    fieldManager: query['fieldManager'],
    fieldValidation: fieldValidationOf(query),
    force: query['force'] === undefined ? undefined : query['force'] === 'true',
    dryRun: query['dryRun'] === undefined ? undefined : query['dryRun'] === 'All',
    gracePeriodSeconds: number('gracePeriodSeconds'),
    propagationPolicy: query['propagationPolicy'] as PropagationPolicy | undefined,
  };
}

function deleteOptions(body: string): RequestOptions {
  const given: unknown = body === '' ? {} : JSON.parse(body);
  if (!isJsonObject(given)) return {};
  const options = given as RequestOptions & { readonly dryRun?: unknown };
  const { gracePeriodSeconds, propagationPolicy, preconditions, dryRun } = options;
  return {
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
    ...(propagationPolicy === undefined ? {} : { propagationPolicy }),
    ...(preconditions === undefined ? {} : { preconditions }),
    ...(Array.isArray(dryRun) ? { dryRun: true } : {}),
  };
}
