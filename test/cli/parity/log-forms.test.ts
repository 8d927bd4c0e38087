import { describe, expect, test } from 'vitest';
import { strangeLines } from '#cli/parity/log-forms.ts';

const line = (status: number, number: number): string =>
  `<epoch>.${number} ${status} <ip>:80 ${status} connect=0.00${number % 10} total=0.000`;

describe('lines of logs', () => {
  test('are known when only times and counters differ', () => {
    expect(strangeLines([line(200, 587)], [line(200, 12)])).toEqual([]);
    expect(strangeLines(['[error] 7#7: *566 connect()'], ['[error] 9#9: *12 connect()'])).toEqual(
      [],
    );
    expect(strangeLines(['299'], ['17'])).toEqual([]);
  });

  test('are strange when a status or an error number differs', () => {
    expect(strangeLines([line(504, 1)], [line(502, 1)])).toHaveLength(1);
    const timedOut = 'upstream timed out (110: Connection timed out)';
    expect(strangeLines([timedOut], [timedOut.replace('110', '111')])).toHaveLength(1);
  });
});
