/**
 * One kubectl process: reads its command line, carries the command out as a client of the API server, and ends
 * with an exit code.
 *
 * - Mistakes of the user and refusals of the server are printed as kubectl prints them; they are never thrown.
 * - It can be cancelled at any time, as Ctrl+C would.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/cmd/cmd.go
 * Docs: /docs/reference/kubectl/
 */
import type { Process } from '../engine/process.ts';
import { Api } from './api.ts';
import { allCommands, commandNames, commandOf, otherCommands } from './commands.ts';
import { checkConnection } from './connection.ts';
import type { KubectlContext, KubectlOutput } from './context.ts';
import { isReported, KubectlError, notSimulated, reportError } from './errors.ts';
import { HelpRequest, parseArguments } from './flags.ts';
import { helpOf, overview } from './help.ts';
import { suggestions } from './suggestions.ts';
import { defaultTiming } from './timing.ts';
import { globalFlags } from './verb.ts';
import type { Verb } from './verb.ts';

/** Runs `kubectl` with the words behind its name and returns the exit code. */
export function* runKubectl(
  context: KubectlContext,
  argv: readonly string[],
  out: KubectlOutput,
): Process<number> {
  const { startMs } = { ...defaultTiming, ...context.timing };
  const random = context.engine.random('kubectl');
  yield* context.engine.delay(random.between(startMs.lowMs, startMs.highMs));
  try {
    return yield* run(context, argv, out);
  } catch (error) {
    if (!isReported(error)) throw error;
    return reportError(error, out.stderr);
  }
}

/** A command found on the command line, and the words that follow it. */
interface Command {
  readonly verb: Verb;
  /** `kubectl rollout status` */
  readonly path: string;
  readonly words: readonly string[];
}

function* run(
  context: KubectlContext,
  argv: readonly string[],
  out: KubectlOutput,
): Process<number> {
  const found = findCommand(argv);
  if (found === undefined) {
    out.stdout(overview(allCommands()));
    return 0;
  }
  const { verb, path, words } = found;
  const declared = [...verb.flags, ...globalFlags];
  try {
    const { flags, args, dashAt } = parseArguments(path, declared, words);
    checkTimeout(flags.text('request-timeout', '0'));
    checkConnection(flags, context.files);
    const namespace = flags.text('namespace') || context.namespace;
    const code = yield* verb.run({
      context,
      api: new Api(context.client, context.engine, out.stderr),
      out,
      flags,
      args,
      dashAt,
      path,
      namespace,
      isNamespaceGiven: flags.text('namespace') !== '',
    });
    return code ?? 0;
  } catch (error) {
    if (!(error instanceof HelpRequest)) throw error;
    out.stdout(helpOf(verb, path));
    return 0;
  }
}

/** Finds the command and the one under it. Returns undefined where the line has none. Throws KubectlError. */
function findCommand(argv: readonly string[]): Command | undefined {
  const [first, ...rest] = argv;
  if (first === undefined || first === '--help' || first === '-h') return undefined;
  if (first === 'help') return helpCommand(rest);
  if (first.startsWith('-')) return commandBehindFlags(argv);
  const verb = commandOf(first);
  if (verb === undefined) throw unknownCommand(first);
  return subcommand({ verb, path: `kubectl ${verb.name}`, words: rest });
}

function subcommand(command: Command): Command {
  const [next, ...rest] = command.words;
  const verb = command.verb.verbs?.find(
    (one) => one.name === next || (next !== undefined && one.aliases?.includes(next)),
  );
  if (verb === undefined) return command;
  return subcommand({ verb, path: `${command.path} ${verb.name}`, words: rest });
}

/** `kubectl help VERB` is `kubectl VERB --help`. */
function helpCommand(words: readonly string[]): Command | undefined {
  if (words.length === 0) return undefined;
  if (!commandNames.includes(words[0] ?? ''))
    throw new KubectlError(`Unknown help topic [\`${words.join(' ')}\`]`, { bare: true });
  return findCommand([...words, '--help']);
}

/** Flags of all commands may stand in front: `kubectl -n shop get pods`. */
function commandBehindFlags(argv: readonly string[]): Command | undefined {
  const takesValue = new Set(
    globalFlags
      .filter((flag) => flag.type !== 'bool')
      .flatMap((flag) => [`--${flag.name}`, ...(flag.short ? [`-${flag.short}`] : [])]),
  );
  let at = 0;
  while (at < argv.length && argv[at]?.startsWith('-'))
    at += takesValue.has(argv[at] ?? '') ? 2 : 1;
  const leading = argv.slice(0, at);
  const isKnown = leading.every(
    (word, index) =>
      !word.startsWith('-') ||
      takesValue.has(word.split('=')[0] ?? '') ||
      takesValue.has(word.slice(0, 2)) ||
      takesValue.has(leading[index - 1] ?? ''),
  );
  const [flag = ''] = argv;
  if (at >= argv.length) {
    parseArguments('kubectl', globalFlags, argv);
    return undefined;
  }
  if (!isKnown) {
    throw new KubectlError(`Error: flags cannot be placed before plugin name: ${flag}`, {
      bare: true,
    });
  }
  const found = findCommand(argv.slice(at));
  return found && { ...found, words: [...leading, ...found.words] };
}

function unknownCommand(name: string): KubectlError {
  if (otherCommands.includes(name)) return notSimulated(`command "kubectl ${name}"`);
  const near = suggestions(name, [...commandNames, ...otherCommands]);
  const text = `unknown command "${name}" for "kubectl"`;
  if (near.length === 0) return new KubectlError(text);
  return new KubectlError(
    `${text}\n\nDid you mean this?\n${near.map((one) => `\t${one}`).join('\n')}`,
  );
}

function checkTimeout(text: string): void {
  if (/^(\d+|(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+)$/.test(text)) return;
  throw new KubectlError(
    'Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)',
  );
}
