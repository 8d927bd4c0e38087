/**
 * Command line flags as kubectl reads them: `--name=value`, `--name value`, `-n value`, `-nvalue`, `-n=value`,
 * switches joined (`-Aw`), flags anywhere among the arguments, `--` ends them.
 *
 * Upstream: github.com/spf13/pflag; staging/src/k8s.io/kubectl/pkg/cmd/cmd.go (words of flag errors)
 */
import { parseGoDuration } from '../api/go-duration.ts';
import { goQuote } from '../api/go-format.ts';
import { KubectlError, notSimulated } from './errors.ts';

/** What a flag holds. `strings` may be split by commas and given again; `texts` only given again. */
export type FlagType = 'bool' | 'int' | 'string' | 'strings' | 'texts' | 'duration';

/** A flag of a command. */
export interface Flag {
  readonly name: string;
  readonly type: FlagType;
  /** One letter. */
  readonly short?: string;
  /** The value of the flag when it is given without one: `--dry-run`. */
  readonly withoutValue?: string;
  /** Real, but without effect or refused here. */
  readonly unsupported?: boolean;
}

type Value = boolean | number | string | readonly string[];

/** The flags of one invocation, by name. Asking for a flag that the command does not declare is our mistake. */
export class Flags {
  readonly #declared: ReadonlyMap<string, Flag>;
  readonly #values = new Map<string, Value>();

  constructor(declared: ReadonlyMap<string, Flag>) {
    this.#declared = declared;
  }

  set(flag: Flag, value: Value): void {
    const before = this.#values.get(flag.name);
    const isList = flag.type === 'strings' || flag.type === 'texts';
    const lists = isList && before !== undefined;
    this.#values.set(
      flag.name,
      lists ? [...(before as string[]), ...(value as readonly string[])] : value,
    );
  }

  /** Whether the flag was given. */
  has(name: string): boolean {
    return this.#values.has(name);
  }

  bool(name: string, fallback = false): boolean {
    return (this.#get(name) as boolean | undefined) ?? fallback;
  }

  text(name: string, fallback = ''): string {
    return (this.#get(name) as string | undefined) ?? fallback;
  }

  int(name: string, fallback: number): number {
    return (this.#get(name) as number | undefined) ?? fallback;
  }

  /** Milliseconds of a duration. */
  durationMs(name: string, fallback: number): number {
    return (this.#get(name) as number | undefined) ?? fallback;
  }

  list(name: string): readonly string[] {
    return (this.#get(name) as readonly string[] | undefined) ?? [];
  }

  #get(name: string): Value | undefined {
    if (!this.#declared.has(name)) throw new Error(`kubectl: no flag "${name}" is declared`);
    return this.#values.get(name);
  }
}

/** A command line taken apart. */
export interface ParsedArguments {
  readonly flags: Flags;
  readonly args: readonly string[];
  /** Where `--` stood among the arguments; -1 without one. */
  readonly dashAt: number;
}

/** Reads the words behind a command. Errors name the command by its path: `kubectl get`. */
export function parseArguments(
  path: string,
  declared: readonly Flag[],
  words: readonly string[],
): ParsedArguments {
  const byName = new Map(declared.map((flag) => [flag.name, flag]));
  const byShort = new Map(declared.flatMap((flag) => (flag.short ? [[flag.short, flag]] : [])));
  const flags = new Flags(byName);
  const args: string[] = [];
  let dashAt = -1;
  let at = 0;
  const fail = (message: string): never => {
    throw new KubectlError(`${message}\nSee '${path} --help' for usage.`);
  };
  const assign = (flag: Flag, text: string): void => {
    if (flag.unsupported) throw notSimulated(`flag --${flag.name} of "${path}"`);
    const result = readValue(flag, text);
    if (result.ok) flags.set(flag, result.value);
    else {
      const shown = flag.short ? `-${flag.short}, --${flag.name}` : `--${flag.name}`;
      fail(`invalid argument ${goQuote(text)} for "${shown}" flag: ${result.message}`);
    }
  };
  const next = (missing: string): string => {
    const word = words[at];
    if (word === undefined) return fail(`flag needs an argument: ${missing}`);
    at += 1;
    return word;
  };
  while (at < words.length) {
    const word = words[at] ?? '';
    at += 1;
    if (word === '--') {
      dashAt = args.length;
      args.push(...words.slice(at));
      break;
    }
    if (word.startsWith('--')) {
      const equals = word.indexOf('=');
      const name = equals < 0 ? word.slice(2) : word.slice(2, equals);
      const flag = byName.get(name);
      if (name === 'help' && !flag) throw new HelpRequest();
      if (!flag) return fail(`unknown flag: --${name}`);
      if (equals >= 0) assign(flag, word.slice(equals + 1));
      else assign(flag, valueWithout(flag) ?? next(word));
    } else if (word.startsWith('-') && word.length > 1) {
      let letters = word.slice(1);
      while (letters !== '') {
        const letter = letters.charAt(0);
        const rest = letters.slice(1);
        const flag = byShort.get(letter);
        if (letter === 'h' && !flag) throw new HelpRequest();
        if (!flag) return fail(`unknown shorthand flag: ${quoteLetter(letter)} in -${letters}`);
        if (rest.startsWith('=')) {
          assign(flag, rest.slice(1));
          break;
        }
        const alone = valueWithout(flag);
        if (alone !== undefined) {
          assign(flag, alone);
          letters = rest;
          continue;
        }
        assign(flag, rest !== '' ? rest : next(`${quoteLetter(letter)} in -${letters}`));
        break;
      }
    } else args.push(word);
  }
  return { flags, args, dashAt };
}

/** The user asked for the help of the command. */
export class HelpRequest extends Error {}

function quoteLetter(letter: string): string {
  return `'${letter}'`;
}

/** The value of a flag that stands alone; undefined where the next word is its value. */
function valueWithout(flag: Flag): string | undefined {
  return flag.withoutValue ?? (flag.type === 'bool' ? 'true' : undefined);
}

type ReadValue =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly message: string };

const truths = new Map<string, boolean>();
for (const word of ['1', 't', 'T', 'TRUE', 'true', 'True']) truths.set(word, true);
for (const word of ['0', 'f', 'F', 'FALSE', 'false', 'False']) truths.set(word, false);

function readValue(flag: Flag, text: string): ReadValue {
  switch (flag.type) {
    case 'bool': {
      const value = truths.get(text);
      if (value !== undefined) return { ok: true, value };
      return badSyntax('ParseBool', text);
    }
    case 'int':
      if (/^[-+]?\d+$/.test(text)) return { ok: true, value: Number(text) };
      return badSyntax('ParseInt', text);
    case 'duration': {
      const parsed = parseGoDuration(text);
      return parsed.ok ? { ok: true, value: parsed.ms } : parsed;
    }
    case 'strings':
      return { ok: true, value: text === '' ? [] : text.split(',') };
    case 'texts':
      return { ok: true, value: [text] };
    default:
      return { ok: true, value: text };
  }
}

function badSyntax(parser: string, text: string): ReadValue {
  const message = `strconv.${parser}: parsing ${goQuote(text)}: invalid syntax`;
  return { ok: false, message };
}
