/**
 * Finds values by JSONPath and prints templates of them.
 *
 * Missing keys find nothing and are no error, as kubectl's default is.
 *
 * Upstream: staging/src/k8s.io/client-go/util/jsonpath/jsonpath.go
 */
import { goJson, sortKeys } from '../api/go-format.ts';
import { isJsonObject } from '../api/object.ts';
import type { Json } from '../api/object.ts';
import { KubectlError } from './errors.ts';
import { goText } from './go-text.ts';
import { parseJsonPath, parsePath } from './jsonpath-parser.ts';
import type { Operand, PathStep, TemplateNode } from './jsonpath-parser.ts';

/** Prints a template filled in with the values of `data`. Throws KubectlError for a bad template or index. */
export function printJsonPath(template: string, data: unknown): string {
  const nodes = parseJsonPath(template);
  return printNodes(nodes, data as Json);
}

function printNodes(nodes: readonly TemplateNode[], data: Json): string {
  let text = '';
  for (const node of nodes) {
    if (node.form === 'text') text += node.text;
    else if (node.form === 'path') text += printValues(evaluate(node.steps, [data]));
    else for (const value of evaluate(node.steps, [data])) text += printNodes(node.body, value);
  }
  return text;
}

/** Prints values with spaces between them: data as JSON, scalars as they are. */
function printValues(values: readonly Json[]): string {
  return values
    .map((value) =>
      typeof value === 'object' && value !== null ? goJson(sortKeys(value)) : goText(value),
    )
    .join(' ');
}

/** Finds all values of a path given in any of kubectl's relaxed forms: `x.y`, `.x.y`, `{x.y}`, `{.x.y}`. */
export function findRelaxed(path: string, data: unknown): readonly Json[] {
  return evaluate(relaxedPath(path), [data as Json]);
}

/** Reads a path in any of kubectl's relaxed forms. Throws KubectlError. */
export function relaxedPath(path: string): readonly PathStep[] {
  const match = /^\{?\.?([^{}]+)\}?$/.exec(path);
  const inside = match?.[1];
  if (inside === undefined) {
    throw new KubectlError(
      `unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'`,
    );
  }
  return parsePath(`.${inside}`, (message) => {
    throw new KubectlError(`error parsing jsonpath {.${inside}}, ${message}`);
  });
}

/** Follows the steps from each of the values. */
export function evaluate(steps: readonly PathStep[], values: readonly Json[]): readonly Json[] {
  let found = values;
  for (const step of steps) found = found.flatMap((value) => follow(step, value));
  return found;
}

function follow(step: PathStep, value: Json): readonly Json[] {
  switch (step.form) {
    case 'field': {
      const field = isJsonObject(value) ? value[step.name] : undefined;
      return field === undefined ? [] : [field];
    }
    case 'wildcard':
      return children(value);
    case 'recursive':
      return descendants(value);
    case 'index':
      return indexed(step.index, value);
    case 'slice':
      return sliced(step, value);
    case 'union':
      return step.paths.flatMap((path) => evaluate(path, [value]));
    case 'filter':
      if (!Array.isArray(value)) return [];
      return (value as readonly Json[]).filter((item) => holds(step, item));
  }
}

function children(value: Json): readonly Json[] {
  if (Array.isArray(value)) return value as readonly Json[];
  if (!isJsonObject(value)) return [];
  const sorted = sortKeys(value);
  return Object.values(sorted).filter((child): child is Json => child !== undefined);
}

function descendants(value: Json): readonly Json[] {
  return [value, ...children(value).flatMap((child) => descendants(child))];
}

function indexed(index: number, value: Json): readonly Json[] {
  if (!Array.isArray(value)) return [];
  const items = value as readonly Json[];
  const at = index < 0 ? items.length + index : index;
  const item = items[at];
  if (item === undefined) {
    throw new KubectlError(`array index out of bounds: index ${index}, length ${items.length}`);
  }
  return [item];
}

function sliced(
  step: { readonly start?: number; readonly end?: number; readonly step?: number },
  value: Json,
): readonly Json[] {
  if (!Array.isArray(value)) return [];
  const items = (value as readonly Json[]).slice(step.start ?? 0, step.end);
  const stride = step.step ?? 1;
  return items.filter((_, index) => index % stride === 0);
}

function holds(filter: PathStep & { readonly form: 'filter' }, item: Json): boolean {
  const left = operandValues(filter.left, item);
  if (filter.operator === 'exists') return left.length > 0;
  const right = filter.right ? operandValues(filter.right, item) : [];
  const [a] = left;
  const [b] = right;
  if (a === undefined || b === undefined) return false;
  switch (filter.operator) {
    case '==':
      return a === b;
    case '!=':
      return a !== b;
    case '<':
      return typeof a === typeof b && (a as number) < (b as number);
    case '<=':
      return typeof a === typeof b && (a as number) <= (b as number);
    case '>':
      return typeof a === typeof b && (a as number) > (b as number);
    default:
      return typeof a === typeof b && (a as number) >= (b as number);
  }
}

function operandValues(operand: Operand, item: Json): readonly Json[] {
  return operand.form === 'value' ? [operand.value] : evaluate(operand.steps, [item]);
}
