import { describe, expect, test } from 'vitest';
import { lineOf, project, turningPoints } from '#cli/parity/projection.ts';

const counts = (...values: readonly number[]) =>
  values.map((replicas) => project('ReplicaSet', { status: { replicas } }));

const pod = (phase: string, reason: string, isDeleted = false) =>
  project('Pod', {
    metadata: isDeleted ? { deletionTimestamp: 'now' } : {},
    spec: { nodeName: 'node-1' },
    status: {
      phase,
      containerStatuses: [{ name: 'app', state: { waiting: { reason } }, restartCount: 0 }],
    },
  });

const kept = (states: readonly ReturnType<typeof project>[]): string[] =>
  turningPoints(states).map(lineOf);

describe('merged writes', () => {
  test('are numbers between their neighbours', () => {
    expect(kept(counts(0, 1, 2, 3))).toEqual(kept(counts(0, 3)));
  });

  test('are never numbers that turn', () => {
    expect(kept(counts(0, 3, 1, 3))).toHaveLength(4);
  });

  test('are never states of another spec', () => {
    const scaled = project('ReplicaSet', { spec: { replicas: 5 }, status: { replicas: 1 } });
    const [zero, three] = counts(0, 3);
    expect(zero && three && kept([zero, scaled, three])).toHaveLength(3);
  });

  test('are states of a pod that is starting', () => {
    const starting = [pod('Pending', 'ContainerCreating'), pod('Pending', 'PodInitializing')];
    expect(kept([...starting, pod('Running', '')])).toHaveLength(1);
  });

  test('are never states of a pod that cannot start, or is to go', () => {
    const stuck = [pod('Pending', 'ErrImagePull'), pod('Pending', 'CreateContainerConfigError')];
    expect(kept([...stuck, pod('Running', '')])).toHaveLength(3);
    expect(kept([pod('Pending', 'ContainerCreating', true), pod('Running', '')])).toHaveLength(2);
  });
});
