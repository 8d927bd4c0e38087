import { describe, expect, test } from 'vitest';
import { parseArguments } from '#sim/kubectl/flags.ts';
import type { Flag } from '#sim/kubectl/flags.ts';

const declared: readonly Flag[] = [
  { name: 'output', short: 'o', type: 'string' },
  { name: 'watch', short: 'w', type: 'bool' },
  { name: 'all', short: 'A', type: 'bool' },
  { name: 'replicas', type: 'int' },
  { name: 'timeout', type: 'duration' },
  { name: 'filename', short: 'f', type: 'strings' },
  { name: 'from-literal', type: 'texts' },
  { name: 'dry-run', type: 'string', withoutValue: 'unchanged' },
];
const parse = (...words: string[]): ReturnType<typeof parseArguments> =>
  parseArguments('kubectl get', declared, words);

describe('parseArguments', () => {
  test.each([
    [['-o', 'yaml']],
    [['-oyaml']],
    [['-o=yaml']],
    [['--output', 'yaml']],
    [['--output=yaml']],
  ])('%j', (words) => {
    expect(parse(...words).flags.text('output')).toBe('yaml');
  });

  test('flags stand anywhere, and switches may be joined', () => {
    const { flags, args } = parse('pods', '-Aw', 'web', '--replicas', '3', '--timeout=1m30s');
    expect(args).toEqual(['pods', 'web']);
    expect([flags.bool('all'), flags.bool('watch')]).toEqual([true, true]);
    expect([flags.int('replicas', 0), flags.durationMs('timeout', 0)]).toEqual([3, 90_000]);
  });

  test('lists add up', () => {
    const { flags } = parse('-f', 'a,b', '-f', 'c', '--from-literal=a=1,2', '--from-literal=b=3');
    expect(flags.list('filename')).toEqual(['a', 'b', 'c']);
    expect(flags.list('from-literal')).toEqual(['a=1,2', 'b=3']);
  });

  test('two dashes end the flags', () => {
    const { args, dashAt } = parse('job', '--', 'sh', '-c', 'exit 1');
    expect({ args, dashAt }).toEqual({ args: ['job', 'sh', '-c', 'exit 1'], dashAt: 1 });
  });

  test('a flag may have a value that it takes alone', () => {
    expect(parse('--dry-run', 'x').flags.text('dry-run')).toBe('unchanged');
  });

  test.each([
    [['--foo'], 'unknown flag: --foo'],
    [['-x'], "unknown shorthand flag: 'x' in -x"],
    [['-o'], "flag needs an argument: 'o' in -o"],
    [['--output'], 'flag needs an argument: --output'],
    [
      ['--watch=maybe'],
      'invalid argument "maybe" for "-w, --watch" flag: strconv.ParseBool: parsing "maybe": invalid syntax',
    ],
    [
      ['--timeout=5'],
      'invalid argument "5" for "--timeout" flag: time: missing unit in duration "5"',
    ],
  ])('%j is refused', (words, message) => {
    expect(() => parse(...words)).toThrow(`${message}\nSee 'kubectl get --help' for usage.`);
  });
});
