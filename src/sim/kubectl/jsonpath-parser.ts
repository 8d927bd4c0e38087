/**
 * Reads kubectl's JSONPath templates: text with expressions in braces.
 *
 * Upstream: staging/src/k8s.io/client-go/util/jsonpath/parser.go
 * Docs: /docs/reference/kubectl/jsonpath/
 */
import { KubectlError } from './errors.ts';

/** How far one step of a path goes. */
export type PathStep =
  | { readonly form: 'field'; readonly name: string }
  | { readonly form: 'wildcard' }
  | { readonly form: 'recursive' }
  | {
      readonly form: 'slice';
      readonly start?: number;
      readonly end?: number;
      readonly step?: number;
    }
  | { readonly form: 'index'; readonly index: number }
  | { readonly form: 'union'; readonly paths: readonly (readonly PathStep[])[] }
  | {
      readonly form: 'filter';
      readonly left: Operand;
      readonly operator: string;
      readonly right?: Operand;
    };

/** One side of a filter's comparison. */
export type Operand =
  | { readonly form: 'value'; readonly value: string | number | boolean }
  | { readonly form: 'path'; readonly steps: readonly PathStep[] };

/** A piece of a template. */
export type TemplateNode =
  | { readonly form: 'text'; readonly text: string }
  | { readonly form: 'path'; readonly steps: readonly PathStep[] }
  | {
      readonly form: 'range';
      readonly steps: readonly PathStep[];
      readonly body: readonly TemplateNode[];
    };

/** Reads a template. Throws KubectlError. */
export function parseJsonPath(template: string): readonly TemplateNode[] {
  const fail = (message: string): never => {
    throw new KubectlError(`error parsing jsonpath ${template}, ${message}`);
  };
  const stack: { steps: readonly PathStep[]; nodes: TemplateNode[] }[] = [{ steps: [], nodes: [] }];
  const add = (node: TemplateNode): void => {
    stack[stack.length - 1]?.nodes.push(node);
  };
  let at = 0;
  while (at < template.length) {
    const open = template.indexOf('{', at);
    if (open < 0) {
      add({ form: 'text', text: template.slice(at) });
      break;
    }
    if (open > at) add({ form: 'text', text: template.slice(at, open) });
    const close = closingBrace(template, open + 1);
    if (close < 0) fail('unclosed action');
    for (const piece of splitPieces(template.slice(open + 1, close))) {
      if (piece === 'end') {
        const range = stack.length > 1 ? stack.pop() : undefined;
        if (!range) return fail('not in range, nothing to end');
        add({ form: 'range', steps: range.steps, body: range.nodes });
      } else if (piece.startsWith('range ')) {
        stack.push({ steps: parsePath(piece.slice(6).trim(), fail), nodes: [] });
      } else if (piece.startsWith('"') || piece.startsWith("'")) {
        add({ form: 'text', text: unquote(piece) });
      } else add({ form: 'path', steps: parsePath(piece, fail) });
    }
    at = close + 1;
  }
  const root = stack[0];
  if (stack.length > 1 || !root) return fail('unclosed action');
  return root.nodes;
}

/** Finds the end of an expression; braces in quotes do not count. */
function closingBrace(text: string, start: number): number {
  let quote = '';
  for (let at = start; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (quote !== '') {
      if (character === '\\') at += 1;
      else if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '}') return at;
  }
  return -1;
}

/** Splits the inside of braces at spaces that stand outside quotes and brackets; `range` keeps its path. */
function splitPieces(text: string): string[] {
  const pieces: string[] = [];
  let piece = '';
  let depth = 0;
  let quote = '';
  for (const character of text.trim()) {
    if (quote !== '') {
      piece += character;
      if (character === quote && !piece.endsWith(`\\${quote}`)) quote = '';
      continue;
    }
    if (character === '"' || character === "'") quote = character;
    if (character === '[' || character === '(') depth += 1;
    if (character === ']' || character === ')') depth -= 1;
    if (/\s/.test(character) && depth === 0 && quote === '' && piece !== 'range') {
      if (piece !== '') pieces.push(piece);
      piece = '';
    } else piece += /\s/.test(character) && piece === 'range' ? ' ' : character;
  }
  if (piece !== '') pieces.push(piece);
  return pieces;
}

