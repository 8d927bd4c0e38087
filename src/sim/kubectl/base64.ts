/**
 * Base64 with padding, over UTF-8, without the platform's help.
 */

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Decoded text, or the place of the first character that does not belong there. */
export type Decoded =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly at: number };

/** Encodes text. */
export function encodeBase64(text: string): string {
  const bytes = [...new TextEncoder().encode(text)];
  let output = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b = 0, c = 0] = bytes.slice(at, at + 3);
    const left = bytes.length - at;
    output += alphabet.charAt(a >> 2) + alphabet.charAt(((a & 3) << 4) | (b >> 4));
    output += left > 1 ? alphabet.charAt(((b & 15) << 2) | (c >> 6)) : '=';
    output += left > 2 ? alphabet.charAt(c & 63) : '=';
  }
  return output;
}

/** Decodes text. */
export function decodeBase64(encoded: string): Decoded {
  const text = encoded.replace(/[\r\n]/g, '');
  const body = text.replace(/={1,2}$/, '');
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (let at = 0; at < body.length; at += 1) {
    const value = alphabet.indexOf(body.charAt(at));
    if (value < 0) return { ok: false, at };
    bits = (bits << 6) | value;
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes.push((bits >> held) & 255);
    }
  }
  if (text.length % 4 !== 0) return { ok: false, at: text.length - (text.length % 4) };
  return { ok: true, text: new TextDecoder().decode(Uint8Array.from(bytes)) };
}
