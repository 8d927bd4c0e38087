/**
 * The API's answer to a request that it does not grant: an error that carries the full Status object, made by
 * constructors named as upstream's, with upstream's words.
 *
 * Programs test the reason (`isNotFound`, …); people read the message.
 *
 * Upstream: staging/src/k8s.io/apimachinery/pkg/api/errors/errors.go
 */
import { aggregateMessages, fieldErrorBody, fieldErrorMessage } from './field-error.ts';
import type { FieldError } from './field-error.ts';
import { goQuote } from './go-format.ts';
import { qualifiedKind, qualifiedResource } from './kinds.ts';
import type { Status, StatusCause, StatusDetails } from './types.gen.ts';

/** A resource by group and plural name; a row of the kind table is one. */
export interface GroupResource {
  readonly group: string;
  readonly plural: string;
}

/** A kind by group and name; a row of the kind table is one. */
export interface GroupKind {
  readonly group: string;
  readonly kind: string;
}

/** Reasons that the API gives; '' stands for an error inside the server that is no Status by itself. */
export type StatusReason =
  | ''
  | 'AlreadyExists'
  | 'BadRequest'
  | 'Conflict'
  | 'Expired'
  | 'Forbidden'
  | 'Gone'
  | 'InternalError'
  | 'Invalid'
  | 'MethodNotAllowed'
  | 'NotAcceptable'
  | 'NotFound'
  | 'RequestEntityTooLarge'
  | 'ServerTimeout'
  | 'ServiceUnavailable'
  | 'Timeout'
  | 'TooManyRequests'
  | 'Unauthorized'
  | 'UnsupportedMediaType';

/** V8's limit of the frames that an error keeps; other engines have none. */
const frames = Error as { stackTraceLimit?: number };

/**
 * A request that was refused or failed, with the Status that the client receives. It is an answer like any other and keeps no
 * stack: to take one costs more than most requests do.
 */
export class StatusError extends Error {
  readonly status: Status;

  constructor(status: Status) {
    const { stackTraceLimit } = frames;
    if (stackTraceLimit !== undefined) frames.stackTraceLimit = 0;
    super(status.message ?? '');
    if (stackTraceLimit !== undefined) frames.stackTraceLimit = stackTraceLimit;
    this.name = 'StatusError';
    this.status = status;
  }

  /** HTTP status code. */
  get code(): number {
    return this.status.code ?? 500;
  }

  /** Machine-readable reason; '' where the server gave none. */
  get reason(): StatusReason {
    return (this.status.reason ?? '') as StatusReason;
  }
}

function failure(
  code: number,
  reason: StatusReason,
  message: string,
  details?: StatusDetails,
): StatusError {
  return new StatusError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(reason === '' ? {} : { reason }),
    ...(details === undefined ? {} : { details }),
    code,
  });
}

/** Leaves out what is empty, as Go's `omitempty` does. */
function detailsOf(
  name: string,
  group: string,
  kind: string,
  rest: Omit<StatusDetails, 'name' | 'group' | 'kind'> = {},
): StatusDetails {
  return {
    ...(name === '' ? {} : { name }),
    ...(group === '' ? {} : { group }),
    ...(kind === '' ? {} : { kind }),
    ...rest,
  };
}

function retryAfter(seconds: number): Pick<StatusDetails, 'retryAfterSeconds'> {
  return seconds > 0 ? { retryAfterSeconds: seconds } : {};
}

/** 404: no object of that name. */
export function newNotFound(resource: GroupResource, name: string): StatusError {
  const details = detailsOf(name, resource.group, resource.plural);
  return failure(
    404,
    'NotFound',
    `${qualifiedResource(resource)} ${goQuote(name)} not found`,
    details,
  );
}

/** 404: no such resource or subresource in a group that does exist. */
export function newResourceNotFound(): StatusError {
  return failure(404, 'NotFound', 'the server could not find the requested resource', {});
}

/** 409: an object of that name exists. */
export function newAlreadyExists(resource: GroupResource, name: string): StatusError {
  const details = detailsOf(name, resource.group, resource.plural);
  const message = `${qualifiedResource(resource)} ${goQuote(name)} already exists`;
  return failure(409, 'AlreadyExists', message, details);
}

