import { describe, expect, test } from 'vitest';
import { generateApi, schemaType, structName } from '../../src/build/generate-api.ts';
import { builtInKinds } from '#sim/api/built-in-kinds.ts';

test.each([
  ['V1Pod', 'Pod'],
  ['V2HorizontalPodAutoscaler', 'HorizontalPodAutoscaler'],
  ['CoreV1Event', 'Event'],
  ['EventsV1Event', 'EventsEvent'],
  ['CoreV1EndpointPort', 'EndpointPort'],
  ['DiscoveryV1EndpointPort', 'DiscoveryEndpointPort'],
  ['V1CSINode', 'CSINode'],
])('the model %s is our %s', (model, name) => {
  expect(structName(model)).toBe(name);
});

test.each([
  ['Container', 'name', 'string', '', 'string'],
  ['NodeStatus', 'capacity', '{ [key: string]: string; }', '', '{}quantity'],
  ['Secret', 'data', '{ [key: string]: string; }', 'byte', '{}bytes'],
  ['PodSpec', 'containers', 'Array<V1Container>', '', '[]Container'],
  ['Probe', 'periodSeconds', 'number', 'int32', 'int32'],
  ['ObjectMeta', 'generation', 'number', 'int64', 'int64'],
  ['ObjectMeta', 'creationTimestamp', 'Date', 'date-time', 'time'],
  ['LeaseSpec', 'renewTime', 'V1MicroTime', 'date-time-micro', 'microTime'],
  ['HTTPGetAction', 'port', 'IntOrString', 'int-or-string', 'intOrString'],
  ['ControllerRevision', 'data', 'any', '', 'any'],
])('%s.%s of the package’s type %s is %s', (struct, name, type, format, expected) => {
  expect(schemaType(struct, { name, type, format, required: false, doc: '' })).toBe(expected);
});

describe('the generated files', () => {
  const files = generateApi();
  const types = files.get('types.gen.ts')!;

  test('are three', () => {
    expect([...files.keys()]).toEqual(['types.gen.ts', 'schema.gen.ts', 'schema-docs.gen.json']);
  });

  test('have an interface for every kind of the table', () => {
    for (const { struct, kind } of builtInKinds) {
      expect(types).toContain(`export interface ${struct ?? kind} {\n`);
    }
  });

  test('have required metadata and a required spec on kinds', () => {
    const pod = /export interface Pod \{[^}]*\}/.exec(types)![0];
    expect(pod).toContain('readonly apiVersion: string;');
    expect(pod).toContain('readonly kind: string;');
    expect(pod).toContain('readonly metadata: ObjectMeta;');
    expect(pod).toContain('readonly spec: PodSpec;');
    expect(pod).toContain('readonly status?: PodStatus | undefined;');
  });

  test('have no platform date and no mutable field', () => {
    expect(types).not.toMatch(/\bDate\b/);
    const fields = types.split('\n').filter((line) => line.startsWith('  '));
    expect(fields.length).toBeGreaterThan(1_500);
    expect(fields.filter((line) => !line.startsWith('  readonly '))).toEqual([]);
  });

  test('have the descriptions apart', () => {
    const docs = JSON.parse(files.get('schema-docs.gen.json')!) as Record<
      string,
      Record<string, string>
    >;
    expect(docs.PodSpec?.restartPolicy).toMatch(
      /^Restart policy for all containers within the pod/,
    );
    expect(docs.Deployment?.['']).toMatch(/^Deployment enables declarative updates/);
    expect(files.get('schema.gen.ts')).not.toContain('Restart policy');
  });

  test('are the same each time', () => {
    expect([...generateApi()]).toEqual([...files]);
  });
});
