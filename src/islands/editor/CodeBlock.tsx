/** A text in colours, with the markup and the looks of the blocks that the build highlights. */
import type { VNode } from 'preact';
import { startOfText, tokenizeLine } from './yaml-tokens.ts';

/**
 * Longer texts stand in the input field alone, without colours: each keystroke would draw them anew, and a browser takes a second
 * to lay out a megabyte twice. Chosen for legibility
 */
export const colouredMax = 60_000;

/** Draws a text. It is hidden from readers of the markup where an input field over it says the same. */
export function CodeBlock({ text }: { readonly text: string }): VNode {
  return (
    <pre class="code" aria-hidden="true">
      <code>{lines(text)}</code>
    </pre>
  );
}

function lines(text: string): VNode[] {
  let state = startOfText;
  const all = text.split('\n');
  return all.map((line, i) => {
    const { tokens, state: next } = tokenizeLine(line, state);
    state = next;
    const parts: (string | VNode)[] = [];
    let at = 0;
    for (const { start, end, kind } of tokens) {
      if (start > at) parts.push(line.slice(at, start));
      parts.push(<span class={`c-${kind}`}>{line.slice(start, end)}</span>);
      at = end;
    }
    parts.push(line.slice(at));
    // A line end alone makes no last line; an invisible character does.
    parts.push(i < all.length - 1 ? '\n' : '\u200b');
    return <span class="line">{parts}</span>;
  });
}
