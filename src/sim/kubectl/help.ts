/**
 * What `--help` prints: this kubectl's own words about its commands and flags.
 */
import { padText, textWidth } from './tabwriter.ts';
import type { Verb } from './verb.ts';

/** The help of kubectl itself. */
export function overview(commands: readonly Verb[]): string {
  const lines = list(commands.map((verb) => [verb.name, verb.about]));
  return `kubectl controls the Kubernetes cluster manager.\n\nAvailable Commands:\n${lines}\nUsage:\n  kubectl [flags] [options]\n`;
}

/** The help of one command. */
export function helpOf(verb: Verb, path: string): string {
  const parts = [`${verb.about}.\n`];
  if (verb.verbs) {
    parts.push(`Available Commands:\n${list(verb.verbs.map((one) => [one.name, one.about]))}`);
  }
  const flags = verb.flags.filter((flag) => !flag.unsupported);
  if (flags.length > 0) {
    const rows = flags.map((flag): [string, string] => [
      `${flag.short ? `-${flag.short}, ` : ''}--${flag.name}`,
      flag.type === 'bool' ? '' : flag.type,
    ]);
    parts.push(`Options:\n${list(rows)}`);
  }
  parts.push(`Usage:\n  kubectl ${verb.usage}\n`);
  if (verb.verbs) {
    parts.push(`Use "${path} <command> --help" for more information about a given command.\n`);
  }
  return parts.join('\n');
}

function list(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => textWidth(name))) + 2;
  return rows.map(([name, about]) => `  ${padText(name, width)}${about}`.trimEnd() + '\n').join('');
}
