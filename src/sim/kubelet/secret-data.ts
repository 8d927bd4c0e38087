/**
 * The data of a Secret as text: what is base64 in the API is decoded.
 *
 * Ours: Go decodes base64 and UTF-8 by itself, and src/sim may use no platform decoder.
 */
import type { Secret } from '../api/types.gen.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Decodes base64 to text in UTF-8; bytes that are none become the replacement character. */
export function decodeBase64(text: string): string {
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const letter of text) {
    const value = alphabet.indexOf(letter);
    if (value < 0) continue;
    held = (held << 6) | value;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((held >> bits) & 0xff);
    held &= (1 << bits) - 1;
  }
  return decodeUtf8(bytes);
}

function decodeUtf8(bytes: readonly number[]): string {
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const first = bytes[at] ?? 0;
    const more = first < 0x80 ? 0 : first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc2 ? 1 : -1;
    let code = more === 0 ? first : first & (0x3f >> more);
    let isValid = more >= 0 && first < 0xf5;
    for (let step = 1; step <= more; step += 1) {
      const next = bytes[at + step] ?? 0;
      if ((next & 0xc0) !== 0x80) isValid = false;
      code = (code << 6) | (next & 0x3f);
    }
    text += isValid ? String.fromCodePoint(Math.min(code, 0x10ffff)) : '\ufffd';
    at += isValid ? more + 1 : 1;
  }
  return text;
}

/** Returns the decoded values by key; {} for a Secret that is not there. */
export function decodeSecret(secret: Secret | undefined): Readonly<Record<string, string>> {
  const entries = Object.entries(secret?.data ?? {});
  return Object.fromEntries(entries.map(([key, value]) => [key, decodeBase64(value)]));
}
