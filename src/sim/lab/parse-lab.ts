/**
 * Reads a lab file: its schema is checked, its files are read, and every mistake is told with its place.
 *
 * For the build, the terminal and the tests; the page gets labs that were read already.
 */
import { Ajv } from 'ajv';
import type { ErrorObject } from 'ajv';
import { LineCounter, parseDocument } from 'yaml';
import schema from './lab.schema.json' with { type: 'json' };
import { parseDuration } from './lab-format.ts';
import type { Lab, LabDeclaration } from './lab-format.ts';

/** Mistakes of an author in a lab file: one sentence each, with file and line. */
export class LabError extends Error {
  override readonly name = 'LabError';
  readonly problems: readonly string[];

  constructor(path: string, problems: readonly string[]) {
    super(`${path} is not a valid lab:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(schema);

/** What is needed to read a lab. `read` returns undefined for a file that is not there. */
export interface LabSource {
  /** `<chapter slug>/<name>`. */
  readonly id: string;
  /** The lab file's path, for messages. */
  readonly path: string;
  readonly text: string;
  readonly read: (name: string) => string | undefined;
}

/** Reads a lab. Throws LabError with everything that is wrong. */
export function parseLab({ id, path, text, read }: LabSource): Lab {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0) {
    throw new LabError(
      path,
      document.errors.map((error) => error.message),
    );
  }
  const declaration: unknown = document.toJS();
  if (!validate(declaration)) {
    const lineOf = (pointer: string): number => {
      const node = document.getIn(pointer.split('/').slice(1).map(unescapePointer), true);
      const range = (node as { range?: readonly number[] } | undefined)?.range;
      return lines.linePos(range?.[0] ?? 0).line;
    };
    const problems = (validate.errors ?? []).map((error) => problemOf(error, lineOf));
    throw new LabError(path, [...new Set(problems)]);
  }
  const lab = declaration as unknown as LabDeclaration;
  const problems = [...checkTimes(lab)];
  const texts: Record<string, string> = {};
  for (const name of filesOf(lab)) {
    const content = read(name);
    if (content === undefined) problems.push(`the file "${name}" is not beside the lab`);
    else texts[name] = content;
  }
  if (problems.length > 0) throw new LabError(path, problems);
  return { ...lab, id, texts };
}

function filesOf(lab: LabDeclaration): Set<string> {
  const solutions = (lab.goals ?? []).flatMap((goal) => Object.values(goal.solution ?? {}));
  return new Set([...lab.files, ...(lab.setup ?? []), ...solutions]);
}

function* checkTimes(lab: LabDeclaration): Generator<string> {
  const untilMs = parseDuration(lab.until);
  for (const act of lab.do) {
    if (act.at === undefined || parseDuration(act.at) <= untilMs) continue;
    yield `"${act.run ?? act.fault}" happens at ${act.at}, after the lab's end at ${lab.until}`;
  }
  for (const name of namesIn(lab)) {
    if (lab.values?.[name] === undefined)
      yield `a text says "{${name}}", which is no value of the lab`;
  }
  const labelled = Object.values(lab.values ?? {}).filter(({ label }) => label !== undefined);
  if (labelled.length > 4) yield `${labelled.length} figures have a label; four is the most`;
}

/** The values that texts of a lab name; the length of a mark is none. */
function namesIn(lab: LabDeclaration): Set<string> {
  const texts = [
    ...(lab.show.marks ?? []).map(({ text }) => text),
    ...Object.values(lab.values ?? {}).map(({ label }) => label),
  ];
  const names = texts.flatMap((text) =>
    Object.values(text ?? {}).flatMap((words) =>
      [...String(words).matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name),
    ),
  );
  return new Set(names.filter((name) => name !== 'ms' && name !== 'duration'));
}

function unescapePointer(part: string): string | number {
  const text = part.replaceAll('~1', '/').replaceAll('~0', '~');
  return /^\d+$/.test(text) ? Number(text) : text;
}

function problemOf(error: ErrorObject, lineOf: (pointer: string) => number): string {
  const where = error.instancePath === '' ? 'the lab' : error.instancePath.slice(1);
  const { params } = error as { params: Record<string, unknown> };
  let what = error.message ?? 'is wrong';
  if (error.keyword === 'additionalProperties') {
    what = `has an unknown field "${String(params['additionalProperty'])}"`;
  } else if (error.keyword === 'enum') {
    what = `must be one of: ${(params['allowedValues'] as unknown[]).map(String).join(', ')}`;
  }
  return `line ${lineOf(error.instancePath)}: ${where.replaceAll('/', '.')} ${what}`;
}
