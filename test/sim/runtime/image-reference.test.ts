import { describe, expect, test } from 'vitest';
import { parseImageReference } from '../../../src/sim/runtime/image-reference.ts';

describe('parseImageReference', () => {
  test.each([
    ['nginx', 'docker.io/library/nginx:latest'],
    ['nginx:1.27', 'docker.io/library/nginx:1.27'],
    ['me/app:v1', 'docker.io/me/app:v1'],
    ['registry.k8s.io/pause:3.10', 'registry.k8s.io/pause:3.10'],
    ['localhost/app', 'localhost/app:latest'],
    ['localhost:5000/app', 'localhost:5000/app:latest'],
    ['gcr.io/a/b-c__d.e:x', 'gcr.io/a/b-c__d.e:x'],
  ])('%s is %s', (text, name) => {
    expect(parseImageReference(text)).toMatchObject({ name });
  });

  test('a digest takes the place of the tag', () => {
    const digest = `sha256:${'0'.repeat(64)}`;
    expect(parseImageReference(`nginx@${digest}`)).toMatchObject({
      name: `docker.io/library/nginx@${digest}`,
      digest,
    });
  });

  test.each([
    ['', 'invalid reference format'],
    ['a b', 'invalid reference format'],
    ['nginx:', 'invalid reference format'],
    ['a/B:1', 'invalid reference format: repository name (a/B) must be lowercase'],
  ])('%j is refused', (text, message) => {
    expect(parseImageReference(text)).toBe(message);
  });
});
