/**
 * Where the fields of a YAML document stand in its text, by field path: for markers in an editor and for the line of
 * YAML that a chain of causes ends at.
 *
 * A path is written as the API writes it: `spec.template.spec.containers[0].image`, `metadata.labels[app]`,
 * `data.key`. Keys may hold dots: the longest key that fits is taken.
 *
 * Ours: markers in the editor, and the line of YAML at the end of a chain of causes.
 */

/** A place in the source text; both count from 1. */
export interface SourcePosition {
  readonly line: number;
  readonly column: number;
}

/** A stretch of the source text; `end` is just behind its last character. */
export interface SourceRange {
  readonly start: SourcePosition;
  readonly end: SourcePosition;
}

/** One value of the document; list elements have no key and are named by their index. */
export interface PositionNode {
  readonly key: SourceRange | undefined;
  readonly value: SourceRange;
  readonly children: ReadonlyMap<string, PositionNode>;
}

/** Where a path stands: `exact` is false when only one of its parents is in the text. */
export interface FieldPosition {
  readonly key: SourceRange | undefined;
  readonly value: SourceRange;
  readonly exact: boolean;
}

/**
 * Finds a field by its path. A field that is not in the text (a missing or defaulted one) gives its nearest parent
 * that is; the empty path gives the whole document.
 */
export function locate(root: PositionNode, path: string): FieldPosition {
  let node = root;
  let rest = path;
  while (rest !== '') {
    const step = nextStep(node, rest);
    if (step === undefined) return { key: node.key, value: node.value, exact: false };
    node = step.child;
    rest = step.rest;
  }
  return { key: node.key, value: node.value, exact: true };
}

/** Takes one step of a path that begins with a key, `.key` or `[key]`. */
function nextStep(
  node: PositionNode,
  path: string,
): { readonly child: PositionNode; readonly rest: string } | undefined {
  if (path.startsWith('[')) {
    let close = path.indexOf(']');
    while (close > 0) {
      const child = node.children.get(path.slice(1, close));
      if (child) return { child, rest: path.slice(close + 1) };
      close = path.indexOf(']', close + 1);
    }
    return undefined;
  }
  const text = path.startsWith('.') ? path.slice(1) : path;
  for (let end = text.length; end > 0; end -= 1) {
    const next = text.charAt(end);
    if (next !== '' && next !== '.' && next !== '[') continue;
    const child = node.children.get(text.slice(0, end));
    if (child) return { child, rest: text.slice(end) };
  }
  return undefined;
}
