/** The terminal as it looked at a time: the commands given so far and what they had printed. */
import type { History } from '#sim/lab/history.ts';
import { clockText, escapeText } from './markup.ts';
import { wordsOf } from './words/words.ts';

const charactersMax = 20_000;

/** Draws the transcript up to a time. Commands of a reader are told from those of the lab. */
export function transcriptMarkup(history: History, timeMs: number, locale: string): string {
  const words = wordsOf(locale);
  const commands = history.transcript.commands.filter(
    ({ origin, startMs }) => origin !== 'setup' && startMs <= timeMs,
  );
  if (commands.length === 0) {
    return `<p class="lab-empty">${escapeText(words.transcriptEmpty)}</p>`;
  }
  const body = commands.map(({ startMs, text, origin, output, entry }) => {
    const printed = output
      .filter((piece) => piece.timeMs <= timeMs)
      .map(({ stream, text: piece }) =>
        stream === 'stderr'
          ? `<span class="stderr">${escapeText(clip(piece))}</span>`
          : escapeText(clip(piece)),
      )
      .join('');
    return `<span class="command" data-origin="${origin}" data-entry="${entry}" data-time="${startMs}"><i>${clockText(startMs)}</i> <b>${words.prompt}</b> ${escapeText(text)}\n</span>${printed}`;
  });
  return `<pre class="transcript" tabindex="0">${body.join('')}</pre>`;
}

function clip(text: string): string {
  return text.length <= charactersMax ? text : `${text.slice(0, charactersMax)}\n…\n`;
}
