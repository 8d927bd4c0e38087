/** What a prediction's answer is: a choice written by the author, or a number computed by a lab's run. */
import { formatNumber } from './num.ts';
import type { LabNumbers } from './num.ts';

/** A prediction as the author wrote it. */
export interface PredictProps {
  question: string;
  options?: string[] | undefined;
  answer?: string | undefined;
  lab?: string | undefined;
  value?: string | undefined;
  unit?: string | undefined;
}

/** Finds the answer and its unit. A choice must be one of the options; a lab's number is rounded as the prose rounds it. */
export function answerOf(
  props: PredictProps,
  numbers: LabNumbers | undefined,
): { text: string; unit: string } {
  const { question, options, answer, lab, value, unit } = props;
  const fail = (problem: string): never => {
    throw new Error(`<Predict question="${question}">: ${problem}`);
  };
  if (lab !== undefined || value !== undefined) {
    if (lab === undefined || value === undefined || numbers === undefined) {
      return fail('`lab` and `value` go together.');
    }
    const computed = formatNumber(numbers, { lab, value, unit });
    if (options === undefined) return { text: computed.number, unit: computed.unit };
    const text = options.find((option) => option === computed.text || option === computed.number);
    return text === undefined
      ? fail(`the run says ${computed.text}, which is not among the options.`)
      : { text, unit: computed.unit };
  }
  if (answer === undefined) return fail('it has neither `answer` nor `lab` and `value`.');
  if (options !== undefined && !options.includes(answer)) {
    return fail(`the answer "${answer}" is not among the options: ${options.join(', ')}.`);
  }
  return { text: answer, unit: unit ?? '' };
}

/** Says whether a guess is the answer. Numbers are compared as numbers, words as words. */
export function isRight(guess: string, answer: string): boolean {
  const [a, b] = [Number(guess), Number(answer)];
  if (guess.trim() !== '' && Number.isFinite(a) && Number.isFinite(b)) return a === b;
  return guess.trim() === answer.trim();
}
