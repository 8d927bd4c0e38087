import { describe, expect, test } from 'vitest';
import { byComponent, declarationOf, sentence } from '#site/accuracy.ts';

const source = `/**
 * A prober.
 *
 * Upstream: pkg/kubelet/prober/worker.go doProbe
 * Docs: /docs/concepts/workloads/pods/probes/
 * Simplified: the real one starts at a random
 * moment of its period; ours does too.
 * Simplified: no gRPC.
 */
/** Simplified: not in the header. */
export const a = 1;
`;

describe('declarationOf', () => {
  test('reads the tags of the header, over several lines', () => {
    expect(declarationOf('src/sim/kubelet/prober.ts', source)).toEqual({
      file: 'src/sim/kubelet/prober.ts',
      component: 'kubelet',
      upstream: ['pkg/kubelet/prober/worker.go doProbe'],
      docs: ['/docs/concepts/workloads/pods/probes/'],
      simplified: [
        'the real one starts at a random moment of its period; ours does too.',
        'no gRPC.',
      ],
    });
  });

  test('takes a file beside the folders as its own component', () => {
    expect(declarationOf('src/sim/cluster.ts', '').component).toBe('cluster');
  });
});

test('byComponent leaves out files that declare nothing and sorts the rest', () => {
  const groups = byComponent([
    declarationOf('src/sim/kubelet/prober.ts', source),
    declarationOf('src/sim/apiserver/server.ts', source),
    declarationOf('src/sim/engine/engine.ts', ''),
  ]);
  expect(groups.map((group) => group.component)).toEqual(['apiserver', 'kubelet']);
});

test.each([
  ['no `exec` over <http>.', 'No <code>exec</code> over &lt;http&gt;.'],
  ['`a` first', '<code>a</code> first'],
  ['kubectl.kubernetes.io stays', 'kubectl.kubernetes.io stays'],
])('sentence writes %j as %j', (text, html) => {
  expect(sentence(text)).toBe(html);
});
