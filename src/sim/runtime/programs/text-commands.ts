/**
 * Commands that read text and write text.
 *
 * Upstream: busybox coreutils
 */
import type { Process } from '../../engine/process.ts';
import { errorText, isErrno } from '../errno.ts';
import type { OsProcess } from '../os-process.ts';
import { bracketSet } from './character-sets.ts';
import {
  complain,
  fileProblem,
  linesOf,
  readInput,
  readOptions,
  usage,
  valueOf,
} from './utility.ts';

/** Reads the files of a command line, or the standard input; a file that cannot be read is told. */
export function* inputs(
  process: OsProcess,
  name: string,
  paths: readonly string[],
): Process<{ path: string; text: string }[] & { hasFailed?: boolean }> {
  const found: { path: string; text: string }[] & { hasFailed?: boolean } = [];
  for (const path of paths.length === 0 ? ['-'] : paths) {
    const text = yield* readInput(process, path);
    if (isErrno(text)) {
      complain(process, name, fileProblem(path, text));
      found.hasFailed = true;
    } else found.push({ path, text });
  }
  return found;
}

function* print(process: OsProcess, text: string, code = 0): Process<number> {
  yield* process.write(1, text);
  return code;
}

/** wc [-clwmL] [FILE]... */
export function* wc(process: OsProcess, args: readonly string[], name: string): Process<number> {
  const options = readOptions(process, args, name, 'clwmL');
  if (options === undefined) return 1;
  const letters = [...'lwcmL'].filter((letter) => options.flags.has(letter));
  const wanted = letters.length === 0 ? ['l', 'w', 'c'] : letters;
  const found = yield* inputs(process, name, options.operands);
  const isGnu = process.system.shell === 'bash';
  const totals = new Map<string, number>();
  let text = '';
  const line = (counts: ReadonlyMap<string, number>, path: string): string => {
    const numbers = wanted.map((letter) => String(counts.get(letter) ?? 0));
    const isNarrow = wanted.length === 1 && found.length === 1;
    const shown = isNarrow ? numbers : numbers.map((number) => number.padStart(isGnu ? 7 : 9));
    return `${shown.join(' ')}${path === '-' ? '' : ` ${path}`}\n`;
  };
  for (const input of found) {
    const counts = new Map([
      ['l', input.text.split('\n').length - 1],
      ['w', input.text.split(/\s+/).filter((word) => word !== '').length],
      ['c', input.text.length],
      ['m', input.text.replace(/[\x80-\xbf]/g, '').length],
      ['L', Math.max(0, ...linesOf(input.text).map((one) => one.length))],
    ]);
    for (const [letter, count] of counts) totals.set(letter, (totals.get(letter) ?? 0) + count);
    text += line(counts, input.path);
  }
  if (found.length > 1) text += line(totals, 'total');
  return yield* print(process, text, found.hasFailed === true ? 1 : 0);
}

/** rev [FILE]... */
export function* rev(process: OsProcess, args: readonly string[], name: string): Process<number> {
  const found = yield* inputs(process, name, args);
  const text = found.map((input) => input.text).join('');
  const reversed = text.replace(/[^\n]+/g, (line) => [...line].reverse().join(''));
  return yield* print(process, reversed, found.hasFailed === true ? 1 : 0);
}

/** tac [FILE]... */
export function* tac(process: OsProcess, args: readonly string[], name: string): Process<number> {
  const found = yield* inputs(process, name, args);
  const lines = found.flatMap((input) => linesOf(input.text)).reverse();
  return yield* print(process, lines.map((line) => `${line}\n`).join(''));
}

