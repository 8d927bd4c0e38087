import { describe, expect, test } from 'vitest';
import { Session } from '../session.ts';

const held = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'held', finalizers: ['example.com/hold'] },
};

describe('kubectl delete', () => {
  test('says so at once and waits until the object is gone', () => {
    const session = new Session();
    session.harness.seed(held);
    const running = session.start('delete', 'cm', 'held');
    session.harness.run(5_000);
    expect(running.stdout()).toBe('configmap "held" deleted from default namespace\n');
    expect(running.exit()).toBeUndefined();
    session.start('patch', 'cm', 'held', '--type=merge', '-p', '{"metadata":{"finalizers":null}}');
    session.harness.run(100);
    expect(running.exit()).toBe(0);
  });

  test('does not wait without --wait', () => {
    const session = new Session();
    session.harness.seed(held);
    expect(session.run('delete', 'cm', 'held', '--wait=false').exit).toBe(0);
  });

  test('gives up when its time is over', () => {
    const session = new Session();
    session.harness.seed(held);
    expect(session.run('delete', 'cm', 'held', '--timeout=2s')).toMatchObject({
      exit: 1,
      stderr: 'error: timed out waiting for the condition on configmaps/held\n',
    });
  });

  test('a grace period of zero is one second unless it is forced', () => {
    const session = new Session();
    session.harness.seed({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web' },
      spec: { nodeName: 'node-1', containers: [{ name: 'web', image: 'nginx:1.27' }] },
    });
    session.start('delete', 'pod', 'web', '--grace-period=0');
    session.harness.run(100);
    const pod = session.harness.peek('Pod', 'default', 'web');
    expect(pod?.metadata.deletionGracePeriodSeconds).toBe(1);
    expect(session.run('delete', 'pod', 'web', '--grace-period=0', '--force')).toMatchObject({
      exit: 0,
      stdout: 'pod "web" force deleted from default namespace\n',
    });
    expect(session.harness.peek('Pod', 'default', 'web')).toBeUndefined();
  });

  test('nothing to delete is no mistake with a selector', () => {
    expect(new Session().run('delete', 'pods', '-l', 'app=nobody')).toEqual({
      exit: 0,
      stdout: 'No resources found\n',
      stderr: '',
    });
  });
});
