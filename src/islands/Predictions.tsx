/** Questions before the run is shown. Answers stay in this browser; then the run is shown, with a word on the answer. */
import { useEffect, useState } from 'preact/hooks';
import type { VNode } from 'preact';
import { inLocale } from '#sim/lab/lab-format.ts';
import { wordsOf } from '#views/words/words.ts';
import { readStored, store } from './stored.ts';
import type { LabSession } from './session.ts';

interface PredictionsProps {
  readonly session: LabSession;
}

type Guesses = Readonly<Record<string, string>>;

export function Predictions({ session }: PredictionsProps): VNode | null {
  const { predict = [], id } = session.lab;
  const [guesses, setGuesses] = useState<Guesses>({});
  const words = wordsOf(session.locale);
  const key = `reconcile:guesses:${id}`;
  useEffect(() => {
    const known = readStored<Guesses>(key);
    if (known === undefined) return;
    setGuesses(known);
    session.isRevealed.value = true;
  }, [key, session]);
  if (predict.length === 0) return null;
  const isRevealed = session.isRevealed.value;
  const answers = session.scene.value?.answers ?? session.facts.answers;
  const reveal = (event: Event): void => {
    event.preventDefault();
    store(key, guesses);
    session.isRevealed.value = true;
    session.wake();
  };
  return (
    <form class="lab-predict" onSubmit={reveal}>
      {predict.map(({ id: name, question, choices }) => {
        const chosen = choices.find(({ value }) => value === guesses[name]);
        const right = choices.find(({ value }) => value === answers[name]);
        return (
          <fieldset key={name}>
            <legend>
              <span>{words.predictTitle}</span> {inLocale(question, session.locale)}
            </legend>
            {choices.map(({ value, text }) => (
              <label
                key={value}
                data-right={isRevealed && value === answers[name] ? '' : undefined}
              >
                <input
                  type="radio"
                  name={`${session.prefix}-${name}`}
                  value={value}
                  checked={guesses[name] === value}
                  onChange={() => {
                    const next = { ...guesses, [name]: value };
                    setGuesses(next);
                    if (isRevealed) store(key, next);
                  }}
                />
                {inLocale(text, session.locale)}
              </label>
            ))}
            <p role="status">
              {isRevealed && chosen !== undefined
                ? verdict(chosen, right, words, session.locale)
                : ''}
            </p>
          </fieldset>
        );
      })}
      {!isRevealed && (
        <button type="submit" class="button button-primary">
          {words.predictReveal}
        </button>
      )}
    </form>
  );
}

type Choice = NonNullable<LabSession['lab']['predict']>[number]['choices'][number];

function verdict(
  chosen: Choice,
  right: Choice | undefined,
  words: ReturnType<typeof wordsOf>,
  locale: string,
): string {
  const feedback = chosen.feedback === undefined ? '' : inLocale(chosen.feedback, locale);
  if (chosen === right) return [words.predictRight, feedback].join(' ').trim();
  if (feedback !== '') return feedback;
  return right === undefined ? '' : words.predictWrong(inLocale(right.text, locale));
}
