import { describe, expect, test } from 'vitest';
import {
  appendRevision,
  lastRevision,
  maxRevision,
  newReplicaSetAnnotations,
  replicasAnnotation,
  replicasAnnotationsNeedUpdate,
  revisionOf,
  rollbackToOf,
  withAnnotationsOfReplicaSet,
  withReplicasAnnotations,
  withRevision,
  withoutRollbackTo,
} from '#sim/controllers/deployment-annotations.ts';
import { dOf, rsOf } from './control-plane.ts';

const prefix = 'deployment.kubernetes.io';
const rsAt = (revision: string | undefined, more: Record<string, string> = {}) =>
  rsOf({
    annotations: {
      ...(revision === undefined ? {} : { [`${prefix}/revision`]: revision }),
      ...more,
    },
  });

describe('revisions', () => {
  test('are 0 when missing and unknown when no number', () => {
    expect(revisionOf(rsAt(undefined))).toBe(0);
    expect(revisionOf(rsAt('7'))).toBe(7);
    expect(revisionOf(rsAt('seven'))).toBeUndefined();
  });

  test.each([
    [[], 0, 0],
    [['1'], 1, 0],
    [['3', '1', '2'], 3, 2],
    [['x', '2'], 2, 0],
  ])('of %j: the highest is %i, the one before it %i', (revisions, max, last) => {
    const list = revisions.map((revision) => rsAt(revision));
    expect(maxRevision(list)).toBe(max);
    expect(lastRevision(list)).toBe(last);
  });

  test('a history grows at its end and loses its oldest when too long', () => {
    expect(appendRevision('', '1')).toBe('1');
    expect(appendRevision('1', '3')).toBe('1,3');
    expect(appendRevision('1,3,5', '7', 5)).toBe('3,5,7');
    expect(appendRevision('1,3', '12345', 3)).toBe('1,3');
  });
});

describe('annotations of the new ReplicaSet', () => {
  const d = dOf(
    3,
    { maxSurge: 1, maxUnavailable: 0 },
    {
      annotations: {
        note: 'from the deployment',
        'kubectl.kubernetes.io/last-applied-configuration': '{}',
        [`${prefix}/revision`]: '4',
      },
    },
  );

  test("at creation: the Deployment's own, the revision and the sizes", () => {
    expect(newReplicaSetAnnotations(d, rsOf({}), 5, false)).toEqual({
      note: 'from the deployment',
      [`${prefix}/revision`]: '5',
      [`${prefix}/desired-replicas`]: '3',
      [`${prefix}/max-replicas`]: '4',
    });
  });

  test('at a rollback: the revision before goes to the history', () => {
    const annotations = newReplicaSetAnnotations(d, rsAt('2'), 5, true);
    expect(annotations[`${prefix}/revision`]).toBe('5');
    expect(annotations[`${prefix}/revision-history`]).toBe('2');
    expect(annotations[`${prefix}/desired-replicas`]).toBeUndefined();
  });

  test('a revision is never lowered', () => {
    const rs = rsAt('9', { note: 'from the deployment' });
    expect(newReplicaSetAnnotations(d, rs, 5, true)).toEqual(rs.metadata.annotations);
  });

  test('what was removed from the Deployment stays', () => {
    expect(newReplicaSetAnnotations(d, rsAt('5', { old: 'x' }), 5, true)['old']).toBe('x');
  });
});

describe('size annotations (TestReplicasAnnotationsNeedUpdate)', () => {
  const d = dOf(10, { maxSurge: 2, maxUnavailable: 0 });

  test.each([
    [undefined, true],
    [{ desired: '10', max: '12' }, false],
    [{ desired: '10', max: '13' }, true],
    [{ desired: '9', max: '12' }, true],
  ])('%j need an update: %s', (sizes, expected) => {
    const annotations =
      sizes === undefined
        ? undefined
        : { [`${prefix}/desired-replicas`]: sizes.desired, [`${prefix}/max-replicas`]: sizes.max };
    const rs = rsOf(annotations === undefined ? {} : { annotations });
    expect(replicasAnnotationsNeedUpdate(rs, d)).toBe(expected);
    const next = rsOf({ annotations: { ...withReplicasAnnotations(rs, d) } });
    expect(replicasAnnotationsNeedUpdate(next, d)).toBe(false);
  });

  test.each([
    [undefined, undefined],
    ['1', 1],
    ['0', 0],
    ['-1', undefined],
    ['1.5', undefined],
    ['99999999999', undefined],
  ])('%s is read as %s', (text, expected) => {
    const rs = rsOf(text === undefined ? {} : { annotations: { size: text } });
    expect(replicasAnnotation(rs, 'size')).toBe(expected);
  });
});

describe('the Deployment', () => {
  test('gets a revision only when it is another one', () => {
    const d = dOf(1, {}, { annotations: { [`${prefix}/revision`]: '2' } });
    expect(withRevision(d, '2')).toBe(d);
    expect(revisionOf(withRevision(d, '3'))).toBe(3);
  });

  test("keeps its own bookkeeping when it takes a ReplicaSet's annotations", () => {
    const d = dOf(1, {}, { annotations: { [`${prefix}/revision`]: '2', mine: 'gone' } });
    const rs = rsAt('1', { theirs: 'copied' });
    expect(withAnnotationsOfReplicaSet(d, rs).metadata.annotations).toEqual({
      [`${prefix}/revision`]: '2',
      theirs: 'copied',
    });
  });

  test('asks for a rollback by an annotation that holds a number', () => {
    const asking = (to: string) =>
      dOf(1, {}, { annotations: { 'deprecated.deployment.rollback.to': to } });
    expect(rollbackToOf(asking('3'))).toBe(3);
    expect(rollbackToOf(asking('x'))).toBeUndefined();
    expect(rollbackToOf(withoutRollbackTo(asking('3')))).toBeUndefined();
  });
});
