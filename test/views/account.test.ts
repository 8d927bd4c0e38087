import { describe, expect, test } from 'vitest';
import { accountMarkup, accountOf } from '#views/account.ts';
import { historyOf, scaleDown } from './sample-runs.ts';

describe('the account', () => {
  const history = historyOf(scaleDown);
  const rows = accountOf(history, 'en');

  test('begins with the command and goes on in time', () => {
    expect(rows[0]).toMatchObject({
      timeMs: 0,
      who: 'kubectl',
      what: '`kubectl apply -f web.yaml`',
    });
    const times = rows.map(({ timeMs }) => timeMs);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  test('says how much it leaves out', () => {
    const markup = accountMarkup(history, 'en', 5);
    expect(markup.match(/<tr data-entry/g)).toHaveLength(5);
    expect(markup).toContain(`and ${rows.length - 5} more`);
  });

  test('ends at the asked time', () => {
    expect(accountOf(history, 'en', 100).every(({ timeMs }) => timeMs <= 100)).toBe(true);
  });

  test('is told in Korean too', () => {
    expect(accountOf(history, 'ko').some(({ what }) => /\p{Script=Hangul}/u.test(what))).toBe(true);
  });
});