/** seq [-w] [-s SEPARATOR] [FIRST [STEP]] LAST */
export function* seq(process: OsProcess, args: readonly string[], name: string): Process<number> {
  const words = [...args];
  let separator = '\n';
  let isPadded = false;
  while (/^-[ws]/.test(words[0] ?? '')) {
    const option = words.shift() ?? '';
    if (option.startsWith('-s'))
      separator = option.length > 2 ? option.slice(2) : (words.shift() ?? '');
    else isPadded = true;
  }
  const numbers = words.map(Number);
  if (words.length === 0 || words.length > 3)
    return usage(process, 'seq [-w] [-s SEP] [FIRST [INC]] LAST');
  const bad = words.find((_word, index) => !Number.isFinite(numbers[index]));
  if (bad !== undefined) return complain(process, name, `invalid number '${bad}'`);
  const first = numbers.length === 1 ? 1 : (numbers[0] ?? 1);
  const step = numbers.length === 3 ? (numbers[1] ?? 1) : 1;
  const last = numbers.at(-1) ?? 0;
  const decimals = Math.max(...words.map((word) => (word.split('.')[1] ?? '').length));
  const count = step === 0 ? 0 : Math.floor((last - first) / step + 1e-9) + 1;
  const items: string[] = [];
  const width = Math.max(first.toFixed(decimals).length, last.toFixed(decimals).length);
  for (let index = 0; index < Math.min(count, 1_000_000); index += 1) {
    const item = (first + index * step).toFixed(decimals);
    items.push(isPadded ? item.padStart(width, '0') : item);
  }
  return yield* print(process, items.length === 0 ? '' : `${items.join(separator)}\n`);
}

/** sort [-nrufbk:t:o:] [FILE]... */
export function* sort(process: OsProcess, args: readonly string[], name: string): Process<number> {
  const options = readOptions(process, args, name, 'nrufbghMcszk:t:o:V');
  if (options === undefined) return 2;
  const found = yield* inputs(process, name, options.operands);
  const lines = found.flatMap((input) => linesOf(input.text));
  const keys = (options.values.get('k') ?? []).map(readKey);
  const separator = valueOf(options, 't');
  const compare = (left: string, right: string): number => {
    for (const key of keys.length === 0 ? [{ from: 1, to: Infinity, flags: '' }] : keys) {
      const flags = key.flags === '' ? [...options.flags].join('') : key.flags;
      const isWhole = keys.length === 0;
      const first = isWhole ? left : keyOf(left, key, separator);
      const second = isWhole ? right : keyOf(right, key, separator);
      const order = compareText(first, second, flags);
      if (order !== 0) return flags.includes('r') ? -order : order;
    }
    return 0;
  };
  const isReversed = options.flags.has('r');
  const sorted = [...lines].sort((left, right) => {
    const order = compare(left, right);
    if (order !== 0 || options.flags.has('s') || options.flags.has('u')) return order;
    const last = left < right ? -1 : left > right ? 1 : 0;
    return isReversed ? -last : last;
  });
  const unique = options.flags.has('u')
    ? sorted.filter((line, index) => index === 0 || compare(sorted[index - 1] ?? '', line) !== 0)
    : sorted;
  const text = unique.map((line) => `${line}\n`).join('');
  const target = valueOf(options, 'o');
  if (target === undefined) return yield* print(process, text, found.hasFailed === true ? 2 : 0);
  const file = process.system.files.open(process, target, {
    write: true,
    create: true,
    truncate: true,
  });
  if (isErrno(file)) return complain(process, name, `can't create '${target}': ${errorText(file)}`);
  file.write(text);
  return 0;
}

interface SortKey {
  readonly from: number;
  readonly to: number;
  readonly flags: string;
}

function readKey(text: string): SortKey {
  const match = /^(\d+)(?:\.\d+)?([a-zA-Z]*)(?:,(\d+)(?:\.\d+)?([a-zA-Z]*))?$/.exec(text);
  return {
    from: Number(match?.[1] ?? 1),
    to: Number(match?.[3] ?? Infinity),
    flags: (match?.[2] ?? '') + (match?.[4] ?? ''),
  };
}

function keyOf(line: string, key: SortKey, separator: string | undefined): string {
  const fields = separator === undefined ? line.trim().split(/\s+/) : line.split(separator);
  return fields.slice(key.from - 1, key.to).join(separator ?? ' ');
}

