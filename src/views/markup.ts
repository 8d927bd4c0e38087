/** Small pieces that every picture is written with: text made safe for markup, code in sentences, times. */

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** Makes text safe between tags and in quoted attributes. */
export function escapeText(text: string): string {
  return text.replace(/[&<>"]/g, (character) => escapes[character] ?? character);
}

/** A sentence as markup: what stands between backquotes becomes code. */
export function sentenceMarkup(sentence: string): string {
  return escapeText(sentence).replace(/`([^`]+)`/g, '<code>$1</code>');
}

/** Writes a moment in seconds with three digits, as the cursor's flag shows it: `7.301`. */
export function clockText(timeMs: number): string {
  return (timeMs / 1000).toFixed(3);
}

/** Writes a moment with its unit: `7.301 s`. */
export function timeText(timeMs: number): string {
  return `${clockText(timeMs)} s`;
}

/** Writes a duration as one says it: `155 ms`, `1.62 s`, `15 s`, `5 min`. */
export function durationText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 120_000) return `${Number((ms / 1000).toFixed(ms < 10_000 ? 2 : 1))} s`;
  const minutes = Math.floor(ms / 60_000);
  const seconds = Math.round((ms % 60_000) / 1000);
  return seconds === 0 ? `${minutes} min` : `${minutes} min ${seconds} s`;
}

/** A number of per cent with as few digits as the eye can see: `12.5`. */
export function percent(part: number): string {
  return String(Number((part * 100).toFixed(3)));
}
