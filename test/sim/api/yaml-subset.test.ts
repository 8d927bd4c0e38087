/** The quick reader and the complete one, over real manifests and over broken ones made from them. */
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readYaml } from '#sim/api/yaml-reader.ts';
import { readPlainYaml } from '#sim/api/yaml-subset.ts';
import { Random } from '#sim/engine/random.ts';

const documentsOf = (path: string): string[] =>
  readFileSync(path, 'utf8')
    .split(/^---.*\n/m)
    .filter((text) => text.trim() !== '')
    .map((text) => (text.endsWith('\n') ? text : `${text}\n`));
const ofCourse = globSync('content/**/*.yaml')
  .filter((path) => !path.endsWith('.lab.yaml'))
  .flatMap(documentsOf);
const recorded = globSync('test/recordings/**/*.yaml').flatMap(documentsOf);

/** Compares both readers; true where the quick one did not give up. */
function agree(text: string): boolean {
  const plain = readPlainYaml(text, 3);
  if (plain === undefined) return false;
  const complete = readYaml({ text, line: 3 });
  if (plain.value === null && 'value' in complete && complete.value === null) return true;
  expect({ ...plain, line: 3, duplicateKeys: [] }, text).toEqual(complete);
  expect(JSON.stringify(plain.value)).toBe(
    'value' in complete ? JSON.stringify(complete.value) : '',
  );
  return true;
}

describe('the quick reader', () => {
  test('reads every manifest of the course', () => {
    expect(ofCourse.length).toBeGreaterThan(20);
    expect(ofCourse.filter((text) => !agree(text))).toEqual([]);
  });

  test('reads most of the recorded manifests, as the complete reader does', () => {
    const read = recorded.filter(agree).length;
    expect(read).toBeGreaterThan(recorded.length * 0.7);
  });

  test('agrees with the complete reader about manifests in which something was changed', () => {
    const pieces =
      "| |  |\n|#| # c|:|: |- |-|\"|'|[|]|{|}|,|>|&a|*a|!|\\|0|true|~|1e3|\n\n|\n#x\n|key: v|\n- |? |%|가|[a, b]|{a: b}|''";
    const all = [...pieces.split('|'), '|', '|-', '|+'];
    const random = new Random(1, 'yaml');
    const short = [...ofCourse, ...recorded].filter((text) => text.length < 1500);
    let read = 0;
    for (let count = 0; count < 3000; count += 1) {
      let text = short[random.int(short.length)] ?? '';
      for (let change = random.int(3); change >= 0; change -= 1) {
        const at = random.int(text.length);
        const piece = random.int(3) === 0 ? '' : (all[random.int(all.length)] ?? '');
        text = text.slice(0, at) + piece + text.slice(at + random.int(4));
      }
      if (/^---|^\s*$/.test(text) || text.includes('\n---')) continue;
      if (agree(text.endsWith('\n') ? text : `${text}\n`)) read += 1;
    }
    expect(read).toBeGreaterThan(300);
  });

  test.each([
    ['an anchor', 'a: &x 1\n'],
    ['a text over two lines', 'a: one\n  two\n'],
    ['a key given twice', 'a: 1\na: 2\n'],
    ['a tab', 'a:\n\tb: 1\n'],
    ['a line that is indented wrongly', 'a:\n    b: 1\n  c: 2\n'],
    ['a bracket that is not closed', 'a: [1, 2\n'],
    ['a tag', 'a: !!str 1\n'],
  ])('gives up on %s', (_, text) => {
    expect(readPlainYaml(text, 1)).toBeUndefined();
  });
});
