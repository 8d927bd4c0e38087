/**
 * Goal: a rollout takes the steps that a real cluster took. Each scenario is one recording of a real 1.36.2 cluster: its Deployment, its
 * changes at about their times, and the scalings that its Events told of, word for word but for the ReplicaSets' names, which are
 * numbered in the order of their creation.
 * Method: the two controllers over the API server; pods become ready one after another, as they do on real nodes.
 */
import { describe, expect, test } from 'vitest';
import type { KubeObject } from '#sim/api/object.ts';
import { ControlPlane, podTemplate, webDeployment } from '../sim/controllers/control-plane.ts';

interface Scenario {
  readonly recording: string;
  readonly replicas: number;
  readonly spec?: Readonly<Record<string, unknown>>;
  /** From binding to Ready, in ms. */
  readonly startMs?: number;
  readonly changes: readonly (readonly [atMs: number, spec: Readonly<Record<string, unknown>>])[];
  readonly scalings: readonly string[];
}

const image = (tag: string) => ({ template: podTemplate(`nginx:${tag}`) });
const rolling = (maxSurge: number | string, maxUnavailable: number | string) => ({
  strategy: { rollingUpdate: { maxSurge, maxUnavailable } },
});

const scenarios: readonly Scenario[] = [
  {
    recording: 'rolling-surge-100',
    replicas: 4,
    spec: rolling('100%', 0),
    changes: [[3000, image('1.28')]],
    scalings: [
      'up rs1 0 4',
      'up rs2 0 4',
      'down rs1 4 3',
      'down rs1 3 2',
      'down rs1 2 1',
      'down rs1 1 0',
    ],
  },
  {
    recording: 'rolling-surge1-unavail0',
    replicas: 3,
    spec: rolling(1, 0),
    changes: [[3000, image('1.28')]],
    scalings: [
      'up rs1 0 3',
      'up rs2 0 1',
      'down rs1 3 2',
      'up rs2 1 2',
      'down rs1 2 1',
      'up rs2 2 3',
      'down rs1 1 0',
    ],
  },
  {
    recording: 'rolling-percent-rounding',
    replicas: 5,
    spec: rolling('30%', '30%'),
    changes: [[3000, image('1.28')]],
    scalings: [
      'up rs1 0 5',
      'up rs2 0 2',
      'down rs1 5 4',
      'up rs2 2 3',
      'down rs1 4 3',
      'up rs2 3 4',
      'down rs1 3 2',
      'up rs2 4 5',
      'down rs1 2 1',
      'down rs1 1 0',
    ],
  },
  {
    recording: 'rolling-rollover',
    replicas: 4,
    startMs: 3000,
    changes: [
      [7000, image('1.28')],
      [1200, image('1.29')],
    ],
    scalings: [
      'up rs1 0 4',
      'up rs2 0 1',
      'down rs1 4 3',
      'up rs2 1 2',
      'down rs2 2 0',
      'up rs3 0 2',
      'down rs1 3 2',
      'up rs3 2 3',
      'down rs1 2 1',
      'up rs3 3 4',
      'down rs1 1 0',
    ],
  },
  {
    recording: 'scale-during-rollout (to the proportional scaling)',
    replicas: 4,
    startMs: 4000,
    changes: [
      [7000, image('1.28')],
      [500, { replicas: 8 }],
      [2500, {}],
    ],
    scalings: [
      'up rs1 0 4',
      'up rs2 0 1',
      'down rs1 4 3',
      'up rs2 1 2',
      'up rs1 3 6',
      'up rs2 2 4',
    ],
  },
  {
    recording: 'deploy-recreate',
    replicas: 3,
    spec: { strategy: { type: 'Recreate', rollingUpdate: null } },
    changes: [[3000, image('1.28')]],
    scalings: ['up rs1 0 3', 'down rs1 3 0', 'up rs2 0 3'],
  },
  {
    recording: 'scale-zero-and-back',
    replicas: 3,
    changes: [
      [3000, { replicas: 0 }],
      [3000, image('1.28')],
      [2000, { replicas: 3 }],
    ],
    scalings: ['up rs1 0 3', 'down rs1 3 0', 'up rs2 0 3'],
  },
  {
    recording: 'rollout-undo (first three revisions and the first way back)',
    replicas: 2,
    changes: [
      [3000, image('1.28')],
      [4000, image('1.29')],
      [4000, image('1.28')],
    ],
    scalings: [
      'up rs1 0 2',
      'up rs2 0 1',
      'down rs1 2 1',
      'up rs2 1 2',
      'down rs1 1 0',
      'up rs3 0 1',
      'down rs2 2 1',
      'up rs3 1 2',
      'down rs2 1 0',
      'up rs2 0 1',
      'down rs3 2 1',
      'up rs2 1 2',
      'down rs3 1 0',
    ],
  },
];

/** Runs a scenario and returns the scalings, in the words of the recordings cut short. */
function scalingsOf(scenario: Scenario, seed: number): string[] {
  const { startMs = 500 } = scenario;
  const cluster = new ControlPlane({
    seed,
    controllers: ['deployment', 'replicaset'],
    kubelet: { startMs, staggerMs: 150, stopMs: 300 },
  });
  const numbers = new Map<string, string>();
  const scalings: string[] = [];
  const { informers } = cluster.contextOf('observer');
  informers.of('ReplicaSet').addHandlers({
    onAdd: ({ metadata: { name = '' } }) => void numbers.set(name, `rs${numbers.size + 1}`),
  });
  const note = (event: KubeObject & { readonly message?: string | undefined }): void => {
    const match = /Scaled (up|down) replica set (\S+) from (\d+) to (\d+)/.exec(
      event.message ?? '',
    );
    if (match === null) return;
    const [, direction, name = '', from, to] = match;
    scalings.push(`${direction} ${numbers.get(name)} ${from} ${to}`);
  };
  informers.of('Event').addHandlers({ onAdd: note, onUpdate: (_, event) => note(event) });
  cluster.seed(webDeployment(scenario.replicas, scenario.spec));
  scenario.changes.forEach(([afterMs, spec], index) => {
    cluster.run(afterMs);
    const isLast = index === scenario.changes.length - 1;
    if (Object.keys(spec).length > 0) cluster.patch('Deployment', 'web', { spec });
    if (isLast && Object.keys(spec).length > 0) cluster.run(20_000);
  });
  return scalings;
}

describe('Deployment: rollout: scalings as recorded', () => {
  test.each(scenarios.map((scenario) => [scenario.recording, scenario] as const))(
    '%s',
    (_, scenario) => {
      for (const seed of [1, 2, 3]) {
        expect(scalingsOf(scenario, seed)).toEqual(scenario.scalings);
      }
    },
  );
});
