import { expect, test } from 'vitest';
import type { ContainerStatus } from '#sim/api/types.gen.ts';
import { isSameToScheduler } from '#sim/scheduler/pod-info.ts';
import { podRequests } from '#sim/scheduler/resources.ts';
import { pod } from './objects.ts';

const running = {
  name: 'app',
  image: 'app',
  imageID: '',
  ready: true,
  restartCount: 0,
} satisfies ContainerStatus;

test('what a container really has counts for one and the same spec as soon as the status says so', () => {
  const asked = pod('a', { requests: { cpu: '1' } });
  expect(podRequests(asked).requests.milliCpu).toBe(1_000);
  const status = { containerStatuses: [{ ...running, resources: { requests: { cpu: '2' } } }] };
  const resized = { ...asked, status };
  expect(podRequests(resized).requests.milliCpu).toBe(2_000);
  expect(podRequests(asked).requests.milliCpu).toBe(1_000);
  expect(isSameToScheduler(asked, resized)).toBe(false);
});

test('a status that says nothing of requests makes no difference', () => {
  const asked = pod('a', { requests: { cpu: '1' } });
  const status = { containerStatuses: [{ ...running, resources: {} }] };
  expect(isSameToScheduler(asked, { ...asked, status })).toBe(true);
});
