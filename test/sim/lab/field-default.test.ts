import { describe, expect, test } from 'vitest';
import { defaultAt } from '#sim/lab/field-default.ts';
import '#sim/parts/yaml.ts';

const text = `apiVersion: v1
kind: Pod
metadata: { name: a }
spec:
  containers:
    - name: web
      image: nginx:1.27
      imagePullPolicy: Never
    - name: other
      image: nginx
---
apiVersion: apps/v1
kind: Deployment
spec:
  replicas: 7
  template: { spec: { containers: [] } }
`;

describe('defaultAt', () => {
  test.each([
    [4, ['spec', 'restartPolicy'], 'Always'],
    [8, ['spec', 'containers', 0, 'imagePullPolicy'], 'IfNotPresent'],
    [10, ['spec', 'containers', 1, 'imagePullPolicy'], 'Always'],
    [15, ['spec', 'replicas'], 1],
    [15, ['spec', 'strategy', 'rollingUpdate', 'maxSurge'], '25%'],
  ])('line %i: %j becomes %j', (line, steps, expected) => {
    expect(defaultAt(text, line, steps)).toEqual(expected);
  });

  test('is nothing for what has no default, and for what is no object', () => {
    expect(defaultAt(text, 6, ['spec', 'containers', 0, 'name'])).toBe('');
    expect(defaultAt(text, 6, ['spec', 'nodeName'])).toBeUndefined();
    expect(defaultAt(text, 6, ['spec', 'containers', 0])).toBeUndefined();
    expect(defaultAt('kind: [', 1, ['kind'])).toBeUndefined();
    expect(defaultAt('apiVersion: v1\nkind: Pod\nspec: 3\n', 1, ['metadata'])).toBeUndefined();
  });
});
