import { describe, expect, test } from 'vitest';
import { canonicalText } from '#cli/parity/canonical.ts';

const canonical = (text: string): string => canonicalText(text, { names: new Map(), bases: [] });

/** What `kubectl describe node` says of a machine and of its kubelet. */
const node = (machine: string, kernel: string, runtime: string, kubelet: string): string =>
  `System Info:
  Machine ID:                 ${machine}
  System UUID:                ${machine}
  Boot ID:                    25de78c2-7468-4135-9dcf-e8ecca11cb2f
  Kernel Version:             ${kernel}
  OS Image:                   Debian GNU/Linux 12 (bookworm)
  Container Runtime Version:  containerd://${runtime}
  Kubelet Version:            ${kubelet}
`;
const machines = ['3d1219c7c4c5404aaa1f6d2a48adfda4', '6471751c657176af66717842677179d5'] as const;

describe('the identity of a machine', () => {
  test('makes no difference: IDs, kernel, version of the runtime', () => {
    const one = node(machines[0], '6.18.44-fc-v657', '2.3.4+unknown', 'v1.36.2');
    const other = node(machines[1], '6.18.44', '2.3.4', 'v1.36.2');
    expect(canonical(one)).toBe(canonical(other));
    const wide = (kernel: string, runtime: string) => `node-1 ${kernel} (amd64) ${runtime}`;
    expect(canonical(wide('6.18.44-fc-v657', 'containerd://2.3.4+unknown'))).toBe(
      canonical(wide('6.18.44', 'containerd://2.3.4')),
    );
  });

  test('hides nothing that Kubernetes says: the version of the kubelet, a missing line, an ID that is none', () => {
    const one = node(machines[0], '6.18.44', '2.3.4', 'v1.36.2');
    expect(canonical(node(machines[0], '6.18.44', '2.3.4', 'v1.36.1'))).not.toBe(canonical(one));
    expect(canonical(node('', '6.18.44', '2.3.4', 'v1.36.2'))).not.toBe(canonical(one));
    expect(canonical(one.replace(/ *Kernel Version.*\n/, ''))).not.toBe(canonical(one));
  });

  test('includes the list of images in YAML, and nothing behind it', () => {
    const status = (images: string, os: string) =>
      `status:\n${images}  nodeInfo:\n    operatingSystem: ${os}\n`;
    const images =
      '  images:\n  - names:\n    - nginx@sha256:1\n    - nginx:1.27\n    sizeBytes: 5120588\n' +
      '  - names:\n    - busybox:1.36\n    sizeBytes: 1036941\n';
    expect(canonical(status(images, 'linux'))).toBe(canonical(status('', 'linux')));
    expect(canonical(status(images, 'windows'))).not.toBe(canonical(status('', 'linux')));
  });
});

describe('what the API server draws', () => {
  test('makes no difference: versions of objects, node ports', () => {
    expect(canonical('    "resourceVersion": "57341",')).toBe(
      canonical('    "resourceVersion": "81",'),
    );
    expect(canonical('80:31412/TCP,9090:30328/UDP')).toBe(canonical('80:30542/TCP,9090:32767/UDP'));
  });

  test('hides no port that somebody has chosen outside the range', () => {
    expect(canonical('80:32768/TCP')).not.toBe(canonical('80:30542/TCP'));
    expect(canonical('8080/TCP')).not.toBe(canonical('8081/TCP'));
  });
});

describe('the ConfigMap that the recorded cluster added', () => {
  test('is left out, and no other', () => {
    const listing = (...names: string[]) =>
      names.map((name) => `Listing labels for ConfigMap./${name}:\n round=1\n`).join('');
    expect(canonical(listing('one', 'some-service-ca.crt', 'two'))).toBe(
      canonical(listing('one', 'two')),
    );
    expect(canonical(listing('one', 'two'))).not.toBe(canonical(listing('one')));
  });
});
