/** Pods of the recordings of a real cluster, on a simulated node: the same states in the same order, the same events. */
import { describe, expect, test } from 'vitest';
import type { HttpOutcome } from '#sim/runtime/node-network.ts';
import { recordedPods, replay } from './recorded.ts';
import type { Replay } from './recorded.ts';

/** How the programs of each recording behave, by container. */
const scenarios: Readonly<Record<string, Replay>> = {
  'pod-delete-default': { images: { web: { stopMs: 3_000 } } },
  'pod-delete-grace-one': { images: { web: {} } },
  'pod-delete-in-crashloop': { seed: 3, images: { web: { runsMs: 15, exitCode: 1 } } },
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
  'sidecar-termination-order': {
    images: { main: { stopMs: 2_010 }, 'side-a': { stopMs: 15 }, 'side-b': { stopMs: 15 } },
  },
  'sidecar-reverse-termination': {
    only: 'stubborn',
    images: { web: {}, first: { stopMs: 1_020 }, second: { stopMs: 1_020 } },
  },
  'sidecar-order': {
    // Later than recorded, so that it comes after the start of main at any phase of the PLEG.
    deletedMs: 8_500,
    images: { first: { runsMs: 1_010 }, second: { runsMs: 1_010 } },
    prepare: (node, at) => {
      const probe = 'cat /tmp/up';
      const output = "cat: can't open '/tmp/up': No such file or directory\n";
      node.runtime.commands.set(probe, { exitCode: 1, output });
      at(4_600, () => node.runtime.commands.set(probe, { exitCode: 0 }));
    },
  },
  'probe-stop-at-termination': {
    // The recorded first write came late and was merged with the second.
    unrecorded: 1,
    images: { web: { stopMs: 15 }, proxy: { stopMs: 15 } },
    prepare: (node, at) => {
      at(4_200, () => {
        for (const kind of ['liveness', 'readiness']) {
          const probe = `sh -c echo ${kind} probe > /proc/1/fd/1; cat /tmp/healthy`;
          const output = "cat: can't open '/tmp/healthy': No such file or directory\n";
          node.runtime.commands.set(probe, { exitCode: 1, output });
        }
      });
    },
  },
  'probe-startup-failure': {
    images: { web: {} },
    prepare: (node) => {
      const output = "cat: can't open '/tmp/started': No such file or directory\n";
      node.runtime.commands.set('cat /tmp/started', { exitCode: 1, output });
    },
  },
  'probe-startup-terminating': {
    images: { web: {} },
    prepare: (node) => {
      const output = "cat: can't open '/tmp/started': No such file or directory\n";
      node.runtime.commands.set('cat /tmp/started', { exitCode: 1, output });
    },
  },
  'probe-liveness-grace': {
    only: 'pods',
    images: { web: {} },
    prepare: (node, at) => {
      const output = "cat: can't open '/tmp/healthy': No such file or directory\n";
      at(2_800, () => node.runtime.commands.set('cat /tmp/healthy', { exitCode: 1, output }));
      at(4_500, () => node.runtime.commands.set('cat /tmp/healthy', { exitCode: 0 }));
    },
  },
  'start-active-deadline': { only: 'never', images: { web: { stopMs: 15 } } },
  'sidecar-main-exits-never': { images: { side: { stopMs: 15 }, main: { runsMs: 2_010 } } },
  'sidecar-crashes': { images: { side: { runsMs: 4_010, exitCode: 1 } } },
  'probe-liveness-never': {
    images: { live: {} },
    prepare: (node) => {
      const output = "cat: can't open '/nothing': No such file or directory\n";
      node.runtime.commands.set('cat /nothing', { exitCode: 1, output });
    },
  },
  'probe-liveness-restart-never': {
    only: 'never',
    images: { web: {} },
    prepare: (node, at) => {
      const output = "cat: can't open '/tmp/healthy': No such file or directory\n";
      at(900, () => node.runtime.commands.set('cat /tmp/healthy', { exitCode: 1, output }));
    },
  },
  'hook-prestop-sleep': { images: { web: { stopMs: 15 }, proxy: { stopMs: 15 } } },
  'restart-two-containers-never': {
    only: 'fails',
    images: { job: { runsMs: 2_010, exitCode: 1 }, web: { runsMs: 6_010 } },
  },
  'sidecar-readiness-counted': {
    images: { web: { stopMs: 15 }, proxy: {} },
    prepare: (node, at) => {
      const probe = 'cat /tmp/ready';
      const output = "cat: can't open '/tmp/ready': No such file or directory\n";
      node.runtime.commands.set(probe, { exitCode: 1, output });
      // A second and more apart, so that an attempt falls between them at any phase.
      at(3_000, () => node.runtime.commands.set(probe, { exitCode: 0 }));
      at(4_100, () => node.runtime.commands.set(probe, { exitCode: 1, output }));
    },
  },
  'probe-startup-ok': {
    images: { web: {} },
    prepare: (node, at) => {
      const output = "cat: can't open '/tmp/up': No such file or directory\n";
      node.runtime.commands.set('cat /tmp/up', { exitCode: 1, output });
      at(6_800, () => node.runtime.commands.set('cat /tmp/up', { exitCode: 0, takesMs: 20 }));
    },
  },
  'probe-liveness-http': {
    images: { live: { stopMs: 20, stopCode: 2 } },
    prepare: (node, at) => {
      node.network.http = () => answer(200);
      at(11_000, () => {
        node.network.http = () => answer(500);
      });
      at(18_450, () => {
        node.network.http = () => answer(200);
      });
    },
  },
  'probe-readiness-gate': {
    images: { web: { stopMs: 20 } },
    prepare: (node, at) => {
      // As recorded, the port is not open yet at the first probe.
      at(1_700, () => {
        node.network.http = () => answer(200);
      });
      const setGate = (status: string): void => {
        const patch = { status: { conditions: [{ type: 'example.com/load-balancer', status }] } };
        node.harness.do(
          node.harness.client
            .of('Pod')
            .patch('default', 'web', 'strategic', patch, { subresource: 'status' }),
        );
      };
      at(3_563, () => setGate('True'));
      at(4_228, () => setGate('False'));
    },
  },
  'config-missing-volume': {
    only: 'web',
    prepare: (node, at) => {
      const metadata = { name: 'web-config', namespace: 'default' };
      const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { color: 'blue' } };
      at(1_120, () => node.harness.seed(map));
    },
  },
  'config-missing-key': {
    only: 'web',
    extraMs: 5_000,
    prepare: (node, at) => {
      const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web-config' } };
      node.harness.seed({ ...map, data: { color: 'blue' } });
      at(3_000, () => {
        const patch = { data: { level: 'debug' } };
        node.harness.do(
          node.harness.client.of('ConfigMap').patch('default', 'web-config', 'merge', patch),
        );
      });
    },
  },
};

function answer(status: number): HttpOutcome {
  return { kind: 'response', response: { status, headers: {}, body: '' } };
}

describe('recorded pods', () => {
  for (const [scenario, how] of Object.entries(scenarios)) {
    for (const recorded of recordedPods(scenario)) {
      if (how.only !== undefined && how.only !== recorded.name) continue;
      test(`${scenario}: ${recorded.name} goes through the recorded states`, () => {
        const story = replay(recorded, how);
        expect(story.states.slice(how.unrecorded ?? 0)).toEqual(recorded.states);
        expect([...story.events].sort()).toEqual([...recorded.events].sort());
      });
    }
  }
});
