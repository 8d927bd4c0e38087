import { describe, expect, test } from 'vitest';
import type { Lab } from '#sim/lab/lab-format.ts';
import { checkClaims, numbersOf } from '#sim/lab/checks.ts';
import { LabRun, runLab } from '#sim/lab/run.ts';
import { outputOf } from '#sim/lab/transcript.ts';
import { watchRows } from '#sim/lab/watch-rows.ts';
import '#sim/parts/all.ts';

const manifest = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: "nginx:1.27" }]
`;

const lab = (changes: Partial<Lab> = {}): Lab => ({
  id: 'test/lab',
  title: { en: 'A test' },
  caption: { en: 'Two pods' },
  until: '10s',
  files: ['web.yaml'],
  do: [{ at: '0s', run: 'kubectl apply -f web.yaml' }],
  show: { lanes: ['pods'], views: ['why'] },
  checks: [],
  texts: { 'web.yaml': manifest },
  ...changes,
});

const rowsOf = (history: ReturnType<typeof runLab>): string =>
  JSON.stringify([...watchRows(history.log, { namespace: 'default', isWide: true })]);

describe('a run', () => {
  test('is the same for the same seed, byte for byte, and another for another seed', () => {
    const first = runLab({ lab: lab() });
    expect(rowsOf(runLab({ lab: lab() }))).toBe(rowsOf(first));
    expect(rowsOf(runLab({ lab: lab(), seed: 2 }))).not.toBe(rowsOf(first));
  });

  test('is the same when it is advanced in slices, and when its start was run ahead', () => {
    const whole = rowsOf(runLab({ lab: lab() }));
    const sliced = new LabRun({ lab: lab() });
    while (!sliced.advance(100));
    expect(rowsOf(sliced.history)).toBe(whole);
    const early = new LabRun({ lab: lab() });
    early.boot();
    early.edit({ texts: { 'web.yaml': manifest } });
    while (!early.advance());
    expect(rowsOf(early.history)).toBe(whole);
  });

  test('takes the reader’s text in place of the lab’s', () => {
    const texts = { 'web.yaml': manifest.replace('replicas: 2', 'replicas: 4') };
    expect(runLab({ lab: lab(), texts }).objects('Pod')).toHaveLength(4);
  });

  test('answers a bad manifest in the transcript and goes on', () => {
    const texts = { 'web.yaml': manifest.replace('replicas:', 'replica:') };
    const history = runLab({ lab: lab(), texts });
    const [command] = history.transcript.commands;
    expect(command?.exitCode).toBe(1);
    expect(command === undefined ? '' : outputOf(command, 'stderr')).toContain(
      'strict decoding error: unknown field "spec.replica"',
    );
    expect(history.endMs).toBe(10_000);
  });

  test('acts once a condition holds, and ends once another does', () => {
    const ready = "list('Pod').filter(p, p.status.?phase.orValue('') == 'Running').size() == 2";
    const history = runLab({
      lab: lab({
        do: [
          { at: '0s', run: 'kubectl apply -f web.yaml' },
          { when: ready, after: '500ms', run: 'kubectl scale deploy web --replicas=3' },
        ],
        stopWhen: "list('Pod').size() == 3",
      }),
    });
    expect(history.ending.reason).toBe('condition');
    expect(history.objects('Pod')).toHaveLength(3);
    expect(history.endMs).toBeLessThan(10_000);
  });

  test('goes as far as a stopped component lets it', () => {
    const history = runLab({ lab: lab({ cluster: { stopped: ['kube-scheduler'] } }) });
    const phases = history
      .objects('Pod')
      .map((pod) => (pod as { spec?: { nodeName?: string } }).spec?.nodeName);
    expect(phases).toEqual([undefined, undefined]);
  });

  test('names every cause back to the command', () => {
    const history = runLab({ lab: lab() });
    const [started] = history.trace.entries({ verb: 'container-started' });
    const chain = history.why(started?.id ?? -1);
    expect(chain.at(-1)?.verb).toBe('command');
    expect(chain.map(({ component }) => component)).toEqual(
      expect.arrayContaining(['kube-scheduler', 'replicaset-controller', 'deployment-controller']),
    );
  });

  test('judges claims and computes numbers', () => {
    const judged = lab({
      checks: [
        { claim: { en: 'Two pods run' }, expr: "peak('Pod') == 2" },
        { claim: { en: 'None runs' }, expr: "peak('Pod') == 0" },
      ],
      values: { pods: { expr: "list('Pod').size()" } },
    });
    const history = runLab({ lab: judged });
    expect(checkClaims(judged, history).map(({ holds }) => holds)).toEqual([true, false]);
    expect(numbersOf(judged, history)).toEqual({ pods: 2 });
  });
});