function compareText(left: string, right: string, flags: string): number {
  if (/[ngh]/.test(flags)) {
    const value = (text: string): number => {
      const match = /^\s*([-+]?\d*\.?\d+)([kKMGT]?)/.exec(text);
      return match === null
        ? 0
        : Number(match[1]) * 1024 ** ' KMGT'.indexOf((match[2] || ' ').toUpperCase());
    };
    return value(left) - value(right);
  }
  const fold = (text: string): string => (flags.includes('f') ? text.toUpperCase() : text);
  const [first, second] = [fold(left), fold(right)];
  return first < second ? -1 : first > second ? 1 : 0;
}

/** uniq [-cdu] [FILE] */
export function* uniq(process: OsProcess, args: readonly string[], name: string): Process<number> {
  const options = readOptions(process, args, name, 'cdui');
  if (options === undefined) return 1;
  const found = yield* inputs(process, name, options.operands.slice(0, 1));
  const runs: { line: string; count: number }[] = [];
  for (const line of found.flatMap((input) => linesOf(input.text))) {
    const last = runs.at(-1);
    if (last?.line === line) last.count += 1;
    else runs.push({ line, count: 1 });
  }
  const { flags } = options;
  const shown = runs.filter(
    ({ count }) => (!flags.has('d') || count > 1) && (!flags.has('u') || count === 1),
  );
  const text = shown.map(({ line, count }) =>
    flags.has('c') ? `${String(count).padStart(7)} ${line}\n` : `${line}\n`,
  );
  return yield* print(process, text.join(''));
}

/** tr [-cds] SET1 [SET2] */
export function* tr(process: OsProcess, args: readonly string[], name: string): Process<number> {
  const options = readOptions(process, args, name, 'cCds', true);
  const [first, second] = options?.operands ?? [];
  if (options === undefined || first === undefined)
    return usage(process, 'tr [-cds] STRING1 [STRING2]');
  const { flags } = options;
  let from = bracketSet(first);
  if (flags.has('c') || flags.has('C')) {
    const inside = new Set(from);
    from = [];
    for (let code = 0; code < 256; code += 1) {
      const char = String.fromCharCode(code);
      if (!inside.has(char)) from.push(char);
    }
  }
  const to = second === undefined ? [] : bracketSet(second);
  const map = new Map<string, string>();
  for (const [index, char] of from.entries()) {
    if (flags.has('d')) map.set(char, '');
    else if (to.length > 0) map.set(char, to[Math.min(index, to.length - 1)] ?? '');
  }
  const squeezed = new Set(flags.has('s') ? (second === undefined ? from : to) : []);
  const input = process.file(0);
  let last = '';
  while (input !== undefined) {
    const data = input.peek();
    if (data === undefined && input.changed !== undefined) {
      yield* input.changed.wait();
      continue;
    }
    if (data === undefined || data === '') break;
    input.take(data.length);
    let text = '';
    for (const char of data) {
      const mapped = map.get(char) ?? char;
      if (mapped !== '' && mapped === last && squeezed.has(mapped)) continue;
      text += mapped;
      if (mapped !== '') last = mapped;
    }
    yield* process.write(1, text);
  }
  return 0;
}

/** cut -c LIST | -b LIST | -f LIST [-d CHARACTER] [-s] [FILE]... */
export function* cut(process: OsProcess, args: readonly string[], name: string): Process<number> {
  const options = readOptions(process, args, name, 'b:c:f:d:sn');
  if (options === undefined) return 1;
  const list = valueOf(options, 'c') ?? valueOf(options, 'b') ?? valueOf(options, 'f');
  if (list === undefined)
    return complain(process, name, 'expected a list of bytes, characters, or fields');
  const ranges = list.split(/[, ]/).map((range) => {
    const match = /^(\d*)(-?)(\d*)$/.exec(range);
    const from = Number(match?.[1] || 1);
    return { from, to: match?.[2] === '' ? from : Number(match?.[3] || Infinity) };
  });
  const isIn = (place: number): boolean =>
    ranges.some(({ from, to }) => place >= from && place <= to);
  const delimiter = valueOf(options, 'd') ?? '\t';
  const found = yield* inputs(process, name, options.operands);
  let text = '';
  for (const line of found.flatMap((input) => linesOf(input.text))) {
    if (!options.flags.has('f')) {
      text += `${[...line].filter((_char, index) => isIn(index + 1)).join('')}\n`;
    } else if (!line.includes(delimiter)) {
      if (!options.flags.has('s')) text += `${line}\n`;
    } else {
      const fields = line.split(delimiter).filter((_field, index) => isIn(index + 1));
      text += `${fields.join(delimiter)}\n`;
    }
  }
  return yield* print(process, text, found.hasFailed === true ? 1 : 0);
}

