import { describe, expect, test } from 'vitest';
import type { Taint, Toleration } from '#sim/api/types.gen.ts';
import { toleratedSeconds, tolerates } from '#sim/controllers/tainteviction.ts';
import { ControlPlane, object } from './control-plane.ts';

const taint = (key: string, value = ''): Taint => ({ key, value, effect: 'NoExecute' });

describe('tolerations', () => {
  test.each([
    ['everything', { operator: 'Exists' }, true],
    ['the key, whatever its value', { key: 'a', operator: 'Exists' }, true],
    ['the key with that value', { key: 'a', value: 'x' }, true],
    ['the key with another value', { key: 'a', value: 'y' }, false],
    ['another key', { key: 'b', operator: 'Exists' }, false],
    ['another effect', { key: 'a', operator: 'Exists', effect: 'NoSchedule' }, false],
    ['no key with Equal', { value: 'x' }, false],
  ])('%s', (_, toleration: Toleration, expected) => {
    expect(tolerates(toleration, taint('a', 'x'))).toBe(expected);
  });

  test.each([
    ['none: now', [taint('a')], [], 0],
    ['without a limit: for ever', [taint('a')], [{ key: 'a', operator: 'Exists' }], Infinity],
    ['with one', [taint('a')], [{ key: 'a', operator: 'Exists', tolerationSeconds: 5 }], 5],
    ['negative: now', [taint('a')], [{ key: 'a', operator: 'Exists', tolerationSeconds: -5 }], 0],
    [
      'the least of several taints',
      [taint('a'), taint('b')],
      [
        { key: 'a', operator: 'Exists', tolerationSeconds: 9 },
        { key: 'b', operator: 'Exists', tolerationSeconds: 3 },
      ],
      3,
    ],
    [
      'the first that matches counts',
      [taint('a')],
      [
        { key: 'a', operator: 'Exists', tolerationSeconds: 9 },
        { operator: 'Exists', tolerationSeconds: 3 },
      ],
      9,
    ],
    [
      'one taint not tolerated: now',
      [taint('a'), taint('b')],
      [{ key: 'a', operator: 'Exists' }],
      0,
    ],
  ])('%s (taint_eviction_test.go TestGetMinTolerationTime)', (_, taints, tolerations, expected) => {
    expect(toleratedSeconds(taints, tolerations)).toBe(expected);
  });
});

describe('eviction', () => {
  const pod = (name: string, tolerations: readonly Toleration[]) =>
    object('v1', 'Pod', name, {
      spec: { nodeName: 'node-1', tolerations, containers: [{ name: 'app', image: 'nginx:1.27' }] },
    });
  const setTaints = (plane: ControlPlane, taints: readonly Taint[]): void => {
    plane.do(plane.client.of('Node').patch('', 'node-1', 'merge', { spec: { taints } }));
  };
  const deletedMs = (plane: ControlPlane, name: string): number | undefined =>
    plane
      .entries()
      .find(({ verb, object: key }) => verb === 'deleting' && key === `Pod/default/${name}`)
      ?.timeMs;

  function cluster(): ControlPlane {
    const plane = new ControlPlane({ controllers: ['taint-eviction'], kubelet: false });
    plane.seed(
      pod('now', []),
      pod('later', [
        { key: 'broken', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 },
      ]),
      pod('never', [{ key: 'broken', operator: 'Exists' }]),
    );
    plane.run(100);
    return plane;
  }

  test('comes at once, when the tolerated time is over, or never', () => {
    const plane = cluster();
    const startMs = plane.engine.nowMs;
    setTaints(plane, [taint('broken')]);
    plane.run(10_000);
    expect((deletedMs(plane, 'now') ?? Infinity) - startMs).toBeLessThan(50);
    const waitedMs = (deletedMs(plane, 'later') ?? 0) - startMs;
    expect(waitedMs).toBeGreaterThanOrEqual(5000);
    expect(waitedMs).toBeLessThan(5050);
    expect(deletedMs(plane, 'never')).toBeUndefined();
    expect(plane.get('Pod', 'now').status?.conditions).toContainEqual(
      expect.objectContaining({
        type: 'DisruptionTarget',
        reason: 'DeletionByTaintManager',
        message: 'Taint manager: deleting due to NoExecute taint',
      }),
    );
    expect(plane.eventTexts()).toEqual([
      'TaintManagerEviction: Marking for deletion Pod default/now',
      'TaintManagerEviction: Marking for deletion Pod default/later',
    ]);
  });

  test('is called off when the taint goes in time', () => {
    const plane = cluster();
    setTaints(plane, [taint('broken')]);
    plane.run(3000);
    setTaints(plane, []);
    plane.run(10_000);
    expect(deletedMs(plane, 'later')).toBeUndefined();
    expect(plane.eventTexts()).toContain(
      'TaintManagerEviction: Cancelling deletion of Pod default/later',
    );
  });

  test('a second taint does not move the time', () => {
    const plane = cluster();
    const startMs = plane.engine.nowMs;
    setTaints(plane, [taint('broken')]);
    plane.run(3000);
    setTaints(plane, [taint('broken', 'again')]);
    plane.run(10_000);
    expect((deletedMs(plane, 'later') ?? 0) - startMs).toBeLessThan(5050);
  });
});
