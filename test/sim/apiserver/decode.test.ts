import { describe, expect, test } from 'vitest';
import { builtInKindTable } from '#sim/api/kinds.ts';
import type { KindRow } from '#sim/api/kinds.ts';
import { StatusError } from '#sim/api/status-error.ts';
import { decodeText } from '#sim/apiserver/body.ts';
import { decode } from '#sim/apiserver/decode.ts';
import { emptyStruct } from '#sim/apiserver/struct-plan.ts';
import { recordedCases, rowOfPath } from './recorded-cases.ts';
import '#sim/parts/yaml.ts';

const configMaps = builtInKindTable.byResource('', 'configmaps') as KindRow;
const deployments = builtInKindTable.byResource('apps', 'deployments') as KindRow;

/** Answers 400 of kinds whose decoding is not done here, by the first part of the case's name. */
const notCompared = ['customresourcedefinition'];

function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof StatusError) return error.message;
    throw error;
  }
  return 'no error';
}

describe('decode', () => {
  const refused = recordedCases('validation').filter(
    (recorded) => recorded.code === 400 && !notCompared.includes(recorded.name.split('/')[0] ?? ''),
  );

  test.each(refused.map((recorded) => [recorded.name, recorded] as const))(
    'refuses in the words of a real API server: %s',
    (_, recorded) => {
      const row = rowOfPath(recorded.path ?? '') as KindRow;
      const message = messageOf(() =>
        decodeText(row, recorded.manifest, {
          fieldValidation: 'Strict',
          contentType: 'application/yaml',
        }),
      );
      expect(message).toBe(recorded.response?.message);
    },
  );

  test('takes every manifest that a real API server could decode', () => {
    const taken = recordedCases('validation').filter(
      ({ code, manifestTruncated }) => code !== 400 && code !== undefined && !manifestTruncated,
    );
    expect(taken.length).toBeGreaterThan(350);
    for (const { path = '', manifest, name } of taken) {
      const row = rowOfPath(path);
      if (!row) continue;
      const act = () =>
        decodeText(row, manifest, { fieldValidation: 'Strict', contentType: 'application/yaml' });
      expect(messageOf(act), name).toBe('no error');
    }
  });

  const twice =
    '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"k":"1","k":"2"},"data":{"k":"3"},"extra":true}';

  test.each([
    // Recorded: api/fieldvalidation/duplicate-fields
    [
      'Strict',
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: duplicate field "data.k", duplicate field "data", unknown field "extra"',
    ],
    ['Warn', ['duplicate field "data.k"', 'duplicate field "data"', 'unknown field "extra"']],
    ['Ignore', []],
  ] as const)('treats duplicate fields of a JSON body by mode: %s', (fieldValidation, expected) => {
    const act = () => decodeText(configMaps, twice, { fieldValidation });
    if (fieldValidation === 'Strict') expect(messageOf(act)).toBe(expected);
    else expect(act().warnings).toEqual(expected);
  });

  test('warns of the line of a key given twice in YAML', () => {
    const text =
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  k: "1"\n  k: "2"\n';
    expect(decodeText(configMaps, text, { fieldValidation: 'Warn' })).toEqual({
      object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { k: '2' } },
      warnings: ['line 7: key "k" already set in map'],
    });
  });

  test.each([
    // Recorded: api/http/malformed-json, api/create/name-namespace-kind-mismatch
    [
      '{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}}',
      'Secret in version "v1" cannot be handled as a ConfigMap: converting (v1.Secret) to (core.ConfigMap): unknown conversion',
    ],
    [
      '{"apiVersion": "v2", "kind": "ConfigMap", "metadata": {"name": "a"}}',
      'ConfigMap in version "v2" cannot be handled as a ConfigMap: no kind "ConfigMap" is registered for version "v2" in scheme "k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30"',
    ],
    [
      '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"',
      'the object provided is unrecognized (must be of type ConfigMap): couldn\'t get version/kind; json parse error: unexpected end of JSON input ({"apiVersion": "v1", "kind": " ...)',
    ],
    [
      '',
      "the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)",
    ],
    [
      '[1]',
      'the object provided is unrecognized (must be of type ConfigMap): couldn\'t get version/kind; json parse error: json: cannot unmarshal array into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" } (5b315d)',
    ],
    [
      '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}} {"again": true}',
      'the object provided is unrecognized (must be of type ConfigMap): couldn\'t get version/kind; json parse error: invalid character \'{\' after top-level value ({"apiVersion": "v1", "kind": " ...)',
    ],
    [
      '{"apiVersion": 1, "kind": "ConfigMap", "metadata": {"name": "a"}}',
      'the object provided is unrecognized (must be of type ConfigMap): couldn\'t get version/kind; json parse error: json: cannot unmarshal number into Go struct field .apiVersion of type string ({"apiVersion": 1, "kind": "Con ...)',
    ],
  ])('says what is wrong with a body that is no such object: %s', (text, message) => {
    const act = () =>
      decodeText(configMaps, text, { fieldValidation: 'Warn', contentType: 'application/json' });
    expect(messageOf(act)).toBe(message);
  });

  test('says that a version of the group is not the one of the path', () => {
    const body = { apiVersion: 'apps/v1beta1', kind: 'Deployment', metadata: { name: 'a' } };
    expect(messageOf(() => decode(deployments, body, { fieldValidation: 'Warn' }))).toBe(
      'the API version in the data (apps/v1beta1) does not match the expected API version (apps/v1)',
    );
  });

  test('fills in apiVersion and kind, and drops nulls and empty optional values', () => {
    const body = {
      metadata: { name: 'a', labels: {}, annotations: null },
      spec: {
        replicas: 0,
        paused: false,
        template: { spec: { containers: [], hostNetwork: false } },
      },
    };
    expect(decode(deployments, body, { fieldValidation: 'Strict' }).object).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'a' },
      spec: {
        replicas: 0,
        strategy: {},
        template: { metadata: {}, spec: { containers: [] } },
      },
      status: {},
    });
  });

  test('makes the empty status that the API writes', () => {
    expect(emptyStruct('StatefulSetStatus')).toEqual({ replicas: 0, availableReplicas: 0 });
    expect(emptyStruct('JobStatus')).toEqual({});
  });
});
