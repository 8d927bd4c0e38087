/**
 * Byte strings: what programs read and write. Each character is one byte (0–255), so that sizes, offsets and
 * patterns are those of a C locale. Text of the API is turned into bytes where it enters a container and back where
 * it leaves; text in ASCII is the same in both forms.
 */

const isAscii = /^[\x00-\x7f]*$/;

/** Returns the UTF-8 bytes of a text, one character per byte. */
export function bytesOf(text: string): string {
  if (isAscii.test(text)) return text;
  let bytes = '';
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return bytes;
}

/** Returns the text whose UTF-8 bytes are given; bytes that are not UTF-8 become U+FFFD. */
export function textOf(bytes: string): string {
  if (isAscii.test(bytes)) return bytes;
  const buffer = new Uint8Array(bytes.length);
  for (let index = 0; index < bytes.length; index += 1) buffer[index] = bytes.charCodeAt(index);
  return new TextDecoder().decode(buffer);
}
