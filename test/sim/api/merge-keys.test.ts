import { expect, test } from 'vitest';
import { patchStrategyOf } from '#sim/api/merge-keys.ts';
import { structSchema } from '#sim/api/schema.ts';

test.each([
  ['PodSpec', 'containers', 'merge', false, 'name'],
  ['PodSpec', 'volumes', 'merge', true, 'name'],
  ['Container', 'ports', 'merge', false, 'containerPort'],
  ['ServiceSpec', 'ports', 'merge', false, 'port'],
  ['ObjectMeta', 'finalizers', 'merge', false, ''],
  ['ObjectMeta', 'ownerReferences', 'merge', false, 'uid'],
  ['PodStatus', 'conditions', 'merge', false, 'type'],
  ['DeploymentSpec', 'strategy', undefined, true, ''],
  ['PodDisruptionBudgetSpec', 'selector', 'replace', false, ''],
  ['PodSpec', 'tolerations', undefined, false, ''],
  ['Container', 'command', undefined, false, ''],
])('%s.%s: %s, retain keys %s, by %j', (struct, field, strategy, retainKeys, mergeKey) => {
  expect(patchStrategyOf(struct, field)).toEqual({ strategy, retainKeys, mergeKey });
  expect(structSchema(struct)?.has(field)).toBe(true);
});
