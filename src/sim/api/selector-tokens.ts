/**
 * Cuts the text of a label selector into tokens.
 *
 * Upstream: staging/src/k8s.io/apimachinery/pkg/labels/selector.go Lexer
 */

/** A word is a key or value and may be spelt `in` or `notin`. */
export interface SelectorToken {
  readonly kind: 'word' | 'symbol' | 'end';
  readonly text: string;
}

const symbols: ReadonlySet<string> = new Set([')', ',', '!', '==', '=', '>', '<', '!=', '(']);
const symbolCharacters = '=!(),><';
const blanks = ' \t\r\n';

/** Returns the tokens in order, without the end. */
export function tokenizeSelector(text: string): readonly SelectorToken[] {
  const tokens: SelectorToken[] = [];
  let position = 0;
  while (position < text.length) {
    const character = text.charAt(position);
    if (blanks.includes(character)) {
      position++;
    } else if (symbolCharacters.includes(character)) {
      // The longest run that is a symbol, as far as each of its beginnings is one.
      let length = 1;
      while (
        symbols.has(text.slice(position, position + length + 1)) &&
        position + length < text.length
      ) {
        length++;
      }
      const symbol = text.slice(position, position + length);
      tokens.push({ kind: 'symbol', text: symbol });
      position += length;
    } else {
      let end = position;
      while (end < text.length && !(symbolCharacters + blanks).includes(text.charAt(end))) end++;
      tokens.push({ kind: 'word', text: text.slice(position, end) });
      position = end;
    }
  }
  return tokens;
}
