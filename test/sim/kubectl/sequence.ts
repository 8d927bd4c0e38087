/**
 * Runs the commands of a recorded scenario one after the other against the real API server of the simulator, without
 * controllers and nodes: what kubectl sends and says is compared, not what a cluster makes of it.
 */
import type { KubeObject } from '#sim/api/object.ts';
import type { Process } from '#sim/engine/process.ts';
import { runKubectl } from '#sim/kubectl/kubectl.ts';
import { Harness } from '../harness.ts';
import type { RecordedStep, Recording } from './recording.ts';
import { kubectlWords } from './replay.ts';

/** A step, what it printed here, and whether that is what was recorded but for times and names at random. */
export interface SequenceStep {
  readonly step: RecordedStep;
  readonly got: { readonly stdout: string; readonly stderr: string; readonly exit: number };
  readonly match: boolean;
}

/** Runs all plain kubectl commands of a scenario. */
export function runSequence(recording: Recording): SequenceStep[] {
  const harness = new Harness();
  harness.seed(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: recording.namespace } } as KubeObject &
      Record<string, unknown>,
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default', namespace: recording.namespace },
    } as KubeObject & Record<string, unknown>,
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'kube-root-ca.crt', namespace: recording.namespace },
      data: { 'ca.crt': '' },
    } as KubeObject & Record<string, unknown>,
  );
  const steps: SequenceStep[] = [];
  for (const step of recording.steps) {
    const words = step.background || step.killed ? undefined : kubectlWords(step.cmd);
    if (words === undefined) continue;
    const got = run(harness, recording, words);
    const match =
      got.exit === step.exit &&
      canonical(got.stdout) === canonical(step.stdout) &&
      canonical(got.stderr) === canonical(step.stderr);
    steps.push({ step, got, match });
  }
  return steps;
}

function run(
  harness: Harness,
  recording: Recording,
  words: readonly string[],
): { stdout: string; stderr: string; exit: number } {
  let stdout = '';
  let stderr = '';
  let exit = -1;
  const context = {
    engine: harness.engine,
    client: harness.clientOf('kubectl'),
    kinds: harness.server.kinds,
    files: recording.files,
    stdin: '',
    namespace: recording.namespace,
    timing: { startMs: { lowMs: 0, highMs: 0 } },
  };
  const out = {
    stdout: (text: string) => void (stdout += text),
    stderr: (text: string) => void (stderr += text),
  };
  function* main(): Process {
    exit = yield* runKubectl(context, words, out);
  }
  const task = harness.engine.spawn('kubectl', main());
  harness.run(3_000);
  if (exit < 0) task.cancel();
  return { stdout, stderr, exit };
}

/** Replaces what differs from run to run: times, uids, revisions, addresses. */
export function canonical(text: string): string {
  return text
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, 'TIME')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'UID')
    .replace(/(resourceVersion"?: )"\d+"/g, '$1RV')
    .replace(/\b10\.(96|97|98|99|1\d\d)\.\d+\.\d+\b/g, 'IP')
    .replace(/(generation"?: )\d+/g, '$1N')
    .replace(/openshift-service-ca\.crt/g, 'service-ca');
}
