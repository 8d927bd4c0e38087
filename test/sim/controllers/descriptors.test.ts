import { describe, expect, test } from 'vitest';
import { controllers } from '#sim/controllers/descriptors.ts';

describe('the list of controllers', () => {
  test('has names as --controllers has them, each once', () => {
    const names = controllers.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z-]+-controller$/);
    expect(names).toContain('deployment-controller');
    expect(names).toContain('replicaset-controller');
  });
});
