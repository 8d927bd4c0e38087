import { expect, test } from 'vitest';
import { enumValues } from '#sim/api/enums.ts';
import { structSchema } from '#sim/api/schema.ts';

test.each([
  ['PodSpec', 'restartPolicy', ['Always', 'Never', 'OnFailure']],
  ['DeploymentStrategy', 'type', ['Recreate', 'RollingUpdate']],
  ['ServiceSpec', 'type', ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']],
  [
    'HostPathVolumeSource',
    'type',
    [
      '',
      'BlockDevice',
      'CharDevice',
      'Directory',
      'DirectoryOrCreate',
      'File',
      'FileOrCreate',
      'Socket',
    ],
  ],
])('%s.%s takes %j', (struct, field, values) => {
  expect(enumValues(struct, field)).toEqual(values);
  expect(structSchema(struct)?.has(field)).toBe(true);
});

test('signals are spelt out and any text is any text', () => {
  expect(enumValues('Lifecycle', 'stopSignal')).toContain('SIGTERM');
  expect(enumValues('ContainerStatus', 'stopSignal')?.length).toBeGreaterThan(60);
  expect(enumValues('Container', 'image')).toBeUndefined();
});
