/**
 * The terminal of a run: where the commands of a lab, of a reader and of a recording are carried out.
 *
 * - A command line may hold what a shell line may hold; `kubectl` is a command of it and an ordinary client.
 * - What it prints goes to the transcript, piece by piece, with the times.
 * - Files are the lab's manifests, as the reader has edited them.
 */
import type { Cluster } from '../cluster.ts';
import type { Client } from '../client/client.ts';
import type { Process } from '../engine/process.ts';
import type { Task } from '../engine/task.ts';
import { splitCommandLine } from '../kubectl/command-line.ts';
import type { KubectlOutput } from '../kubectl/context.ts';
import { runKubectl } from '../kubectl/kubectl.ts';
import type { KubectlTiming } from '../kubectl/timing.ts';
import type { Command, Output, Transcript } from './transcript.ts';

/** What a terminal is made with. */
export interface TerminalOptions {
  readonly cluster: Cluster;
  readonly files: Readonly<Record<string, string>>;
  readonly transcript: Transcript;
  readonly namespace?: string | undefined;
  /** How long kubectl takes by itself, where it should not take what it usually does. */
  readonly timing?: Partial<KubectlTiming> | undefined;
}

/** Output of one command beyond which the rest is dropped, in characters. */
const outputLengthMax = 1_000_000;

/** A terminal at the cluster. */
export class Terminal {
  readonly #options: TerminalOptions;
  readonly #client: Client;

  constructor(options: TerminalOptions) {
    this.#options = options;
    this.#client = options.cluster.clientOf('kubectl');
  }

  /** Begins a command line now, in a task of its own. */
  spawn(text: string, origin: Command['origin']): Task<number> {
    return this.#options.cluster.engine.spawn('terminal', this.run(text, origin));
  }

  /** Carries out a command line and returns its exit code. */
  *run(text: string, origin: Command['origin']): Process<number> {
    const { cluster, transcript } = this.#options;
    const { engine } = cluster;
    const entry = engine.record(origin, 'command', 'Terminal', { text });
    const command = transcript.begin(engine.nowMs, text, origin, entry);
    const exitCode = yield* this.#execute(text, this.#outputTo(command));
    command.endMs = engine.nowMs;
    command.exitCode = exitCode;
    return exitCode;
  }

  *#execute(text: string, out: KubectlOutput): Process<number> {
    const line = splitCommandLine(text);
    if (!line.ok) {
      out.stderr(`${line.message}\n`);
      return 2;
    }
    const [name = '', ...words] = line.words;
    if (name !== 'kubectl') {
      out.stderr(`${name}: command not found\n`);
      return 127;
    }
    return yield* this.#kubectl(words, '', out);
  }

  *#kubectl(words: readonly string[], stdin: string, out: KubectlOutput): Process<number> {
    const { cluster, files, namespace = 'default', timing } = this.#options;
    const { engine, server } = cluster;
    return yield* runKubectl(
      {
        engine,
        client: this.#client,
        kinds: server.kinds,
        files: { read: (path) => files[path.replace(/^\.\//, '')] },
        stdin,
        namespace,
        timing,
      },
      words,
      out,
    );
  }

  #outputTo(command: Command): KubectlOutput {
    const { engine } = this.#options.cluster;
    let length = 0;
    const write = (stream: Output['stream'], text: string) => {
      if (length > outputLengthMax) return;
      length += text.length;
      const shown = length > outputLengthMax ? '… (the rest is not shown)\n' : text;
      command.output.push({ timeMs: engine.nowMs, stream, text: shown });
    };
    return { stdout: (text) => write('stdout', text), stderr: (text) => write('stderr', text) };
  }
}
