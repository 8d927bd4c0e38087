import { describe, expect, test } from 'vitest';
import { invalid, required } from '#sim/api/field-error.ts';
import * as errors from '#sim/api/status-error.ts';

const pods = { group: '', plural: 'pods', kind: 'Pod' };
const deployments = { group: 'apps', plural: 'deployments', kind: 'Deployment' };
const noKind = { group: '', plural: '', kind: '' };

describe('answers, as a real cluster gave them', () => {
  test.each([
    [
      errors.newNotFound(pods, 'x'),
      404,
      'NotFound',
      'pods "x" not found',
      { name: 'x', kind: 'pods' },
    ],
    [
      errors.newNotFound(deployments, 'web'),
      404,
      'NotFound',
      'deployments.apps "web" not found',
      { name: 'web', group: 'apps', kind: 'deployments' },
    ],
    [
      errors.newResourceNotFound(),
      404,
      'NotFound',
      'the server could not find the requested resource',
      {},
    ],
    [
      errors.newAlreadyExists(deployments, 'web'),
      409,
      'AlreadyExists',
      'deployments.apps "web" already exists',
      { name: 'web', group: 'apps', kind: 'deployments' },
    ],
    [
      errors.newBeingDeleted(pods, 'p'),
      409,
      'AlreadyExists',
      'object is being deleted: pods "p" already exists',
      { name: 'p', kind: 'pods' },
    ],
    [
      errors.newGenerateNameConflict(pods, 'p-abcde', 1),
      409,
      'AlreadyExists',
      'pods "p-abcde" already exists, the server was not able to generate a unique name for the object',
      { name: 'p-abcde', kind: 'pods', retryAfterSeconds: 1 },
    ],
    [
      errors.newConflict(pods, 'x'),
      409,
      'Conflict',
      'Operation cannot be fulfilled on pods "x": the object has been modified; please apply your changes to the latest version and try again',
      { name: 'x', kind: 'pods' },
    ],
    [
      errors.newApplyConflict([{ reason: 'FieldManagerConflict' }], 'Apply failed'),
      409,
      'Conflict',
      'Apply failed',
      { causes: [{ reason: 'FieldManagerConflict' }] },
    ],
    [
      errors.newForbidden(pods, 'x', 'no quota'),
      403,
      'Forbidden',
      'pods "x" is forbidden: no quota',
      { name: 'x', kind: 'pods' },
    ],
    [
      errors.newForbidden(deployments, '', 'no'),
      403,
      'Forbidden',
      'deployments.apps is forbidden: no',
      { group: 'apps', kind: 'deployments' },
    ],
    [errors.newForbidden(noKind, '', 'no path'), 403, 'Forbidden', 'forbidden: no path', {}],
    [
      errors.newUnprocessable(),
      422,
      'Invalid',
      'the server rejected our request due to an error in our request',
      {},
    ],
    [errors.newBadRequest('bad'), 400, 'BadRequest', 'bad', undefined],
    [errors.newUnauthorized('Unauthorized'), 401, 'Unauthorized', 'Unauthorized', undefined],
    [
      errors.newMethodNotAllowed(),
      405,
      'MethodNotAllowed',
      'the server does not allow this method on the requested resource',
      {},
    ],
    [
      errors.newMethodNotSupported(pods, 'patch'),
      405,
      'MethodNotAllowed',
      'patch is not supported on resources of kind "pods"',
      { kind: 'pods' },
    ],
    [
      errors.newResourceExpired('The resourceVersion for the provided list is too old.'),
      410,
      'Expired',
      'The resourceVersion for the provided list is too old.',
      undefined,
    ],
    [errors.newGone('gone'), 410, 'Gone', 'gone', undefined],
    [
      errors.newRequestEntityTooLarge('limit is 3145728'),
      413,
      'RequestEntityTooLarge',
      'Request entity too large: limit is 3145728',
      undefined,
    ],
    [
      errors.newUnsupportedMediaType([
        'application/json-patch+json',
        'application/merge-patch+json',
      ]),
      415,
      'UnsupportedMediaType',
      'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json',
      undefined,
    ],
    [
      errors.newTooManyRequests('later', 10),
      429,
      'TooManyRequests',
      'later',
      { retryAfterSeconds: 10 },
    ],
    [
      errors.newTooManyRequests('no', 0, [{ reason: 'DisruptionBudget', message: 'm' }]),
      429,
      'TooManyRequests',
      'no',
      { causes: [{ reason: 'DisruptionBudget', message: 'm' }] },
    ],
    [
      errors.newInternalError('boom'),
      500,
      'InternalError',
      'Internal error occurred: boom',
      { causes: [{ message: 'boom' }] },
    ],
    [
      errors.newServerTimeout(pods, 'list', 2),
      500,
      'ServerTimeout',
      'The list operation against pods could not be completed at this time, please try again.',
      { kind: 'pods', retryAfterSeconds: 2 },
    ],
    [errors.newServiceUnavailable('down'), 503, 'ServiceUnavailable', 'down', undefined],
    [errors.newTimeoutError('slow', 3), 504, 'Timeout', 'Timeout: slow', { retryAfterSeconds: 3 }],
    [
      errors.newTooLargeResourceVersion(999_999_999_999, 39_492, 1),
      504,
      'Timeout',
      'Timeout: Too large resource version: 999999999999, current: 39492',
      {
        causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
        retryAfterSeconds: 1,
      },
    ],
  ])('%#: %s', (error, code, reason, message, details) => {
    expect(error.message).toBe(message);
    expect(error.code).toBe(code);
    expect(error.reason).toBe(reason);
    const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure' };
    expect(error.status).toEqual({
      ...status,
      message,
      reason,
      code,
      ...(details === undefined ? {} : { details }),
    });
  });
});