/** nl [FILE]... */
export function* nl(process: OsProcess, args: readonly string[], name: string): Process<number> {
  const found = yield* inputs(
    process,
    name,
    args.filter((word) => !word.startsWith('-')),
  );
  let number = 0;
  const lines = found
    .flatMap((input) => linesOf(input.text))
    .map((line) => {
      if (line === '') return '       \n';
      number += 1;
      return `${String(number).padStart(6)}\t${line}\n`;
    });
  return yield* print(process, lines.join(''));
}

/** od [-c|-x] [FILE] */
export function* od(process: OsProcess, args: readonly string[], name: string): Process<number> {
  const options = readOptions(process, args, name, 'cxbA:t:N:v');
  if (options === undefined) return 1;
  const found = yield* inputs(process, name, options.operands);
  const data = found.map((input) => input.text).join('');
  const named: Record<string, string> = {
    '\0': '\\0',
    '\x07': '\\a',
    '\b': '\\b',
    '\f': '\\f',
    '\n': '\\n',
    '\r': '\\r',
    '\t': '\\t',
    '\v': '\\v',
  };
  let text = '';
  for (let at = 0; at < data.length; at += 16) {
    const chars = [...data.slice(at, at + 16)].map((char) => {
      const code = char.charCodeAt(0);
      const octal = code.toString(8).padStart(3, '0');
      if (!options.flags.has('c')) return ` ${octal}`;
      return ` ${(named[char] ?? (code >= 32 && code < 127 ? char : octal)).padStart(3)}`;
    });
    text += `${at.toString(8).padStart(7, '0')}${chars.join('')}\n`;
  }
  return yield* print(process, `${text}${data.length.toString(8).padStart(7, '0')}\n`);
}

/** yes [WORD]... */
export function* yes(process: OsProcess, args: readonly string[]): Process<number> {
  const line = `${args.length === 0 ? 'y' : args.join(' ')}\n`;
  const block = line.repeat(Math.ceil(4096 / line.length));
  for (;;) {
    const error = yield* process.write(1, block);
    if (error !== undefined) return 1;
    process.system.countCommand();
    yield* process.system.engine.delay(1);
  }
}

/** base64 [-d] [FILE] */
export function* base64(
  process: OsProcess,
  args: readonly string[],
  name: string,
): Process<number> {
  const options = readOptions(process, args, name, 'dDw:i');
  if (options === undefined) return 1;
  const found = yield* inputs(process, name, options.operands);
  const data = found.map((input) => input.text).join('');
  if (options.flags.has('d') || options.flags.has('D')) {
    const clean = data.replace(/\s/g, '');
    const valid = /^[A-Za-z0-9+/]*={0,2}/.exec(clean)?.[0] ?? '';
    const body = valid.replace(/=+$/, '');
    yield* process.write(1, atob(body.length % 4 === 1 ? body.slice(0, -1) : body));
    if (valid !== clean) return complain(process, name, 'invalid input');
    return clean.length % 4 === 0 ? 0 : complain(process, name, 'truncated input');
  }
  const width = Number(valueOf(options, 'w') ?? 76);
  const encoded = btoa(data);
  const lines = width > 0 ? (encoded.match(new RegExp(`.{1,${width}}`, 'g')) ?? []) : [encoded];
  return yield* print(process, width > 0 ? lines.map((line) => `${line}\n`).join('') : encoded);
}
