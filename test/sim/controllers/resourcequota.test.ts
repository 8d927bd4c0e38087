import { describe, expect, test } from 'vitest';
import { ControlPlane, object, webReplicaSet } from './control-plane.ts';

const quota = (hard: Record<string, string>) =>
  object('v1', 'ResourceQuota', 'few', { spec: { hard } });

describe('a quota', () => {
  test('limits pods, counts those that are gone or have ended as free', () => {
    const plane = new ControlPlane({ controllers: ['replicaset', 'resourcequota'] });
    plane.seed(quota({ pods: '2' }));
    plane.run(50);
    expect(plane.get('ResourceQuota', 'few').status).toEqual({
      hard: { pods: '2' },
      used: { pods: '0' },
    });
    plane.seed(webReplicaSet(4));
    plane.run(2000);
    expect(plane.list('Pod')).toHaveLength(2);
    expect(plane.get('ResourceQuota', 'few').status?.used).toEqual({ pods: '2' });
    const [event] = plane.eventTexts().filter((text) => text.startsWith('FailedCreate'));
    expect(event).toMatch(
      /^FailedCreate: Error creating: pods "web-[a-z0-9]{5}" is forbidden: exceeded quota: few, requested: pods=1, used: pods=2, limited: pods=2$/,
    );
    plane.patch('ReplicaSet', 'web', { spec: { replicas: 1 } });
    plane.run(3000);
    expect(plane.get('ResourceQuota', 'few').status?.used).toEqual({ pods: '1' });
  });

  test('that is raised lets the ReplicaSet go on when its back-off is over', () => {
    const plane = new ControlPlane({ controllers: ['replicaset', 'resourcequota'] });
    plane.seed(quota({ pods: '2' }));
    plane.run(50);
    plane.seed(webReplicaSet(4));
    plane.run(3000);
    plane.patch('ResourceQuota', 'few', { spec: { hard: { pods: '6' } } });
    plane.run(50);
    expect(plane.get('ResourceQuota', 'few').status?.hard).toEqual({ pods: '6' });
    plane.run(60_000);
    expect(plane.list('Pod')).toHaveLength(4);
    expect(plane.get('ReplicaSet', 'web').status?.conditions ?? []).toEqual([]);
  });

  test('counts objects of other kinds and what containers ask for', () => {
    const plane = new ControlPlane({ controllers: ['resourcequota'] });
    plane.seed(
      quota({
        configmaps: '5',
        'count/replicasets.apps': '1',
        'requests.cpu': '1',
        'limits.memory': '1Gi',
      }),
    );
    plane.run(50);
    const resources = { requests: { cpu: '250m' }, limits: { cpu: '1', memory: '256Mi' } };
    const pod = (name: string) =>
      object('v1', 'Pod', name, {
        spec: { containers: [{ name: 'app', image: 'nginx:1.27', resources }] },
      });
    plane.seed(object('v1', 'ConfigMap', 'a', {}), pod('one'), pod('two'));
    plane.run(50);
    expect(plane.get('ResourceQuota', 'few').status?.used).toEqual({
      configmaps: '1',
      'count/replicasets.apps': '0',
      'requests.cpu': '500m',
      'limits.memory': '512Mi',
    });
    const bare = object('v1', 'Pod', 'bare', {
      spec: { containers: [{ name: 'app', image: 'nginx:1.27' }] },
    });
    expect(() => plane.seed(bare)).toThrow(
      'pods "bare" is forbidden: failed quota: few: must specify limits.memory for: app; requests.cpu for: app',
    );
    plane.do(plane.client.of('ConfigMap').delete('default', 'a'));
    plane.run(50);
    expect(plane.get('ResourceQuota', 'few').status?.used?.['configmaps']).toBe('0');
  });
});