describe('invalid objects', () => {
  test('the message tells each error once and the causes tell all', () => {
    const bad = required('spec.containers[0].image');
    const error = errors.newInvalid(pods, 'p', [bad, bad]);
    expect(error.message).toBe('Pod "p" is invalid: spec.containers[0].image: Required value');
    const cause = {
      reason: 'FieldValueRequired',
      message: 'Required value',
      field: 'spec.containers[0].image',
    };
    expect(error.status.details).toEqual({ name: 'p', kind: 'Pod', causes: [cause, cause] });
  });

  test('several errors stand in brackets, under the kind with its group', () => {
    const error = errors.newInvalid(deployments, 'web', [
      required('spec.selector'),
      invalid('spec.replicas', -1, 'must be greater than or equal to 0'),
    ]);
    expect(error.message).toBe(
      'Deployment.apps "web" is invalid: [spec.selector: Required value, ' +
        'spec.replicas: Invalid value: -1: must be greater than or equal to 0]',
    );
    expect(error.status.details?.group).toBe('apps');
  });

  test('a patch that cannot be decoded has neither kind nor name', () => {
    const error = errors.newInvalid(noKind, '', [invalid('patch', '{}', 'bad')]);
    expect(error.message).toBe(' "" is invalid: patch: Invalid value: "{}": bad');
  });
});

test('an error inside the server has no reason', () => {
  const error = errors.newUnknownError('boom');
  expect(error.code).toBe(500);
  expect('reason' in error.status).toBe(false);
  expect(errors.reasonForError(error)).toBe('');
});

test('a success carries what was deleted', () => {
  expect(errors.newSuccessStatus({ name: 'a', kind: 'configmaps', uid: 'u' })).toEqual({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name: 'a', kind: 'configmaps', uid: 'u' },
  });
});

test('reasons are told apart', () => {
  const { newNotFound, newConflict, newGone, newTimeoutError } = errors;
  expect(errors.isNotFound(newNotFound(pods, 'x'))).toBe(true);
  expect(errors.isNotFound(newConflict(pods, 'x'))).toBe(false);
  expect(errors.isNotFound(new Error('pods "x" not found'))).toBe(false);
  expect(errors.isConflict(newConflict(pods, 'x'))).toBe(true);
  expect(errors.isAlreadyExists(errors.newAlreadyExists(pods, 'x'))).toBe(true);
  expect(errors.isInvalid(errors.newInvalid(pods, 'x', []))).toBe(true);
  expect(errors.isForbidden(errors.newForbidden(pods, 'x', 'y'))).toBe(true);
  expect(errors.isResourceExpired(newGone('x'))).toBe(true);
  expect(errors.isResourceExpired(errors.newResourceExpired('x'))).toBe(true);
  expect(errors.isTooManyRequests(errors.newTooManyRequests('x'))).toBe(true);
  expect(errors.isTimeout(newTimeoutError('x', 0))).toBe(true);
  expect(errors.isTimeout(newGone('x'))).toBe(false);
});

test('a cause is found by its reason', () => {
  const error = errors.newTooLargeResourceVersion(2, 1, 1);
  expect(errors.hasStatusCause(error, 'ResourceVersionTooLarge')).toBe(true);
  expect(errors.hasStatusCause(error, 'NamespaceTerminating')).toBe(false);
  expect(errors.hasStatusCause(new Error('x'), 'NamespaceTerminating')).toBe(false);
});

describe('StatusError', () => {
  test('keeps no stack, and leaves those of other errors as they are', () => {
    const before = new Error('x').stack?.split('\n').length;
    expect(errors.newNotFound({ group: '', plural: 'pods' }, 'a').stack).not.toContain('\n    at ');
    expect(new Error('x').stack?.split('\n').length).toBe(before);
  });
});