/** 409: an object of that name exists and is on its way out. */
export function newBeingDeleted(resource: GroupResource, name: string): StatusError {
  const details = detailsOf(name, resource.group, resource.plural);
  const message = `object is being deleted: ${qualifiedResource(resource)} ${goQuote(name)} already exists`;
  return failure(409, 'AlreadyExists', message, details);
}

/** 409: each name that was tried for a `generateName` is taken. */
export function newGenerateNameConflict(
  resource: GroupResource,
  name: string,
  retryAfterSeconds: number,
): StatusError {
  const message =
    `${qualifiedResource(resource)} ${goQuote(name)} already exists, ` +
    'the server was not able to generate a unique name for the object';
  const rest = retryAfter(retryAfterSeconds);
  return failure(
    409,
    'AlreadyExists',
    message,
    detailsOf(name, resource.group, resource.plural, rest),
  );
}

/** What a stale resourceVersion is told. */
export const optimisticLockMessage =
  'the object has been modified; please apply your changes to the latest version and try again';

/** 409: the write does not fit the object's present state; by default, its resourceVersion has moved on. */
export function newConflict(
  resource: GroupResource,
  name: string,
  error: string = optimisticLockMessage,
): StatusError {
  const message = `Operation cannot be fulfilled on ${qualifiedResource(resource)} ${goQuote(name)}: ${error}`;
  return failure(409, 'Conflict', message, detailsOf(name, resource.group, resource.plural));
}

/** 409: a server-side apply would take fields from other managers. */
export function newApplyConflict(causes: readonly StatusCause[], message: string): StatusError {
  return failure(409, 'Conflict', message, { causes });
}

/** 403: refused by admission, authorization or a rule of the kind; a nameless resource has name ''. */
export function newForbidden(resource: GroupResource, name: string, error: string): StatusError {
  const which = qualifiedResource(resource);
  const subject =
    which === '' ? '' : name === '' ? `${which} is ` : `${which} ${goQuote(name)} is `;
  const details = detailsOf(name, resource.group, resource.plural);
  return failure(403, 'Forbidden', `${subject}forbidden: ${error}`, details);
}

/** 422: fields fail validation. The message tells each error once, the causes tell all. */
export function newInvalid(
  kind: GroupKind,
  name: string,
  errors: readonly FieldError[],
): StatusError {
  const causes = errors.map((error): StatusCause => ({
    reason: error.type,
    message: fieldErrorBody(error),
    field: error.field === '' ? '<nil>' : error.field,
  }));
  const start = `${qualifiedKind(kind)} ${goQuote(name)} is invalid`;
  const text = aggregateMessages(errors.map(fieldErrorMessage));
  const message = errors.length === 0 ? start : `${start}: ${text}`;
  return failure(422, 'Invalid', message, detailsOf(name, kind.group, kind.kind, { causes }));
}

/** 422: the body could be read and yet not be carried out, and the server does not say why (JSON patches). */
export function newUnprocessable(): StatusError {
  const message = 'the server rejected our request due to an error in our request';
  return failure(422, 'Invalid', message, {});
}

/** 400: the request makes no sense. */
export function newBadRequest(message: string): StatusError {
  return failure(400, 'BadRequest', message);
}

/** 401: no or bad credentials. */
export function newUnauthorized(message = 'not authorized'): StatusError {
  return failure(401, 'Unauthorized', message);
}

/** 405: the path exists but not with that verb. */
export function newMethodNotAllowed(): StatusError {
  const message = 'the server does not allow this method on the requested resource';
  return failure(405, 'MethodNotAllowed', message, {});
}

/** 405: the kind has no such operation. */
export function newMethodNotSupported(resource: GroupResource, action: string): StatusError {
  const message = `${action} is not supported on resources of kind ${goQuote(qualifiedResource(resource))}`;
  return failure(405, 'MethodNotAllowed', message, detailsOf('', resource.group, resource.plural));
}

/** 410: the revision asked for has been compacted away. */
export function newResourceExpired(message: string): StatusError {
  return failure(410, 'Expired', message);
}

/** 410: what was asked for is gone for good. */
export function newGone(message: string): StatusError {
  return failure(410, 'Gone', message);
}

/** 413: the body is larger than the server takes. */
export function newRequestEntityTooLarge(message: string): StatusError {
  const text = `Request entity too large: ${message}`;
  return failure(413, 'RequestEntityTooLarge', text);
}

