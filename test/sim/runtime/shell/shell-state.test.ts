import { describe, expect, test } from 'vitest';
import { ShellState } from '#sim/runtime/shell/shell-state.ts';

describe('the variables of a subshell', () => {
  test('are those of its parent at its start, whoever changes them afterwards', () => {
    const parent = new ShellState();
    parent.set('a', '1');
    const child = parent.clone();
    const grandchild = child.clone();
    child.set('a', '2');
    parent.set('b', '3');
    grandchild.unset('a');
    expect([parent.get('a'), parent.get('b')]).toEqual(['1', '3']);
    expect([child.get('a'), child.get('b')]).toEqual(['2', undefined]);
    expect([grandchild.get('a'), grandchild.get('b')]).toEqual([undefined, undefined]);
  });
});

describe('the environment', () => {
  test('follows each change of what is exported', () => {
    const state = new ShellState();
    state.set('PATH', '/bin', true);
    state.set('plain', 'x');
    expect([...state.environment()]).toEqual([['PATH', '/bin']]);
    state.set('PATH', '/usr/bin');
    expect([...state.environment()]).toEqual([['PATH', '/usr/bin']]);
    state.put('plain', { value: 'x', isExported: true, isReadOnly: false });
    expect([...state.environment()]).toEqual([
      ['PATH', '/usr/bin'],
      ['plain', 'x'],
    ]);
    state.unset('PATH');
    expect([...state.environment()]).toEqual([['plain', 'x']]);
  });

  test('of a subshell is its own after a change', () => {
    const parent = new ShellState();
    parent.set('LEVEL', '1', true);
    expect(parent.environment().get('LEVEL')).toBe('1');
    const child = parent.clone();
    child.set('LEVEL', '2');
    expect(child.environment().get('LEVEL')).toBe('2');
    expect(parent.environment().get('LEVEL')).toBe('1');
  });
});
