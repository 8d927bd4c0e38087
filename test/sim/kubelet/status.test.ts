import { describe, expect, test } from 'vitest';
import type { ContainerStatus, Pod, PodStatus } from '#sim/api/types.gen.ts';
import { generatePodStatus } from '#sim/kubelet/status.ts';
import type { StatusInput } from '#sim/kubelet/status.ts';
import { emptyRuntimeStatus } from '#sim/kubelet/pleg.ts';
import type { PodRuntimeStatus } from '#sim/kubelet/pleg.ts';

const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', generation: 2 },
  spec: {
    containers: [
      { name: 'b', image: 'x' },
      { name: 'a', image: 'y' },
    ],
  },
  status: { phase: 'Pending', qosClass: 'BestEffort' },
} as Pod;

function running(...names: readonly string[]): PodRuntimeStatus {
  return {
    sandboxes: [{ state: 'ready', ip: '10.0.0.7' }],
    containers: names.map((name) => ({
      id: name,
      config: { name, attempt: 0 },
      state: 'running',
      startedAtMs: 1_500,
      imageName: 'docker.io/library/x:1',
      imageId: 'docker.io/library/x@sha256:1',
      message: '',
      user: { uid: 0, gid: 0 },
    })),
    ip: '10.0.0.7',
  } as unknown as PodRuntimeStatus;
}

function generate(input: Partial<StatusInput>): PodStatus {
  return generatePodStatus({
    pod,
    runtime: emptyRuntimeStatus,
    previous: undefined,
    isTerminal: false,
    hostIp: '10.99.0.11',
    failure: () => undefined,
    eviction: undefined,
    isStarted: () => true,
    isReady: () => true,
    ...input,
  });
}

function conditions({ conditions: list = [] }: PodStatus): string[] {
  return list.map(({ type, status, reason, message }) =>
    [type, status, reason, message].filter((word) => word !== undefined).join(' | '),
  );
}

describe('generatePodStatus', () => {
  test('shows a pod that has only arrived: no address, everything waits', () => {
    const status = generate({});
    expect(status).toMatchObject({ phase: 'Pending', observedGeneration: 2, hostIP: '10.99.0.11' });
    expect(status).not.toHaveProperty('podIP');
    expect(status.containerStatuses).toEqual(
      ['a', 'b'].map((name) => ({
        name,
        state: { waiting: { reason: 'ContainerCreating' } },
        lastState: {},
        ready: false,
        restartCount: 0,
        image: name === 'a' ? 'y' : 'x',
        imageID: '',
        started: false,
      })),
    );
    expect(conditions(status)).toEqual([
      'PodReadyToStartContainers | False',
      'Initialized | True',
      'Ready | False | ContainersNotReady | containers with unready status: [b a]',
      'ContainersReady | False | ContainersNotReady | containers with unready status: [b a]',
      'PodScheduled | True',
    ]);
  });

  test('gives a pod on the host network its address at once', () => {
    const onHost = { ...pod, spec: { ...pod.spec, hostNetwork: true } };
    expect(generate({ pod: onHost }).podIP).toBe('10.99.0.11');
  });

  test('stays Pending while one container of two still waits', () => {
    const status = generate({ runtime: running('a') });
    expect(status).toMatchObject({ phase: 'Pending', podIP: '10.0.0.7' });
    expect(conditions(status)[2]).toContain('[b]');
  });

  test('shows a running container with whole seconds and IDs as containerd gives them', () => {
    const status = generate({ runtime: running('a', 'b') });
    expect(status.phase).toBe('Running');
    expect(status.containerStatuses?.[0]).toMatchObject({
      state: { running: { startedAt: '2026-01-01T00:00:01Z' } },
      containerID: 'containerd://a',
      image: 'docker.io/library/x:1',
      ready: true,
      started: true,
    });
  });

  test('puts conditions of others first and lets them decide as readiness gates', () => {
    const gate = { conditionType: 'example.com/lb' };
    const gated = { ...pod, spec: { ...pod.spec, readinessGates: [gate] } };
    const without = generate({ pod: gated, runtime: running('a', 'b') });
    expect(conditions(without)[2]).toBe(
      'Ready | False | ReadinessGatesNotReady | corresponding condition of pod readiness gate "example.com/lb" does not exist.',
    );
    const off = { type: 'example.com/lb', status: 'False' };
    const withFalse = { ...gated, status: { ...pod.status, conditions: [off] } };
    expect(conditions(generate({ pod: withFalse, runtime: running('a', 'b') }))).toEqual([
      'example.com/lb | False',
      'PodReadyToStartContainers | True',
      'Initialized | True',
      'Ready | False | ReadinessGatesNotReady | the status of pod readiness gate "example.com/lb" is not "True", but False',
      'ContainersReady | True',
      'PodScheduled | True',
    ]);
  });

  test('shows why a container could not be started, with its end as last state', () => {
    const runtime = running('a', 'b');
    const [a, b] = runtime.containers;
    const ended = { ...a, state: 'exited', exitCode: 1, reason: 'Error', finishedAtMs: 2_000 };
    const status = generate({
      runtime: { ...runtime, containers: [ended, b] as PodRuntimeStatus['containers'] },
      failure: (name) =>
        name === 'a' ? { reason: 'CrashLoopBackOff', message: 'back-off 10s' } : undefined,
    });
    const shown = status.containerStatuses?.[0] as ContainerStatus;
    expect(shown.state).toEqual({
      waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s' },
    });
    expect(shown.lastState?.terminated).toMatchObject({ exitCode: 1, reason: 'Error' });
    expect(status.phase).toBe('Running');
  });

  test('never takes a terminal phase back, and keeps its reason', () => {
    const previous = { phase: 'Failed', reason: 'Evicted', message: 'no room' };
    expect(generate({ previous, runtime: running('a', 'b') })).toMatchObject(previous);
  });

  test('fails a pod past its deadline though its containers still run', () => {
    const eviction = { reason: 'DeadlineExceeded', message: 'too late' };
    const status = generate({ eviction, runtime: running('a', 'b') });
    expect(status).toMatchObject({ phase: 'Failed', ...eviction });
    expect(conditions(status)[2]).toBe('Ready | False | PodFailed');
  });
});
