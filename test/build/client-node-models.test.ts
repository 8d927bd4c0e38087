import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { hasModel, loadModel } from '../../src/build/client-node-models.ts';

const entry = createRequire(import.meta.url).resolve('@kubernetes/client-node');
const folder = join(dirname(entry), 'gen', 'models');

test('a model has its fields with type, need and description', () => {
  const model = loadModel(folder, 'V1EnvVar');
  expect(model.doc).toBe('EnvVar represents an environment variable present in a Container.');
  const name = model.fields.find((field) => field.name === 'name')!;
  expect(name).toMatchObject({ type: 'string', required: true });
  expect(name.doc).toContain("printable ASCII characters except '='");
  const valueFrom = model.fields.find((field) => field.name === 'valueFrom')!;
  expect(valueFrom).toEqual({
    name: 'valueFrom',
    type: 'V1EnvVarSource',
    format: '',
    required: false,
    doc: '',
  });
});

test('a model without fields can be read, and one that is not there is told', () => {
  expect(hasModel(folder, 'V1Pod')).toBe(true);
  expect(hasModel(folder, 'V1Nothing')).toBe(false);
  expect(() => loadModel(folder, 'V1Nothing')).toThrow('V1Nothing.js');
});
