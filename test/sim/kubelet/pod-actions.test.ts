import { describe, expect, test } from 'vitest';
import type { Container, Pod } from '#sim/api/types.gen.ts';
import { computePodActions } from '#sim/kubelet/pod-actions.ts';
import type { PodRuntimeStatus } from '#sim/kubelet/pleg.ts';
import type { ContainerStatus } from '#sim/runtime/runtime.ts';

/** Makes containers of words like `web:run`, `web:0`, `web:1`; the first is the newest. */
function instances(text: string): ContainerStatus[] {
  return text
    .split(' ')
    .filter((word) => word !== '')
    .map((word, index) => {
      const [name = '', state = ''] = word.split(':');
      const isRunning = state === 'run';
      return {
        id: `${name}-${index}`,
        config: { name },
        state: isRunning ? 'running' : 'exited',
        exitCode: isRunning ? undefined : Number(state),
      } as ContainerStatus;
    });
}

interface Case {
  readonly policy?: string;
  readonly init?: readonly Partial<Container>[];
  readonly apps?: readonly Partial<Container>[];
  readonly now: string;
  readonly sandbox?: 'ready' | 'not-ready' | 'none';
  readonly failedLiveness?: readonly string[];
  readonly notStarted?: readonly string[];
  readonly isDeleted?: boolean;
}

/** Decides and writes the decision in one line. */
function decide(given: Case): string {
  const { policy = 'Always', init = [], apps = [{ name: 'web' }], now } = given;
  const pod = {
    metadata: given.isDeleted === true ? { deletionTimestamp: 'now' } : {},
    spec: { restartPolicy: policy, containers: apps, initContainers: init },
  } as unknown as Pod;
  const sandboxes =
    given.sandbox === 'none' ? [] : [{ state: given.sandbox ?? 'ready', ip: '10.0.0.1' }];
  const runtime = { sandboxes, containers: instances(now), ip: '' } as unknown as PodRuntimeStatus;
  const actions = computePodActions(pod, runtime, {
    failedLiveness: (id) => given.failedLiveness?.some((name) => id.startsWith(name)) ?? false,
    failedStartup: () => false,
    hasOtherImage: () => false,
    hasStarted: ({ name }) => !(given.notStarted?.includes(name) ?? false),
  });
  return [
    actions.killPod ? 'kill pod' : '',
    actions.createSandbox ? 'sandbox' : '',
    ...actions.kills.map(({ container, message }) => `kill ${container.config.name} (${message})`),
    ...actions.initStarts.map(({ name }) => `init ${name}`),
    ...actions.starts.map(({ name }) => `start ${name}`),
  ]
    .filter((word) => word !== '')
    .join(', ');
}

const setup = [{ name: 'a' }, { name: 'b' }];
const sidecar = { name: 'side', restartPolicy: 'Always' };

describe('computePodActions', () => {
  test.each<[string, Case, string]>([
    ['makes a new pod', { now: '', sandbox: 'none' }, 'sandbox, start web'],
    ['starts what is missing', { now: '' }, 'start web'],
    ['leaves alone what runs', { now: 'web:run' }, ''],
    ['restarts what has ended', { now: 'web:0' }, 'start web'],
    ['lets a success rest under OnFailure', { policy: 'OnFailure', now: 'web:0' }, 'kill pod'],
    ['restarts a failure under OnFailure', { policy: 'OnFailure', now: 'web:1' }, 'start web'],
    ['ends a pod under Never', { policy: 'Never', now: 'web:1' }, 'kill pod'],
    [
      'starts nothing in a pod that is being deleted',
      { now: 'web:1', isDeleted: true },
      'kill pod',
    ],
    [
      'restarts what fails its liveness probe',
      { now: 'web:run', failedLiveness: ['web'] },
      'kill web (Container web failed liveness probe, will be restarted), start web',
    ],
    [
      'stops the pod when that was all and must not be restarted',
      { policy: 'Never', now: 'web:run', failedLiveness: ['web'] },
      'kill pod',
    ],
    [
      'stops only the failing one while another goes on',
      {
        policy: 'Never',
        apps: [{ name: 'web' }, { name: 'log' }],
        now: 'web:run log:run',
        failedLiveness: ['web'],
      },
      'kill web (Container web failed liveness probe)',
    ],
    [
      'begins with the first init container',
      { init: setup, now: '', sandbox: 'none' },
      'sandbox, init a',
    ],
    ['waits for it', { init: setup, now: 'a:run' }, ''],
    ['goes on to the second', { init: setup, now: 'a:0' }, 'init b'],
    ['starts the app after the last', { init: setup, now: 'b:0 a:0' }, 'start web'],
    ['tries a failed one again', { init: setup, now: 'a:1' }, 'init a'],
    ['gives up under Never', { policy: 'Never', init: setup, now: 'a:1' }, 'kill pod'],
    [
      'does not run init containers again with the app',
      { init: setup, now: 'web:1 b:0 a:0' },
      'start web',
    ],
    ['starts the app beside a started sidecar', { init: [sidecar], now: 'side:run' }, 'start web'],
    [
      'waits for a sidecar to start',
      { init: [sidecar], now: 'side:run', notStarted: ['side'] },
      '',
    ],
    [
      'restarts a sidecar whatever the policy',
      { policy: 'Never', init: [sidecar], now: 'side:1 web:run' },
      'init side',
    ],
    [
      'lets sidecars end with the app',
      { policy: 'Never', init: [sidecar], now: 'web:0 side:run' },
      'kill pod',
    ],
    [
      'makes a lost sandbox anew, from the first init container',
      { init: setup, now: 'web:137 b:0 a:0', sandbox: 'not-ready' },
      'kill pod, sandbox, init a',
    ],
    [
      'does not make a sandbox anew for what has ended under Never',
      { policy: 'Never', now: 'web:0', sandbox: 'not-ready' },
      'kill pod',
    ],
  ])('%s', (_title, given, expected) => {
    expect(decide(given)).toBe(expected);
  });

  test.each([
    ['In', [3, 4], 3, 'start web'],
    ['In', [3, 4], 5, 'kill pod'],
    ['NotIn', [0], 1, 'start web'],
    ['NotIn', [0], 0, 'kill pod'],
  ])('with a rule %s %j and exit code %i does: %s', (operator, values, code, expected) => {
    const restartPolicyRules = [{ action: 'Restart', exitCodes: { operator, values } }];
    const apps = [{ name: 'web', restartPolicy: 'Never', restartPolicyRules }];
    expect(decide({ policy: 'Always', apps, now: `web:${code}` })).toBe(expected);
  });
});
