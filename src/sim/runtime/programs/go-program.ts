/**
 * What programs written in Go have in common: their log lines and their flags.
 *
 * Upstream: k8s.io/klog; github.com/spf13/pflag
 */
import { klogPrefix } from '../calendar.ts';
import { printLater } from '../container-log.ts';
import type { OsProcess } from '../os-process.ts';

/** Writes a line to the log as klog does. */
export function klog(process: OsProcess, message: string): void {
  const ms = process.system.engine.nowMs;
  printLater(process.file(2), () => `${klogPrefix(ms, process.pid)}${message}\n`);
}

/** Reads `--name=value`, `--name value` and bare `--name` (which is `true`). */
export function readFlags(words: readonly string[]): ReadonlyMap<string, string> {
  const flags = new Map<string, string>();
  for (let index = 0; index < words.length; index += 1) {
    const match = /^--?([^=]+)(?:=(.*))?$/s.exec(words[index] ?? '');
    if (match === null) continue;
    const [, name = '', value] = match;
    const next = words[index + 1];
    if (value !== undefined) flags.set(name, value);
    else if (next !== undefined && !next.startsWith('-')) {
      flags.set(name, next);
      index += 1;
    } else flags.set(name, 'true');
  }
  return flags;
}
