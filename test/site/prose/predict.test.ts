import { describe, expect, test } from 'vitest';
import { answerOf, isRight } from '#site/prose/predict.ts';

const numbers = new Map([['maxPods', { value: 4, unit: 'pods' }]]);

describe('answerOf', () => {
  test('takes the author’s answer among the options', () => {
    expect(answerOf({ question: 'q', options: ['3', '4'], answer: '4' }, undefined).text).toBe('4');
  });

  test('takes the number of a run', () => {
    const props = { question: 'q', lab: 'x', value: 'maxPods' };
    expect(answerOf(props, numbers)).toEqual({ text: '4', unit: 'pods' });
  });

  test('finds the run’s number among options, with or without its unit', () => {
    const props = { question: 'q', lab: 'x', value: 'maxPods' };
    expect(answerOf({ ...props, options: ['3', '4'] }, numbers).text).toBe('4');
    expect(answerOf({ ...props, options: ['4\u00a0pods'] }, numbers).text).toBe('4\u00a0pods');
  });

  test.each([
    [{ options: ['1'], answer: '2' }, 'is not among the options: 1'],
    [{ options: ['1'], lab: 'x', value: 'maxPods' }, 'the run says 4\u00a0pods'],
    [{ lab: 'x' }, 'go together'],
    [{}, 'neither'],
  ])('fails on %j', (props, message) => {
    expect(() => answerOf({ question: 'q', ...props }, numbers)).toThrow(message);
  });
});

describe('isRight', () => {
  test.each([
    ['4', '4', true],
    ['4.0', '4', true],
    [' four ', 'four', true],
    ['5', '4', false],
    ['', '0', false],
  ])('judges %j against %j: %s', (guess, answer, expected) => {
    expect(isRight(guess, answer)).toBe(expected);
  });
});
