import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { becauseOf } from '#sim/lab/story-reasons.ts';

/** Every rule that a controller gives as its reason. */
const rules = [
  ...new Set(
    globSync('src/sim/controllers/*.ts').flatMap((path) =>
      [...readFileSync(path, 'utf8').matchAll(/rule: '([a-z-]+)'/g)].map((match) => match[1] ?? ''),
    ),
  ),
];

test('every rule of the controllers has words of its own in both languages', () => {
  expect(rules.length).toBeGreaterThan(5);
  for (const rule of rules) {
    const detail = { because: { rule, replicas: 3 } };
    expect(becauseOf(detail, 'en')).not.toBe(`: ${rule.replaceAll('-', ' ')}`);
    expect(becauseOf(detail, 'ko')).toMatch(/\p{Script=Hangul}/u);
  }
});

test('an entry without a reason says nothing', () => {
  expect(becauseOf({}, 'en')).toBe('');
});
