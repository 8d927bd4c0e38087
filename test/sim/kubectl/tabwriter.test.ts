import { expect, test } from 'vitest';
import { alignTabs, describeStyle, tableStyle } from '#sim/kubectl/tabwriter.ts';

test('a column is as wide as its widest cell and the padding', () => {
  expect(alignTabs('NAME\tREADY\tAGE\nweb\t1/1\t2s', tableStyle)).toBe(
    'NAME   READY   AGE\nweb    1/1     2s',
  );
});

test('narrow columns of tables have a least width', () => {
  expect(alignTabs('A\tB\n1\t2', tableStyle)).toBe('A     B\n1     2');
});

test('a line without the cell ends the block of its column', () => {
  const text = 'Name:\tx\nLabels:\ta=b\nEvents:\n  Type\tReason\n  Normal\tPulled';
  expect(alignTabs(text, describeStyle)).toBe(
    'Name:    x\nLabels:  a=b\nEvents:\n  Type    Reason\n  Normal  Pulled',
  );
});

test('width counts characters', () => {
  expect(alignTabs('grün\tx\nabcde\ty', describeStyle)).toBe('grün   x\nabcde  y');
});
