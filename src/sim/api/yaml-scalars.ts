/**
 * What a plain YAML scalar means to Kubernetes' YAML reader, which follows YAML 1.1: `yes` and `off` are booleans,
 * `0644` is octal, `1_000` is a number, and a date stays text.
 *
 * Upstream: sigs.k8s.io/yaml goyaml.v2 resolve
 */

const words = new Map<string, boolean | null>([
  ['', null],
  ['~', null],
]);
for (const word of ['null']) for (const form of caseForms(word)) words.set(form, null);
for (const word of ['y', 'yes', 'true', 'on']) for (const f of caseForms(word)) words.set(f, true);
for (const word of ['n', 'no', 'false', 'off'])
  for (const f of caseForms(word)) words.set(f, false);

/** Lower, Capital and UPPER case: the only spellings that YAML 1.1 takes. */
function caseForms(word: string): string[] {
  return [word, word.charAt(0).toUpperCase() + word.slice(1), word.toUpperCase()];
}

const integer = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/;
const float = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;

/**
 * Returns the value of an unquoted scalar without a tag. Infinities and NaN, which JSON cannot hold, stay text and are
 * refused later by the type of their field.
 */
export function resolvePlainScalar(text: string): null | boolean | number | string {
  const word = words.get(text);
  if (word !== undefined) return word;
  const first = text.charCodeAt(0);
  const mayBeNumber = (first >= 48 && first <= 57) || first === 43 || first === 45 || first === 46;
  if (!mayBeNumber) return text;
  const plain = text.replaceAll('_', '');
  const match = integer.exec(plain);
  if (match) {
    const [, sign, hex, binary, octal, decimal] = match;
    const magnitude =
      hex !== undefined
        ? Number.parseInt(hex, 16)
        : binary !== undefined
          ? Number.parseInt(binary, 2)
          : octal !== undefined
            ? Number.parseInt(octal, 8)
            : Number(decimal);
    return sign === '-' && magnitude !== 0 ? -magnitude : magnitude;
  }
  return float.test(plain) ? Number(plain) : text;
}

/** Returns the value of a scalar with an explicit core tag, or undefined when the text is not of that type. */
export function resolveTaggedScalar(
  tag: string,
  text: string,
): null | boolean | number | string | undefined {
  if (tag === 'tag:yaml.org,2002:str' || tag === 'tag:yaml.org,2002:binary') return text;
  const value = resolvePlainScalar(text);
  switch (tag) {
    case 'tag:yaml.org,2002:int':
      return typeof value === 'number' && Number.isInteger(value) ? value : undefined;
    case 'tag:yaml.org,2002:float':
      return typeof value === 'number' ? value : undefined;
    case 'tag:yaml.org,2002:bool':
      return typeof value === 'boolean' ? value : undefined;
    case 'tag:yaml.org,2002:null':
      return value === null ? null : undefined;
    default:
      return text;
  }
}
