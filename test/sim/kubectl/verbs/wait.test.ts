import { describe, expect, test } from 'vitest';
import type { Deployment } from '#sim/api/types.gen.ts';
import { deployment, Session } from '../session.ts';

describe('kubectl wait', () => {
  test('ends when the condition is met', () => {
    const session = new Session();
    const { harness } = session;
    harness.seed(deployment('web', 1));
    const running = session.start('wait', 'deploy/web', '--for=condition=available');
    harness.run(1_000);
    expect(running.exit()).toBeUndefined();
    const before = harness.peek<Deployment>('Deployment', 'default', 'web');
    harness.do(
      harness.client.of('Deployment').updateStatus({
        ...(before as Deployment),
        status: { observedGeneration: 1, conditions: [{ type: 'Available', status: 'True' }] },
      }),
    );
    harness.run(10);
    expect(running.stdout()).toBe('deployment.apps/web condition met\n');
  });

  test('a value may be waited for', () => {
    const session = new Session();
    session.harness.seed(deployment('web', 1));
    const running = session.start('wait', 'deploy/web', '--for=jsonpath={.spec.replicas}=3');
    session.harness.run(10);
    session.run('scale', 'deploy/web', '--replicas=3');
    expect(running.exit()).toBe(0);
  });

  test('what is deleted already is no error', () => {
    expect(new Session().run('wait', 'pod/web', '--for=delete')).toEqual({
      exit: 0,
      stdout: '',
      stderr: '',
    });
  });

  test('it gives up when its time is over', () => {
    const session = new Session();
    session.harness.seed(deployment('web', 1));
    const result = session.run('wait', 'deploy/web', '--for=condition=available', '--timeout=1s');
    expect(result).toMatchObject({
      exit: 1,
      stderr: 'error: timed out waiting for the condition on deployments.apps/web\n',
    });
  });
});
