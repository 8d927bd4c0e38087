import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { schemaText } from '#sim/api/schema.gen.ts';
import { structNames, structSchema } from '#sim/api/schema.ts';
import type { FieldType } from '#sim/api/schema.ts';

test.each<[string, string, FieldType, boolean]>([
  ['Container', 'name', { form: 'scalar', scalar: 'string' }, true],
  ['Container', 'image', { form: 'scalar', scalar: 'string' }, false],
  ['Container', 'resources', { form: 'struct', struct: 'ResourceRequirements' }, false],
  ['Container', 'env', { form: 'list', element: { form: 'struct', struct: 'EnvVar' } }, false],
  [
    'ResourceRequirements',
    'limits',
    { form: 'map', element: { form: 'scalar', scalar: 'quantity' } },
    false,
  ],
  ['DeploymentSpec', 'replicas', { form: 'scalar', scalar: 'int32' }, false],
  ['DeploymentSpec', 'selector', { form: 'struct', struct: 'LabelSelector' }, true],
  ['RollingUpdateDeployment', 'maxSurge', { form: 'scalar', scalar: 'intOrString' }, false],
  ['ObjectMeta', 'creationTimestamp', { form: 'scalar', scalar: 'time' }, false],
  ['LeaseSpec', 'renewTime', { form: 'scalar', scalar: 'microTime' }, false],
  ['Secret', 'data', { form: 'map', element: { form: 'scalar', scalar: 'bytes' } }, false],
  ['ControllerRevision', 'data', { form: 'scalar', scalar: 'any' }, false],
  ['PodSpec', 'hostNetwork', { form: 'scalar', scalar: 'bool' }, false],
  ['SecurityContext', 'runAsUser', { form: 'scalar', scalar: 'int64' }, false],
])('%s.%s is %j, required: %s', (struct, name, type, required) => {
  expect(structSchema(struct)?.get(name)).toEqual({ name, type, required });
});

test('a struct without fields is known and another is not', () => {
  expect(structSchema('None')).toBeUndefined();
  for (const name of structNames()) expect(structSchema(name), name).toBeDefined();
});

test('every type that a field names is there', () => {
  const inner = (type: FieldType): FieldType =>
    type.form === 'list' || type.form === 'map' ? inner(type.element) : type;
  for (const name of structNames()) {
    for (const field of structSchema(name)!.values()) {
      const type = inner(field.type);
      if (type.form === 'struct')
        expect(structSchema(type.struct), `${name}.${field.name}`).toBeDefined();
    }
  }
});

test('the schema stays small in the worker', () => {
  expect(gzipSync(schemaText, { level: 9 }).length).toBeLessThan(10_240);
});
