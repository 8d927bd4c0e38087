import { describe, expect, test } from 'vitest';
import type { ContainerPort } from '#sim/api/types.gen.ts';
import { attempt, cacheOf, node, pod } from '../objects.ts';

function withPort(name: string, port: Partial<ContainerPort>) {
  const ports = [{ containerPort: 80, ...port }];
  return pod(name, { spec: { containers: [{ name: 'app', image: 'app', ports }] } });
}

describe('NodePorts', () => {
  test.each<[string, Partial<ContainerPort>, Partial<ContainerPort>, boolean]>([
    ['the same port', { hostPort: 80 }, { hostPort: 80 }, true],
    ['another port', { hostPort: 80 }, { hostPort: 81 }, false],
    ['another protocol', { hostPort: 80 }, { hostPort: 80, protocol: 'UDP' }, false],
    ['one address and all', { hostPort: 80, hostIP: '10.0.0.1' }, { hostPort: 80 }, true],
    [
      'two addresses',
      { hostPort: 80, hostIP: '10.0.0.1' },
      { hostPort: 80, hostIP: '10.0.0.2' },
      false,
    ],
    ['no host port at all', { hostPort: 80 }, {}, false],
  ])('%s', (_what, taken, wanted, isRejected) => {
    const cache = cacheOf([node('n')], { n: [withPort('there', taken)] });
    const { rejected } = attempt(cache, withPort('x', wanted));
    expect(rejected['n']).toBe(
      isRejected ? "node(s) didn't have free ports for the requested pod ports" : undefined,
    );
  });
});
