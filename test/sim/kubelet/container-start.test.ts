import { describe, expect, test } from 'vitest';
import { TestNode } from './node.ts';
import type { FakeImage } from './fake-runtime.ts';

function run(container: Record<string, unknown>, images: Record<string, FakeImage> = {}): TestNode {
  const node = new TestNode(images);
  node.create('web', { containers: [{ name: 'web', image: 'busybox:1.36', ...container }] });
  node.run(1_500);
  return node;
}

function waiting(node: TestNode): { reason?: string | undefined; message?: string | undefined } {
  return node.pod('web')?.status?.containerStatuses?.[0]?.state?.waiting ?? {};
}

describe('starting a container', () => {
  test('pulls an image that is not there, and says how long it took and how large it is', () => {
    const image = { isPresent: false, pullMs: 1_200, sizeBytes: 42 };
    const node = run({}, { 'busybox:1.36': image });
    node.run(1_500);
    expect(node.events().slice(0, 2)).toEqual([
      'Pulling: Pulling image "busybox:1.36" x1',
      'Pulled: Successfully pulled image "busybox:1.36" in 1.2s (1.2s including waiting). Image size: 42 bytes. x1',
    ]);
  });

  test('pulls one image after another and counts the wait', () => {
    const image = { isPresent: false, pullMs: 1_000 };
    const node = new TestNode({ a: image, b: image });
    node.create('one', { containers: [{ name: 'web', image: 'a' }] });
    node.create('two', { containers: [{ name: 'web', image: 'b' }] });
    node.run(5_000);
    const texts = node.events().filter((text) => text.startsWith('Pulled'));
    expect(texts.some((text) => text.includes('in 1s (1s including waiting)'))).toBe(true);
    expect(texts.some((text) => /in 1s \(1\.9\d*s|in 1s \(2s/.test(text))).toBe(true);
  });

  test('does not pull with policy Never', () => {
    const node = run({ imagePullPolicy: 'Never' }, { 'busybox:1.36': { isPresent: false } });
    const message = 'Container image "busybox:1.36" is not present with pull policy of Never';
    expect(waiting(node)).toEqual({ reason: 'ErrImageNeverPull', message });
    expect(node.events()).toEqual([
      `ErrImageNeverPull: ${message} x2`,
      'Failed: Error: ErrImageNeverPull x2',
    ]);
  });

  test('backs off after a pull that failed, and tries again 10 s and more after it', () => {
    const image = { isPresent: false, pullMs: 100, pullError: 'no such image' };
    const node = run({}, { 'busybox:1.36': image });
    expect(waiting(node).reason).toBe('ErrImagePull');
    node.run(14_500);
    expect(waiting(node)).toEqual({
      reason: 'ImagePullBackOff',
      message: 'Back-off pulling image "busybox:1.36": ErrImagePull: no such image',
    });
    node.run(45_000);
    const pulls = node.events().find((text) => text.startsWith('Pulling'));
    expect(pulls).toBe('Pulling: Pulling image "busybox:1.36" x3');
  });

  test('refuses an image name that is none', () => {
    const node = run({ image: 'Nginx:1.27' });
    expect(waiting(node).reason).toBe('InvalidImageName');
    expect(node.events()[0]).toBe(
      'InspectFailed: Failed to apply default image tag "Nginx:1.27": couldn\'t parse image name "Nginx:1.27" x2',
    );
  });

  test('refuses root where the pod must not be', () => {
    const node = run({ securityContext: { runAsNonRoot: true } });
    expect(waiting(node)).toMatchObject({ reason: 'CreateContainerConfigError' });
    expect(waiting(node).message).toMatch(
      /^container has runAsNonRoot and image will run as root \(pod: "web_default\(/,
    );
  });

  test('gives the container its environment, in order, with references replaced', () => {
    const node = new TestNode({});
    node.harness.seed(
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'settings', namespace: 'default' },
        data: { color: 'blue', size: 'xl' },
      },
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'keys', namespace: 'default' },
        data: { token: 'cMOkc3M=' },
      },
    );
    node.create('web', {
      enableServiceLinks: false,
      containers: [
        {
          name: 'web',
          image: 'busybox:1.36',
          command: ['run', '$(COLOR)', '$$(COLOR)', '$(MISSING)'],
          resources: { limits: { memory: '64Mi' } },
          envFrom: [{ prefix: 'CFG_', configMapRef: { name: 'settings' } }],
          env: [
            { name: 'COLOR', valueFrom: { configMapKeyRef: { name: 'settings', key: 'color' } } },
            { name: 'PASS', valueFrom: { secretKeyRef: { name: 'keys', key: 'token' } } },
            { name: 'BOTH', value: '$(COLOR)-$(CFG_size)' },
            { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
            { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
            {
              name: 'MEM',
              valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } },
            },
            {
              name: 'NONE',
              valueFrom: { configMapKeyRef: { name: 'no', key: 'k', optional: true } },
            },
          ],
        },
      ],
    });
    node.run(2_000);
    const uid = node.pod('web')?.metadata.uid ?? '';
    const config = node.runtime.containersOf(uid)[0]?.config;
    expect(config?.command).toEqual(['run', 'blue', '$(COLOR)', '$(MISSING)']);
    expect(config?.env.map(({ name, value }) => `${name}=${value}`)).toEqual([
      'CFG_color=blue',
      'CFG_size=xl',
      'COLOR=blue',
      'PASS=päss',
      'BOTH=blue-xl',
      'NODE=node-1',
      `IP=${node.runtime.sandboxesOf(uid)[0]?.ip}`,
      'MEM=64',
    ]);
  });

  test('starts another container when the image of a running one is changed', () => {
    const node = run({}, { web: { stopMs: 100 } });
    const patch = [{ op: 'replace', path: '/spec/containers/0/image', value: 'busybox:1.37' }];
    node.harness.do(node.harness.client.of('Pod').patch('default', 'web', 'json', patch));
    node.run(3_000);
    expect(node.events()).toContain(
      'Killing: Container web definition changed, will be restarted x1',
    );
    const status = node.pod('web')?.status?.containerStatuses?.[0];
    expect(status).toMatchObject({ restartCount: 1, image: 'busybox:1.37', ready: true });
  });
});
