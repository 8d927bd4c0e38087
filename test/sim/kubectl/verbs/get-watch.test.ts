import { expect, test } from 'vitest';
import { Session } from '../session.ts';

test('a watch prints what there is, then each change, in columns that only grow', () => {
  const session = new Session();
  session.harness.seed({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } });
  const running = session.start('get', 'cm', '-w');
  session.harness.run(10);
  session.harness.seed({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'a-long-name' },
    data: { x: '1' },
  });
  session.harness.run(10);
  expect(running.stdout()).toBe('NAME   DATA   AGE\na      0      0s\na-long-name   1      0s\n');
  expect(running.exit()).toBeUndefined();
});

test('a watch names the kind of each change when that is asked for', () => {
  const session = new Session();
  session.harness.seed({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } });
  const running = session.start('get', 'cm', 'a', '-w', '--output-watch-events');
  session.harness.run(10);
  session.run('delete', 'cm', 'a');
  expect(running.stdout()).toBe(
    'EVENT   NAME   DATA   AGE\nADDED   a      0      0s\nDELETED   a      0      0s\n',
  );
});

test('a watch is of one kind', () => {
  expect(new Session().run('get', 'cm,secrets', '-w')).toMatchObject({ exit: 1 });
});
