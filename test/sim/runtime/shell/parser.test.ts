import { describe, expect, test } from 'vitest';
import { Parser } from '../../../../src/sim/runtime/shell/parser.ts';
import type { Command } from '../../../../src/sim/runtime/shell/syntax.ts';

function kinds(script: string): string[] {
  const parser = new Parser(script);
  const found: string[] = [];
  for (;;) {
    const command: Command | 'empty' | undefined = parser.next();
    if (command === undefined) return found;
    found.push(command === 'empty' ? 'empty' : command.kind);
  }
}

describe('Parser', () => {
  test.each([
    ['a; b', ['sequence']],
    ['a\n\nb\n', ['simple', 'empty', 'simple']],
    ['a | b && c', ['and']],
    ['a &', ['background']],
    ['! a', ['pipeline']],
    ['(a)', ['subshell']],
    ['{ a; }', ['group']],
    ['if a; then b; elif c; then d; else e; fi', ['if']],
    ['while a\ndo b\ndone', ['while']],
    ['for i in 1 2\ndo a; done', ['for']],
    ['case x in a|b) c;; *) d; esac', ['case']],
    ['f() { a; }', ['function']],
    ['cat <<EOF\nbody\nEOF\nb', ['simple', 'simple']],
    ['# nothing', []],
  ])('%j', (script, expected) => {
    expect(kinds(script)).toEqual(expected);
  });

  test('what stands before a mistake in a later line can be run', () => {
    const parser = new Parser('echo a\nif\n');
    expect(parser.next()).toMatchObject({ kind: 'simple' });
    expect(() => parser.next()).toThrow('unexpected end of file (expecting "then")');
  });

  test.each([
    ['a ;; b', 'unexpected ";;"'],
    ['for 1x in a; do :; done', 'bad for loop variable'],
    ['1x() { :; }', 'bad function name'],
    ['a | ', 'unexpected end of file'],
    ['a "b', 'unterminated quoted string'],
    ['{ a; } b', 'unexpected word'],
    ['('.repeat(200), 'commands are nested too deeply'],
  ])('%s is refused', (script, message) => {
    expect(() => kinds(script)).toThrow(message);
  });
});
