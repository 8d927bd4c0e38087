/**
 * A person at a terminal in front of a test's API server: kubectl runs in tasks, and what it has printed can be read
 * while it runs.
 */
import type { Task } from '#sim/engine/task.ts';
import { runKubectl } from '#sim/kubectl/kubectl.ts';
import { Harness } from '../harness.ts';
import '#sim/parts/all.ts';

/** One kubectl process. */
export interface Running {
  readonly task: Task<number>;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** The exit code; undefined while it runs. */
  readonly exit: () => number | undefined;
}

/** An API server with kubectl. */
export class Session {
  readonly harness = new Harness();
  readonly files = new Map<string, string>();

  /** Starts kubectl; it goes on with virtual time. */
  start(...argv: string[]): Running {
    let stdout = '';
    let stderr = '';
    let exit: number | undefined;
    const { engine, server } = this.harness;
    const process = runKubectl(
      {
        engine,
        client: this.harness.clientOf('kubectl'),
        kinds: server.kinds,
        files: { read: (path) => this.files.get(path) },
        stdin: '',
        namespace: 'default',
        timing: { startMs: { lowMs: 0, highMs: 0 } },
      },
      argv,
      {
        stdout: (text) => void (stdout += text),
        stderr: (text) => void (stderr += text),
      },
    );
    const task = engine.spawn(
      'kubectl',
      (function* () {
        exit = yield* process;
        return exit;
      })(),
    );
    return { task, stdout: () => stdout, stderr: () => stderr, exit: () => exit };
  }

  /** Runs kubectl to its end, within ten virtual seconds. */
  run(...argv: string[]): { stdout: string; stderr: string; exit: number | undefined } {
    const { stdout, stderr, exit } = this.start(...argv);
    this.harness.run(10_000);
    return { stdout: stdout(), stderr: stderr(), exit: exit() };
  }
}

/** A Deployment of one container. */
export function deployment(
  name: string,
  replicas: number,
): Record<string, unknown> & {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
} {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'web', image: 'nginx:1.27' }] },
      },
    },
  };
}
