import { describe, expect, test } from 'vitest';
import { defaultPodSpec } from '#sim/apiserver/defaults/pod-spec.ts';

const defaulted = (names: Readonly<Record<string, string>>): Record<string, unknown> => {
  const spec = { containers: [], ...names };
  defaultPodSpec(spec);
  return spec;
};

describe('the service account of a template', () => {
  test('stands under both names of the field, the new one first', () => {
    const both = { serviceAccountName: 'builder', serviceAccount: 'builder' };
    expect(defaulted({ serviceAccountName: 'builder' })).toMatchObject(both);
    expect(defaulted({ serviceAccount: 'builder' })).toMatchObject(both);
    expect(defaulted({ serviceAccountName: 'builder', serviceAccount: 'old' })).toMatchObject(both);
  });

  test('is not named where nobody named it', () => {
    expect(defaulted({})).not.toHaveProperty('serviceAccount');
    expect(defaulted({})).not.toHaveProperty('serviceAccountName');
  });
});
