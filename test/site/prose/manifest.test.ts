import { describe, expect, test } from 'vitest';
import { excerpt, readManifest } from '#site/prose/manifest.ts';

const text = `kind: Pod
spec:
  containers:
    - name: web
      # <probe>
      readinessProbe:
        httpGet: { port: 80 }
      # </probe>
`;

describe('excerpt', () => {
  test('shows the whole file without its markers', () => {
    expect(excerpt(text, undefined, 'a.yaml')).not.toContain('<');
    expect(excerpt(text, undefined, 'a.yaml')).toContain('readinessProbe');
  });

  test('cuts a part and takes its common indentation away', () => {
    expect(excerpt(text, 'probe', 'a.yaml')).toBe('readinessProbe:\n  httpGet: { port: 80 }');
  });

  test('names the parts there are when one is not', () => {
    expect(() => excerpt(text, 'load', 'a.yaml')).toThrow(
      /no part "load"[\s\S]*parts there: probe/,
    );
  });
});

test('readManifest names the manifests beside a missing one', async () => {
  await expect(readManifest('1-controllers', 'gone.yaml', undefined)).rejects.toThrow(
    /gone.yaml does not exist.\n.*part.yaml/,
  );
});
