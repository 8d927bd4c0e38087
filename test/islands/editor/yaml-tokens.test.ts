import { globSync, readFileSync } from 'node:fs';
import { codeToTokensBase } from 'shiki';
import { describe, expect, test } from 'vitest';
import { startOfText, tokenizeLine } from '#islands/editor/yaml-tokens.ts';
import { codeTheme } from '#site/code-theme.ts';

const tricky = `# comment
apiVersion: apps/v1 # tail
---
kind: "Deployment"
metadata: { name: web, labels: {app: "x", b: true}, e: [a, 1, null] }
spec:
  replicas: 3
  x: -1.5
  size: 1e3
  oct: 0644
  hex: 0x1F
  enabled: true
  y: yes
  nothing: ~
  duration: 10s
  percent: 25%
  url: http://a.b/c:80#x
  "quoted key": 'single ''x'''
  args: ["netexec", --http-port=8080]
  - name: web
    image: registry.k8s.io/e2e-test-images/agnhost:2.53
    command: [sh, -c, "echo \\"hi\\""]
  - plain
  - 12
  - - nested
  script: |
    echo hello: there
    # not comment

    more
  folded: >-
    a b
  after: x
  date: 2026-01-01
  anchor: &a
    b: c
  alias: *a
  <<: *a
  tag: !!str 12
  empty:
  text with spaces: and value here
  port: 80 81
  host: 1.2.3.4
  version: 1.36
  inf: .inf
  a.b/c: d
  q: "multi
    line"
  flow: [
    a, b: c,
  ]
  only words
`;

/** The kind of every character, one letter each; spaces stay. */
const letterOf: Readonly<Record<string, string>> = {
  key: 'k',
  string: 's',
  number: 'n',
  keyword: 'w',
  comment: 'c',
  punctuation: 'p',
};
const shikiLetters = '.ksnwcp';

function ours(text: string): string[] {
  let state = startOfText;
  return text.split('\n').map((line) => {
    const { tokens, state: next } = tokenizeLine(line, state);
    state = next;
    const letters: string[] = [...line].map((char) => (char === ' ' ? ' ' : '.'));
    for (const { start, end, kind } of tokens) {
      for (let i = start; i < end; i += 1) if (line[i] !== ' ') letters[i] = letterOf[kind] ?? '?';
    }
    return letters.join('');
  });
}

async function built(text: string): Promise<string[]> {
  const lines = await codeToTokensBase(text, { lang: 'yaml', theme: codeTheme });
  return lines.map((tokens) =>
    tokens
      .map(({ content, color }) => {
        const letter = shikiLetters[Number(color?.slice(-1))] ?? '?';
        return content.replace(/[^ ]/g, letter);
      })
      .join(''),
  );
}

describe('tokenizeLine', () => {
  test('colours every character as the build does, on purpose-made text', async () => {
    expect(ours(tricky)).toEqual(await built(tricky));
  });

  const manifests = globSync('content/**/*.yaml');
  test.each(manifests)('colours every character as the build does: %s', async (path) => {
    const text = readFileSync(path, 'utf8');
    expect(ours(text)).toEqual(await built(text));
  });

  test('keeps tokens in order and inside the line, whatever the text', () => {
    for (const line of [
      '"open',
      "'",
      '- - {',
      '}]',
      ': : :',
      '|',
      '&',
      '*',
      '#',
      'a: |x',
      '\t- b',
    ]) {
      const { tokens } = tokenizeLine(line, startOfText);
      let last = 0;
      for (const { start, end } of tokens) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeLessThanOrEqual(line.length);
        last = end;
      }
    }
  });
});
