import { expect, test } from 'vitest';
import { splitCommandLine } from '#sim/kubectl/command-line.ts';

test.each([
  [
    'kubectl delete pod web-0 --grace-period=0',
    ['kubectl', 'delete', 'pod', 'web-0', '--grace-period=0'],
  ],
  [`patch x -p '{"a": "b c"}'`, ['patch', 'x', '-p', '{"a": "b c"}']],
  [`a "b \\"c\\" d" e\\ f`, ['a', 'b "c" d', 'e f']],
  [`a $'x\\ny'`, ['a', 'x\ny']],
  [`a ''`, ['a', '']],
  ['get pods # and look', ['get', 'pods']],
  ['a#b', ['a#b']],
  ['', []],
])('%s', (line, words) => {
  expect(splitCommandLine(line)).toEqual({ ok: true, words });
});

test('a quote that is not closed is a mistake', () => {
  expect(splitCommandLine(`get 'pods`)).toMatchObject({ ok: false });
});
