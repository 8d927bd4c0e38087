import { describe, expect, test } from 'vitest';
import {
  aggregateMessages,
  child,
  duplicate,
  fieldErrorBody,
  fieldErrorMessage,
  forbidden,
  index,
  internalError,
  invalid,
  key,
  notFound,
  notSupported,
  required,
  tooLong,
  tooMany,
  typeInvalid,
} from '#sim/api/field-error.ts';

describe('messages, as a real cluster gave them', () => {
  test.each([
    [required('spec.selector'), 'spec.selector: Required value'],
    [
      required('metadata.name', 'name or generateName is required'),
      'metadata.name: Required value: name or generateName is required',
    ],
    [
      invalid('spec.replicas', -1, 'must be greater than or equal to 0'),
      'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    ],
    [
      invalid(
        'spec.template.metadata.labels',
        { app: 'x' },
        '`selector` does not match template `labels`',
      ),
      'spec.template.metadata.labels: Invalid value: {"app":"x"}: `selector` does not match template `labels`',
    ],
    [
      invalid('spec.template.metadata.labels', null, '`selector` does not match template `labels`'),
      'spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`',
    ],
    [
      notSupported('spec.template.spec.restartPolicy', 'Never', ['Always']),
      'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
    ],
    [notSupported('a', 'b', []), 'a: Unsupported value: "b"'],
    [duplicate('spec.containers[1].name', 'a'), 'spec.containers[1].name: Duplicate value: "a"'],
    [duplicate('spec.values[2]', 42), 'spec.values[2]: Duplicate value: 42'],
    [
      notFound('spec.containers[0].volumeMounts[0].name', 'data'),
      'spec.containers[0].volumeMounts[0].name: Not found: "data"',
    ],
    [forbidden('spec', 'no'), 'spec: Forbidden: no'],
    [
      tooLong('metadata.annotations', 262_144),
      'metadata.annotations: Too long: may not be more than 262144 bytes',
    ],
    [tooLong('a', -1), 'a: Too long: value is too long'],
    [
      tooMany('spec.podFailurePolicy.rules', 21, 20),
      'spec.podFailurePolicy.rules: Too many: 21: must have at most 20 items',
    ],
    [tooMany('a', 2, 1), 'a: Too many: 2: must have at most 1 item'],
    [tooMany('a', -1, -1), 'a: Too many: has too many items'],
    [typeInvalid('a', true, 'must be a number'), 'a: Invalid value: true: must be a number'],
    [internalError('a', 'broken'), 'a: Internal error: broken'],
    [invalid('', 'x', 'bad'), '<nil>: Invalid value: "x": bad'],
  ])('%#: %j', (error, message) => {
    expect(fieldErrorMessage(error)).toBe(message);
  });
});

test('the body leaves the path out', () => {
  expect(fieldErrorBody(invalid('a.b', 'c', 'd'))).toBe('Invalid value: "c": d');
});

test('paths grow by names, indexes and keys', () => {
  expect(child('', 'spec')).toBe('spec');
  expect(key(child(index(child('spec', 'containers'), 0), 'limits'), 'cpu')).toBe(
    'spec.containers[0].limits[cpu]',
  );
});

test('an aggregate tells each message once, and brackets several', () => {
  expect(aggregateMessages(['a', 'a'])).toBe('a');
  expect(aggregateMessages(['a', 'b', 'a'])).toBe('[a, b]');
});
