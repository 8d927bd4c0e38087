/** Every lab of the course: run as the page runs it, twice, with its claims, its numbers and its exercises. */
import { beforeAll, describe, expect, test } from 'vitest';
import { findLabs, readLab } from '#build/labs.ts';
import { checkClaims, numbersOf } from '#sim/lab/checks.ts';
import { Expressions } from '#sim/lab/expressions.ts';
import type { History } from '#sim/lab/history.ts';
import { parseDuration } from '#sim/lab/lab-format.ts';
import { brokenLaws } from '#sim/lab/laws.ts';
import { runLab } from '#sim/lab/run.ts';
import '#sim/parts/all.ts';

/** All that a run leaves, as one text per entry and per change, so that a difference names the first one. */
function recordOf(history: History): string[] {
  return [
    ...[...history.trace.entries({})].map((entry) => JSON.stringify(entry)),
    ...[...history.log].map((change) => JSON.stringify(change)),
    ...history.requests.rows(history.endMs).map((row) => JSON.stringify(row)),
    ...history.transcript.commands.map((command) => JSON.stringify(command)),
  ];
}

test('the course has labs', () => {
  expect(findLabs().length).toBeGreaterThan(8);
});

describe.each(findLabs().map((place) => [place.id, place] as const))('lab %s', (_, place) => {
  const lab = readLab(place);
  let history: History;

  beforeAll(() => {
    history = runLab({ lab });
  });

  test('ends within its time and its budgets', () => {
    expect(history.ending).toEqual({
      reason: lab.stopWhen === undefined ? 'until' : 'condition',
      message: '',
    });
    expect(history.endMs).toBeLessThanOrEqual(parseDuration(lab.until));
  });

  test('breaks no law of Kubernetes', () => {
    expect(brokenLaws(history)).toEqual([]);
  });

  test('keeps its claims', () => {
    const broken = checkClaims(lab, history).filter(({ holds }) => !holds);
    expect(broken).toEqual([]);
  });

  test('has all its numbers', () => {
    for (const [name, value] of Object.entries(numbersOf(lab, history))) {
      expect(value, name).not.toBe(-1);
      expect(value, name).not.toBe('');
      if (typeof value === 'number') expect(Number.isFinite(value), name).toBe(true);
    }
  });

  test('draws its marks at times within the run', () => {
    const expressions = new Expressions(history);
    for (const { from, to = from, text } of lab.show.marks ?? []) {
      const [fromMs, toMs] = [expressions.evaluate(from), expressions.evaluate(to)].map(Number);
      expect(fromMs, text.en).toBeGreaterThanOrEqual(0);
      expect(toMs, text.en).toBeGreaterThanOrEqual(fromMs ?? Infinity);
      expect(toMs, text.en).toBeLessThanOrEqual(history.endMs);
    }
  });

  test('gives the same history when it runs again', () => {
    expect(recordOf(runLab({ lab }))).toEqual(recordOf(history));
  });

  for (const { id, answer, choices } of lab.predict ?? []) {
    test(`answers the prediction "${id}" with one of its choices`, () => {
      const value = new Expressions(history).evaluate(answer);
      expect(choices.map((choice) => choice.value)).toContain(value);
    });
  }

  for (const { text, expr, solution = {} } of lab.goals ?? []) {
    test(`has an exercise that is open and can be solved: ${text.en}`, () => {
      expect(new Expressions(history).holds(expr)).toBe(false);
      const texts = Object.fromEntries(
        Object.entries(solution).map(([name, file]) => [name, lab.texts[file] ?? '']),
      );
      expect(Object.keys(texts).length).toBeGreaterThan(0);
      expect(new Expressions(runLab({ lab, texts })).holds(expr)).toBe(true);
    });
  }
});
