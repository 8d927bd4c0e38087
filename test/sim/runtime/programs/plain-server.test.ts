import '#sim/parts/all.ts';
import { describe, expect, test } from 'vitest';
import { runLab } from '#sim/lab/run.ts';
import type { ImageDeclaration } from '#sim/runtime/image-declaration.ts';
import { sampleLab } from '../../lab/sample-lab.ts';

/** One pod of a declared image behind a Service, deleted at 6 s, with a request every half second until then. */
function outcomes(image: Omit<ImageDeclaration, 'name'>): string[] {
  const yaml = `apiVersion: v1
kind: Pod
metadata: { name: slow, labels: { app: slow } }
spec: { containers: [{ name: a, image: "registry.example.com/slow:1" }] }
---
apiVersion: v1
kind: Service
metadata: { name: slow }
spec: { selector: { app: slow }, ports: [{ port: 80 }] }
`;
  const lab = sampleLab(
    { 'slow.yaml': yaml },
    {
      until: '20s',
      images: [{ name: 'registry.example.com/slow:1', ...image }],
      load: [
        {
          name: 'c',
          url: 'http://slow/',
          ratePerSecond: 2,
          startMs: 4000,
          stopMs: 5900,
          timeoutMs: 9000,
        },
      ],
      do: [
        { at: '0s', run: 'kubectl apply -f slow.yaml' },
        { at: '6s', run: 'kubectl delete pod slow --wait=false' },
      ],
    },
  );
  return runLab({ lab })
    .requests.rows()
    .map(({ outcome }) => outcome);
}

describe('a declared server that is told to stop', () => {
  test('answers every request that it has begun when it drains, the last one too', () => {
    const all = outcomes({ onSigterm: 'drain', responseMs: 3_000 });
    expect(all.length).toBeGreaterThan(2);
    expect(new Set(all)).toEqual(new Set(['200']));
  });

  test('cuts them off when it exits at once', () => {
    expect(outcomes({ onSigterm: 'exit', responseMs: 3_000 })).toContain('eof');
  });
});