/** 415: no decoder for the body's media type. */
export function newUnsupportedMediaType(accepted: readonly string[]): StatusError {
  const message =
    'the body of the request was in an unknown format - accepted media types include: ' +
    accepted.join(', ');
  return failure(415, 'UnsupportedMediaType', message);
}

/** 429: try again later, in `retryAfterSeconds` where that is above 0. */
export function newTooManyRequests(
  message: string,
  retryAfterSeconds = 0,
  causes?: readonly StatusCause[],
): StatusError {
  const details = { ...(causes ? { causes } : {}), ...retryAfter(retryAfterSeconds) };
  return failure(429, 'TooManyRequests', message, details);
}

/** 500: an error inside the server that has a reason. */
export function newInternalError(error: string): StatusError {
  const details = { causes: [{ message: error }] };
  return failure(500, 'InternalError', `Internal error occurred: ${error}`, details);
}

/** 500 without a reason: an error inside the server that is no Status; kubectl prints only its text. */
export function newUnknownError(message: string): StatusError {
  return failure(500, '', message);
}

/** 500: the server gave up for now. */
export function newServerTimeout(
  resource: GroupResource,
  operation: string,
  retryAfterSeconds: number,
): StatusError {
  const message =
    `The ${operation} operation against ${qualifiedResource(resource)} ` +
    'could not be completed at this time, please try again.';
  const details = detailsOf('', resource.group, resource.plural, retryAfter(retryAfterSeconds));
  return failure(500, 'ServerTimeout', message, details);
}

/** 503: the server is not ready to answer. */
export function newServiceUnavailable(message: string): StatusError {
  return failure(503, 'ServiceUnavailable', message);
}

/** 504: the deadline of the request has passed. */
export function newTimeoutError(message: string, retryAfterSeconds: number): StatusError {
  return failure(504, 'Timeout', `Timeout: ${message}`, retryAfter(retryAfterSeconds));
}

/** 504: the watch cache has not come to the revision asked for. */
export function newTooLargeResourceVersion(
  minimumResourceVersion: number,
  currentResourceVersion: number,
  retryAfterSeconds: number,
): StatusError {
  const message = `Timeout: Too large resource version: ${minimumResourceVersion}, current: ${currentResourceVersion}`;
  return failure(504, 'Timeout', message, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    ...retryAfter(retryAfterSeconds),
  });
}

/** Makes the Status of a success, as a delete answers it. */
export function newSuccessStatus(details?: StatusDetails): Status {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    ...(details === undefined ? {} : { details }),
  };
}

/** Returns the reason of any error; '' where it is no Status. */
export function reasonForError(error: unknown): StatusReason {
  return error instanceof StatusError ? error.reason : '';
}

/** Whether the object does not exist. */
export function isNotFound(error: unknown): boolean {
  return reasonForError(error) === 'NotFound';
}

/** Whether an object of that name exists already. */
export function isAlreadyExists(error: unknown): boolean {
  return reasonForError(error) === 'AlreadyExists';
}

/** Whether the object has changed since it was read. */
export function isConflict(error: unknown): boolean {
  return reasonForError(error) === 'Conflict';
}

/** Whether fields fail validation. */
export function isInvalid(error: unknown): boolean {
  return reasonForError(error) === 'Invalid';
}

/** Whether the request was refused by a rule. */
export function isForbidden(error: unknown): boolean {
  return reasonForError(error) === 'Forbidden';
}

/** Whether a list or watch must start anew, because its revision has been compacted away. */
export function isResourceExpired(error: unknown): boolean {
  const reason = reasonForError(error);
  return reason === 'Expired' || reason === 'Gone';
}

/** Whether the server asks to try again later. */
export function isTooManyRequests(error: unknown): boolean {
  return reasonForError(error) === 'TooManyRequests';
}

/** Whether the request ran out of time. */
export function isTimeout(error: unknown): boolean {
  return reasonForError(error) === 'Timeout';
}

/** Whether the failure has a cause of that reason, such as `NamespaceTerminating`. */
export function hasStatusCause(error: unknown, reason: string): boolean {
  if (!(error instanceof StatusError)) return false;
  return (error.status.details?.causes ?? []).some((cause) => cause.reason === reason);
}
