/**
 * The terminal of a run: where the commands of a lab, of a reader and of a recording are carried out.
 *
 * - A command line is a line of bash: pipes, `$(…)`, loops, files; `kubectl` is a command of it and an ordinary client.
 * - What it prints goes to the transcript, piece by piece, with the times.
 * - Files are the lab's manifests, as the reader has edited them; what a command writes stays for the next one.
 */
import type { Cluster } from '../cluster.ts';
import type { Client } from '../client/client.ts';
import type { Process } from '../engine/process.ts';
import type { Task } from '../engine/task.ts';
import { runKubectl } from '../kubectl/kubectl.ts';
import type { KubectlTiming } from '../kubectl/timing.ts';
import { Seam } from '../part.ts';
import { Terminal as Workstation } from '../runtime/terminal.ts';
import type { CommandCall } from '../runtime/terminal.ts';
import type { kubeletAccess } from './kubelet-access.ts';
import type { Command, Output, Transcript } from './transcript.ts';

/** What a terminal is made with. `files` is read when the first command begins. */
export interface TerminalOptions {
  readonly cluster: Cluster;
  readonly files: Readonly<Record<string, string>>;
  readonly transcript: Transcript;
  readonly namespace?: string | undefined;
  /** How long kubectl takes by itself, where it should not take what it usually does. */
  readonly timing?: Partial<KubectlTiming> | undefined;
}

/** The way to containers: see kubelet-access.ts. */
export const kubeletAccessSeam = new Seam<typeof kubeletAccess>('kubectl-logs');

/** Output of one command beyond which the rest is dropped, in characters. */
const outputLengthMax = 1_000_000;

/** A terminal at the cluster. */
export class Terminal {
  readonly #options: TerminalOptions;
  readonly #client: Client;
  readonly #workstation: Workstation;

  constructor(options: TerminalOptions) {
    const { engine } = options.cluster;
    this.#options = options;
    this.#client = options.cluster.clientOf('kubectl');
    this.#workstation = new Workstation({
      engine,
      random: engine.random('terminal'),
      files: options.files,
      commands: { kubectl: (call) => this.#kubectl(call) },
    });
  }

  /** Begins a command line now, in a task of its own. */
  spawn(text: string, origin: Command['origin']): Task<number> {
    return this.#options.cluster.engine.spawn('terminal', this.run(text, origin));
  }

  /** Carries out a command line and returns its exit code; a cancelled one is killed. */
  *run(text: string, origin: Command['origin']): Process<number> {
    const { cluster, transcript } = this.#options;
    const { engine } = cluster;
    const entry = engine.record(origin, 'command', 'Terminal', { text });
    const command = transcript.begin(engine.nowMs, text, origin, entry);
    const script = this.#workstation.start(text, { onOutput: this.#outputTo(command) });
    try {
      const { exitCode } = yield* script.join();
      command.exitCode = exitCode;
      return exitCode;
    } finally {
      if (script.isRunning) script.kill();
      command.endMs = engine.nowMs;
    }
  }

  *#kubectl(call: CommandCall): Process<number> {
    const { cluster, namespace = 'default', timing } = this.#options;
    const { engine, server } = cluster;
    // kubectl writes without waiting; what finds no room in a pipe is written when it is done.
    const backlog: { stream: Output['stream']; text: string }[] = [];
    const write = (stream: Output['stream'], text: string) => {
      if (backlog.length > 0 || !call.print(stream, text)) backlog.push({ stream, text });
    };
    const exitCode = yield* runKubectl(
      {
        engine,
        client: this.#client,
        kinds: server.kinds,
        files: {
          read: (path) => call.readFileNow(path),
          list: (path) => call.listDirectory(path),
        },
        stdin: call.hasStdin ? yield* call.readStdin() : '',
        namespace,
        timing,
        kubelet: {
          logs: (request, print) => kubeletAccessSeam.get()(cluster).logs(request, print),
          exec: (request, output) => kubeletAccessSeam.get()(cluster).exec(request, output),
        },
      },
      call.args,
      { stdout: (text) => write('stdout', text), stderr: (text) => write('stderr', text) },
    );
    for (const { stream, text } of backlog) {
      if (stream === 'stdout') yield* call.write(text);
      else yield* call.writeError(text);
    }
    return exitCode;
  }

  #outputTo(command: Command): (stream: Output['stream'], text: string) => void {
    const { engine } = this.#options.cluster;
    let length = 0;
    return (stream, text) => {
      if (length > outputLengthMax) return;
      length += text.length;
      const shown = length > outputLengthMax ? '… (the rest is not shown)\n' : text;
      command.output.push({ timeMs: engine.nowMs, stream, text: shown });
    };
  }
}