function unquote(text: string): string {
  const inside = text.slice(1, text.endsWith(text.charAt(0)) && text.length > 1 ? -1 : undefined);
  return inside.replace(/\\(.)/g, (_, character: string) => {
    if (character === 'n') return '\n';
    if (character === 't') return '\t';
    return character === 'r' ? '\r' : character;
  });
}

type Fail = (message: string) => never;

/** Reads a path such as `.items[*].metadata.name`. */
export function parsePath(text: string, fail: Fail): PathStep[] {
  const steps: PathStep[] = [];
  let at = 0;
  if (text.startsWith('$') || text.startsWith('@')) at = 1;
  while (at < text.length) {
    if (text.startsWith('..', at)) {
      steps.push({ form: 'recursive' });
      at += 2;
      if (text.charAt(at) === '[' || at >= text.length) continue;
      at = readField(text, at, steps);
    } else if (text.charAt(at) === '.') at = readField(text, at + 1, steps);
    else if (text.charAt(at) === '[') {
      const close = closingBracket(text, at);
      if (close < 0) return fail('unterminated array');
      steps.push(parseBracket(text.slice(at + 1, close), fail));
      at = close + 1;
    } else {
      const before = at;
      at = readField(text, at, steps);
      if (at === before)
        return fail(
          `unrecognized character in action: U+00${text.charCodeAt(at).toString(16).toUpperCase()} '${text.charAt(at)}'`,
        );
    }
  }
  return steps;
}

function readField(text: string, start: number, steps: PathStep[]): number {
  let name = '';
  let at = start;
  while (at < text.length && !/[.[\]\s{}]/.test(text.charAt(at))) {
    if (text.charAt(at) === '\\') at += 1;
    name += text.charAt(at);
    at += 1;
  }
  if (name === '*') steps.push({ form: 'wildcard' });
  else if (name !== '') steps.push({ form: 'field', name });
  return at;
}

function closingBracket(text: string, open: number): number {
  let depth = 0;
  let quote = '';
  for (let at = open; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '[') depth += 1;
    else if (character === ']') {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return -1;
}

function parseBracket(text: string, fail: Fail): PathStep {
  const inside = text.trim();
  if (inside === '*') return { form: 'wildcard' };
  if (/^-?\d+$/.test(inside)) return { form: 'index', index: Number(inside) };
  const slice = /^(-?\d+)?:(-?\d+)?(?::(-?\d+))?$/.exec(inside);
  if (slice) {
    const part = (index: number): number | undefined =>
      slice[index] === undefined ? undefined : Number(slice[index]);
    const [start, end, step] = [part(1), part(2), part(3)];
    return {
      form: 'slice',
      ...(start === undefined ? {} : { start }),
      ...(end === undefined ? {} : { end }),
      ...(step === undefined ? {} : { step }),
    };
  }
  if (inside.startsWith('?(') && inside.endsWith(')'))
    return parseFilter(inside.slice(2, -1), fail);
  const parts = splitUnion(inside);
  const paths = parts.map((part): PathStep[] => {
    if (part.startsWith("'") || part.startsWith('"'))
      return [{ form: 'field', name: unquote(part) }];
    if (/^-?\d+$/.test(part)) return [{ form: 'index', index: Number(part) }];
    return parsePath(part, fail);
  });
  const [only] = paths;
  if (paths.length === 1 && only?.length === 1 && only[0]) return only[0];
  return { form: 'union', paths };
}

function splitUnion(text: string): string[] {
  return (text.match(/'[^']*'|"[^"]*"|[^,]+/g) ?? []).map((part) => part.trim());
}

function parseFilter(text: string, fail: Fail): PathStep {
  const match = /^\s*((?:'[^']*'|"[^"]*"|[^=!<>'"])+?)\s*(==|!=|<=|>=|<|>)\s*(.+?)\s*$/.exec(text);
  if (!match) return { form: 'filter', left: parseOperand(text.trim(), fail), operator: 'exists' };
  const left = parseOperand((match[1] ?? '').trim(), fail);
  const right = parseOperand(match[3] ?? '', fail);
  return { form: 'filter', left, operator: match[2] ?? '', right };
}

function parseOperand(text: string, fail: Fail): Operand {
  if (text.startsWith('"') || text.startsWith("'")) return { form: 'value', value: unquote(text) };
  if (text === 'true' || text === 'false') return { form: 'value', value: text === 'true' };
  if (/^-?\d+(\.\d+)?$/.test(text)) return { form: 'value', value: Number(text) };
  return { form: 'path', steps: parsePath(text, fail) };
}
