import { describe, expect, test } from 'vitest';
import { executeTemplate, parseTemplate } from '#sim/kubectl/go-template.ts';

const data = {
  items: [
    { name: 'a', n: 1 },
    { name: 'b', n: 2 },
  ],
  labels: { x: '1', y: '2' },
};

function print(source: string, allowMissing = true): string {
  let text = '';
  executeTemplate(parseTemplate(source, { allowMissing }), data, (part) => (text += part));
  return text;
}

describe('templates', () => {
  test.each([
    ['{{range .items}}{{.name}} {{end}}', 'a b '],
    ['{{range $i, $p := .items}}{{$i}}={{$p.name}} {{end}}', '0=a 1=b '],
    ['{{range $k, $v := .labels}}{{$k}}{{$v}};{{end}}', 'x1;y2;'],
    ['{{range .none}}x{{else}}empty{{end}}', 'empty'],
    ['{{with .labels.x}}{{.}}{{else}}none{{end}}', '1'],
    ['{{if eq .labels.x "2"}}two{{else if eq .labels.x "1"}}one{{end}}', 'one'],
    ['{{(index .items 1).name}}', 'b'],
    ['{{len .items}} {{.labels}}', '2 map[x:1 y:2]'],
    ['{{printf "%-3s|%d" "a" 7}}', 'a  |7'],
    ['{{"czNjcjN0IQ==" | base64decode}}', 's3cr3t!'],
    ['a {{- " b " -}} c', 'a b c'],
    ['{{.none}} {{.none.deeper}}', '<no value> <no value>'],
    ['{{/* a note */}}x', 'x'],
  ])('%s', (source, text) => {
    expect(print(source)).toBe(text);
  });

  test.each([
    ['{{.a', 'unclosed action'],
    ['{{range .items}}', 'unexpected EOF'],
    ['{{upper .a}}', 'function "upper" not defined'],
  ])('%s is refused', (source, message) => {
    expect(() => print(source)).toThrow(
      `error parsing template ${source}, template: output:1: ${message}`,
    );
  });

  test('a missing key is an error where that is asked for', () => {
    expect(() => print('{{.labels.z}}', false)).toThrow(
      'output:1:9: executing "output" at <.labels.z>: map has no entry for key "z"',
    );
  });
});
