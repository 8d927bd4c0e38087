import { expect, test } from 'vitest';
import { highlight } from '#site/prose/highlight.ts';

test('YAML gets a class for each kind of token and no inline style', async () => {
  const html = await highlight('kind: Pod # a pod\nspec: { replicas: 3, name: "x" }\n', 'yaml');
  expect(html).not.toContain('style=');
  expect(html).toContain('<span class="c-key">kind</span>');
  expect(html).toContain('<span class="c-string"> Pod</span>');
  expect(html).toContain('<span class="c-string"> "x"</span>');
  expect(html).toMatch(/<span class="c-number">\s*3<\/span>/);
  expect(html).toMatch(/<span class="c-comment">.*a pod<\/span>/);
});
