/**
 * What a reader may type that makes no sense or too much of it: each ends in a clear message, soon, with whatever happened
 * up to there. Times are bounded generously, since this machine may be busy; the budgets are what keeps them short.
 */
import { describe, expect, test } from 'vitest';
import type { Lab } from '#sim/lab/lab-format.ts';
import type { History } from '#sim/lab/history.ts';
import { runLab } from '#sim/lab/run.ts';
import { outputOf } from '#sim/lab/transcript.ts';
import '#sim/parts/all.ts';

function apply(text: string, until = '10s'): { history: History; stderr: string; wallMs: number } {
  const lab: Lab = {
    id: 'test/bad',
    title: { en: 'Bad input' },
    caption: { en: 'Bad input' },
    until,
    files: ['web.yaml'],
    do: [{ at: '0s', run: 'kubectl apply -f web.yaml' }],
    show: { lanes: ['pods'], views: ['kubectl'] },
    checks: [],
    texts: { 'web.yaml': text },
  };
  const startedMs = performance.now();
  const history = runLab({ lab });
  const [command] = history.transcript.commands;
  const stderr = command === undefined ? '' : outputOf(command, 'stderr');
  return { history, stderr, wallMs: performance.now() - startedMs };
}

const deployment = (replicas: string, container: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [${container}]
`;
const nginx = '{ name: web, image: "nginx:1.27" }';

describe('bad input', () => {
  test('a manifest that is no YAML names the line', () => {
    const { stderr } = apply('apiVersion: v1\nkind: Pod\n  metadata: [\n');
    expect(stderr).toMatch(/error parsing web\.yaml: error converting YAML to JSON: yaml: line \d/);
  });

  test('an unknown kind is told as kubectl tells it', () => {
    const { stderr } = apply('apiVersion: v1\nkind: Pood\nmetadata: { name: a }\n');
    expect(stderr).toContain('no matches for kind "Pood" in version "v1"');
  });

  test('an unknown field and a wrong type are refused by the server', () => {
    expect(apply(deployment('3', nginx).replace('replicas', 'replica')).stderr).toContain(
      'unknown field "spec.replica"',
    );
    expect(apply(deployment('many', nginx)).stderr).toContain(
      'cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
    );
  });

  test('a manifest of a megabyte is read and answered', () => {
    const big = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: big }\ndata:\n${Array.from(
      { length: 12_000 },
      (_, line) => `  key-${line}: "${'x'.repeat(70)}"\n`,
    ).join('')}`;
    expect(big.length).toBeGreaterThan(1_000_000);
    const { stderr, wallMs } = apply(big);
    expect(stderr).toContain('metadata.annotations: Too long');
    expect(wallMs).toBeLessThan(10_000);
  });

  test('a million replicas end with the budget that they spent', () => {
    const { history, wallMs } = apply(deployment('1000000', nginx), '1h');
    expect(history.ending.reason).toBe('budget');
    expect(history.ending.message).toMatch(/^The run was stopped at [\d.]+ s of simulated time: /);
    expect(history.objects('Pod').length).toBeGreaterThan(0);
    expect(wallMs).toBeLessThan(100_000);
  }, 120_000);

  test('a million replicas in a short lab are as many pods as a controller can make in that time', () => {
    const { history, wallMs } = apply(deployment('1000000', nginx));
    expect(history.ending.reason).toBe('until');
    // Its client may send 20 requests a second after a burst of 30.
    expect(history.objects('Pod').length).toBeLessThan(260);
    expect(wallMs).toBeLessThan(30_000);
  }, 60_000);

  test('a container that never stops logging ends with a sentence that names it', () => {
    const loop =
      '{ name: web, image: "busybox:1.36", command: [sh, -c, "while true; do echo hello; done"] }';
    const { history, wallMs } = apply(deployment('1', loop));
    expect(history.ending.reason).toBe('budget');
    expect(history.ending.message).toMatch(/never rest|log/);
    expect(wallMs).toBeLessThan(30_000);
  });
});
