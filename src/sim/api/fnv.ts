/** The 32-bit Fowler-Noll-Vo hashes over UTF-8 text, as Go's hash/fnv has them. */

const offsetBasis = 0x811c9dc5;
const prime = 0x01000193;

/** Calls `visit` with each byte of the text's UTF-8 form. A lone surrogate is written as U+FFFD. */
function eachByte(text: string, visit: (byte: number) => void): void {
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i);
    if (code < 0x80) {
      visit(code);
      continue;
    }
    if (code >= 0xd800 && code < 0xe000) {
      const low = text.charCodeAt(i + 1);
      if (code < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        i++;
      } else {
        code = 0xfffd;
      }
    }
    if (code < 0x800) {
      visit(0xc0 | (code >> 6));
    } else {
      if (code < 0x10000) visit(0xe0 | (code >> 12));
      else {
        visit(0xf0 | (code >> 18));
        visit(0x80 | ((code >> 12) & 0x3f));
      }
      visit(0x80 | ((code >> 6) & 0x3f));
    }
    visit(0x80 | (code & 0x3f));
  }
}

/** Returns the FNV-1a hash of the text followed by the bytes, as an unsigned number. */
export function fnv32a(text: string, bytes: readonly number[] = []): number {
  let hash = offsetBasis;
  const mix = (byte: number): void => {
    hash = Math.imul(hash ^ byte, prime);
  };
  eachByte(text, mix);
  bytes.forEach(mix);
  return hash >>> 0;
}

/** Returns the FNV-1 hash of the text, as an unsigned number. */
export function fnv32(text: string): number {
  let hash = offsetBasis;
  eachByte(text, (byte) => {
    hash = Math.imul(hash, prime) ^ byte;
  });
  return hash >>> 0;
}
