import { describe, expect, test } from 'vitest';
import { numberAt } from '#islands/editor/slider-value.ts';
import { setNumber } from '#islands/editor/yaml-edit.ts';

const text = `# The app
apiVersion: apps/v1
kind: Deployment # a Deployment
metadata: {name: web,   labels: { app: "web" }}
spec:
    replicas:   3   # three

    strategy:
      rollingUpdate: { maxSurge: "25%", maxUnavailable: 25% }
    template:
      spec:
        containers:
        - name: web
          resources: {limits: {cpu: 500m}}
          readinessProbe:
            periodSeconds:
---
kind: Service
spec:
  ports: [{port: 80}]
`;

describe('setNumber', () => {
  test.each([
    ['a number', 0, 'spec.replicas', 5, 'replicas:   3', 'replicas:   5'],
    ['a quoted percentage', 0, 'spec.strategy.rollingUpdate.maxSurge', 50, '"25%"', '"50%"'],
    ['a percentage', 0, 'spec.strategy.rollingUpdate.maxUnavailable', 0, ': 25% }', ': 0% }'],
    ['a quantity', 0, 'spec.template.spec.containers[0].resources.limits.cpu', 250, '500m', '250m'],
    [
      'an empty field',
      0,
      'spec.template.spec.containers[0].readinessProbe.periodSeconds',
      2,
      'periodSeconds:',
      'periodSeconds: 2',
    ],
    ['a value of the second document', 1, 'spec.ports[0].port', 81, 'port: 80', 'port: 81'],
  ])('changes nothing but %s', (_what, document, path, value, from, to) => {
    const changed = setNumber(text, document, path, value);
    expect(changed).toBe(text.replace(from, to));
    expect(numberAt(changed, document, path)?.value).toBe(value);
  });

  test.each([
    [
      'below the last field of a map',
      0,
      'spec.minReadySeconds',
      '            periodSeconds:\n',
      '            periodSeconds:\n    minReadySeconds: 4\n',
    ],
    ['with the maps on its way', 1, 'spec.a.b', '[{port: 80}]\n', '[{port: 80}]\n  a:\n    b: 4\n'],
    ['in brackets', 0, 'metadata.x.y', '{name: web,', '{ x: { y: 4 },name: web,'],
    [
      'in an element',
      0,
      'spec.template.spec.containers[0].readinessProbe.successThreshold',
      'periodSeconds:\n',
      'periodSeconds:\n            successThreshold: 4\n',
    ],
    [
      'below an empty key',
      0,
      'spec.template.spec.containers[0].readinessProbe.periodSeconds.deep',
      'periodSeconds:\n',
      'periodSeconds:\n              deep: 4\n',
    ],
  ])('puts in a field that is missing, %s', (_what, document, path, from, to) => {
    const changed = setNumber(text, document, path, 4);
    expect(changed).toBe(text.replace(from, to));
    expect(numberAt(changed, document, path)?.value).toBe(4);
  });

  test.each([
    ['a broken text', 'a: [', 0, 'a'],
    ['a document that is not there', 'a: 1\n', 1, 'a'],
    ['a way through a scalar', 'a: 1\n', 0, 'a.b'],
    ['a collection in the place', 'a: { b: 1 }\n', 0, 'a'],
    ['an element that is not there', 'a: []\n', 0, 'a[2].b'],
  ])('leaves %s as it is', (_what, broken, document, path) => {
    expect(setNumber(broken, document, path, 2)).toBe(broken);
  });
});
