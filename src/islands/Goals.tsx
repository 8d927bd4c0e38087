/** What the reader is asked to make true by editing: judged by what the run did. */
import type { VNode } from 'preact';
import { inLocale } from '#sim/lab/lab-format.ts';
import { wordsOf } from '#views/words/words.ts';
import type { LabSession } from './session.ts';

export function Goals({ session }: { readonly session: LabSession }): VNode | null {
  const goals = session.lab.goals ?? [];
  if (goals.length === 0) return null;
  const words = wordsOf(session.locale);
  const reached = session.goals.value;
  return (
    <ul class="lab-goals">
      {goals.map(({ text, hints = [], solution }, index) => {
        const isDone = reached[index] === true;
        return (
          <li key={text.en} data-done={isDone ? '' : undefined}>
            <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
              <circle cx="8" cy="8" r="6.5" />
              {isDone && <path d="M5 8.2 7.2 10.4 11 6" />}
            </svg>
            <div>
              <p>
                <b>{isDone ? words.goalDone : words.goal}</b> {inLocale(text, session.locale)}
              </p>
              {hints.map((hint, place) => (
                <details key={hint.en}>
                  <summary>{words.hint(place + 1)}</summary>
                  <p>{inLocale(hint, session.locale)}</p>
                </details>
              ))}
              {solution !== undefined && (
                <button
                  type="button"
                  class="linkish"
                  onClick={() => session.toggleSolution(solution)}
                >
                  {session.mine.value === undefined ? words.showSolution : words.backToMine}
                </button>
              )}
            </div>
          </li>
        );
      })}
    </ul>
  );
}
