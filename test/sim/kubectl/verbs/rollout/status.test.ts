import { describe, expect, test } from 'vitest';
import type { Deployment } from '#sim/api/types.gen.ts';
import { deployment, Session } from '../../session.ts';

function setStatus(session: Session, status: Deployment['status']): void {
  const { harness } = session;
  const before = harness.peek<Deployment>('Deployment', 'default', 'web');
  if (before === undefined) throw new Error('no deployment');
  harness.do(harness.client.of('Deployment').updateStatus({ ...before, status }));
}

describe('kubectl rollout status', () => {
  test('prints a line for each change and ends with the rollout', () => {
    const session = new Session();
    session.harness.seed(deployment('web', 2));
    const running = session.start('rollout', 'status', 'deploy/web');
    session.harness.run(10);
    setStatus(session, { observedGeneration: 1, replicas: 2, updatedReplicas: 1 });
    setStatus(session, { observedGeneration: 1, replicas: 3, updatedReplicas: 2 });
    setStatus(session, {
      observedGeneration: 1,
      replicas: 2,
      updatedReplicas: 2,
      readyReplicas: 1,
      availableReplicas: 1,
    });
    expect(running.exit()).toBeUndefined();
    setStatus(session, {
      observedGeneration: 1,
      replicas: 2,
      updatedReplicas: 2,
      readyReplicas: 2,
      availableReplicas: 2,
    });
    session.harness.run(10);
    expect(running.stdout().split('\n')).toEqual([
      'Waiting for deployment spec update to be observed...',
      'Waiting for deployment "web" rollout to finish: 1 out of 2 new replicas have been updated...',
      'Waiting for deployment "web" rollout to finish: 1 old replicas are pending termination...',
      'Waiting for deployment "web" rollout to finish: 1 of 2 updated replicas are available...',
      'deployment "web" successfully rolled out',
      '',
    ]);
    expect(running.exit()).toBe(0);
  });

  test('a deadline that is over is an error', () => {
    const session = new Session();
    session.harness.seed(deployment('web', 2));
    setStatus(session, {
      observedGeneration: 1,
      conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }],
    });
    expect(session.run('rollout', 'status', 'deploy/web')).toEqual({
      exit: 1,
      stdout: '',
      stderr: 'error: deployment "web" exceeded its progress deadline\n',
    });
  });

  test('it gives up when its time is over', () => {
    const session = new Session();
    session.harness.seed(deployment('web', 2));
    expect(session.run('rollout', 'status', 'deploy/web', '--timeout=2s')).toMatchObject({
      exit: 1,
      stderr: 'error: timed out waiting for the condition\n',
    });
  });
});
