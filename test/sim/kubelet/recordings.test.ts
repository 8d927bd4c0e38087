/** Pods of the recordings of a real cluster, on a simulated node: the same states in the same order, the same events. */
import { describe, expect, test } from 'vitest';
import { recordedPods, replay } from './recorded.ts';
import type { Replay } from './recorded.ts';

/** How the programs of each recording behave, by container. */
const scenarios: Readonly<Record<string, Replay>> = {
  'pod-delete-default': { images: { web: { stopMs: 3_000 } } },
  'pod-delete-grace-one': { images: { web: {} } },
  'pod-delete-in-crashloop': { images: { web: { runsMs: 15, exitCode: 1 } } },
  'pod-delete-in-init': { images: { wait: {} } },
  'pod-delete-while-pulling': {
    images: {
      'slow.example/nginx:1.27': { pullMs: 5_009, isPresent: false, sizeBytes: 5_120_588 },
      web: { stopMs: 15 },
    },
  },
  'pod-delete-force': { images: { web: {} } },
  'hook-prestop-exec': {
    images: { web: { stopMs: 20 } },
    prepare: (node) => {
      const command =
        'sh -c echo preStop begins > /proc/1/fd/1; sleep 2; echo preStop ends > /proc/1/fd/1';
      node.runtime.commands.set(command, { exitCode: 0, takesMs: 2_010 });
    },
  },
  'hook-poststart-fails': {
    images: { web: {} },
    prepare: (node) => {
      const command = 'sh -c echo cannot register; exit 3';
      node.runtime.commands.set(command, { exitCode: 3, output: 'cannot register\n', takesMs: 20 });
    },
  },
  'restart-crash-loop-times': { extraMs: 6_000, images: { web: { runsMs: 1_010, exitCode: 1 } } },
  'restart-never-exit-0': { images: { main: { runsMs: 1_010 } } },
  'init-error-never': { images: { check: { runsMs: 1_010, exitCode: 1 } } },
  'init-two-in-order': { images: { fetch: { runsMs: 2_010 }, migrate: { runsMs: 2_010 } } },
  'restart-all-containers': {
    images: {
      prepare: { runsMs: 1_010 },
      web: { stopMs: 1_010 },
      watcher: { runsMs: 3_010, exitCode: 88, laterRunsMs: Infinity },
    },
  },
};

describe('recorded pods', () => {
  for (const [scenario, how] of Object.entries(scenarios)) {
    for (const recorded of recordedPods(scenario)) {
      test(`${scenario}: ${recorded.name} goes through the recorded states`, () => {
        const story = replay(recorded, how);
        expect(story.states).toEqual(recorded.states);
        expect([...story.events].sort()).toEqual([...recorded.events].sort());
      });
    }
  }
});
