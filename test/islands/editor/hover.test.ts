import { describe, expect, test } from 'vitest';
import { hoverFacts } from '#islands/editor/hover.ts';

const text = `apiVersion: apps/v1
kind: Deployment
spec:
  replicas: 3
  strategy: { type: Recreate }
  template:
    metadata:
      labels: { app: web }
    spec:
      containers:
        - image: nginx
`;

describe('hoverFacts', () => {
  test.each([
    ['replicas', 'spec.replicas', 'int32', 'DeploymentSpec'],
    ['Recreate', 'spec.strategy.type', 'string', 'DeploymentStrategy'],
    ['containers', 'spec.template.spec.containers', '[]Container', 'PodSpec'],
    ['image', 'spec.template.spec.containers[0].image', 'string', 'Container'],
    ['labels', 'spec.template.metadata.labels', 'map[string]string', 'ObjectMeta'],
    ['app: web', 'spec.template.metadata.labels.app', 'string', 'ObjectMeta'],
  ])('knows %s', (word, path, type, struct) => {
    expect(hoverFacts(text, text.indexOf(word))).toMatchObject({ path, type, struct });
  });

  test('tells the values of a field, whether it must be there, and where to read on', () => {
    const facts = hoverFacts(text, text.indexOf('type'));
    expect(facts?.values).toEqual(['Recreate', 'RollingUpdate']);
    expect(hoverFacts(text, text.indexOf('containers'))?.isRequired).toBe(true);
    expect(facts?.reference).toBe(
      'https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.36/#deployment-v1-apps',
    );
  });

  test('knows nothing between fields, of unknown ones and of unknown kinds', () => {
    expect(hoverFacts(text, text.indexOf('  replicas'))).toBeUndefined();
    const wrong = text.replace('replicas', 'replica');
    expect(hoverFacts(wrong, wrong.indexOf('replica'))).toBeUndefined();
    const other = text.replace('Deployment', 'Thing');
    expect(hoverFacts(other, other.indexOf('replicas'))).toBeUndefined();
  });
});
