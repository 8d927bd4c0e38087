import { expect, test } from 'vitest';
import { parseLab } from '#sim/lab/parse-lab.ts';

const lab = (text: string) => `title: { en: One }
caption: { en: One. }
until: 5s
files: [web.yaml]
do: [{ at: 0s, run: kubectl apply -f web.yaml }]
show:
  lanes: [pods]
  views: [why]
  marks: [{ from: '0.0', to: '1000.0', text: { en: '${text}' } }]
checks: [{ claim: { en: There is one }, expr: "list('Pod').size() == 1" }]
values: { pods: { expr: "peak('Pod')" } }
`;
const parse = (text: string) =>
  parseLab({ id: 'a/b', path: 'b.lab.yaml', text: lab(text), read: () => 'kind: Pod' });

test('a text may name values of the lab, and its own length', () => {
  expect(parse('{pods} pods for {ms}').show.marks).toHaveLength(1);
});

test('a text that names what is no value of the lab is a mistake', () => {
  expect(() => parse('{pots} pods')).toThrow('a text says "{pots}", which is no value of the lab');
});
