/**
 * Whether unquoted text would be read back as text, and not as a number, a boolean, null or a date.
 *
 * Upstream: sigs.k8s.io/yaml goyaml.v2 resolve.go, encode.go isBase60Float
 */

const words = new Set(['', '~', 'null', 'Null', 'NULL', '<<']);
for (const word of ['y', 'yes', 'true', 'on', 'n', 'no', 'false', 'off']) {
  words.add(word);
  words.add(word.charAt(0).toUpperCase() + word.slice(1));
  words.add(word.toUpperCase());
}
for (const sign of ['', '+', '-']) {
  for (const form of ['.inf', '.Inf', '.INF']) words.add(sign + form);
}
for (const form of ['.nan', '.NaN', '.NAN']) words.add(form);

const integer = /^[-+]?(0x[0-9a-fA-F]+|0b[01]+|0o?[0-7]+|0|[1-9][0-9]*)$/i;
const float = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const base60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
const date =
  /^\d{4}-\d{1,2}-\d{1,2}(?:[Tt ]+\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?(?:Z|[-+]\d{1,2}(?::\d{2})?)?)?$/;

/** Whether the text needs no quotes to stay text. */
export function isPlainText(text: string): boolean {
  if (words.has(text)) return false;
  if (!/^[-+.\d]/.test(text)) return true;
  const number = text.replaceAll('_', '');
  return !integer.test(number) && !float.test(number) && !base60.test(text) && !date.test(text);
}
