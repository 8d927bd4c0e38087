/**
 * Reads one model of `@kubernetes/client-node`: the type map from its `.js`, and from its `.d.ts` the two things
 * the type map lacks, which fields are required and what the descriptions say.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A field of a model, typed in the package's own notation (`Array<V1Container>`). */
export interface ModelField {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly required: boolean;
  readonly doc: string;
}

/** A model: one struct of the API under the package's name of it (`V1PodSpec`). */
export interface Model {
  readonly name: string;
  readonly doc: string;
  readonly fields: readonly ModelField[];
}

/** Takes the stars and the escapes out of a doc comment's body. */
function unwrapDoc(comment: string): string {
  return comment
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trim())
    .filter((line) => line !== '')
    .join(' ')
    .replace(/\\(['"`])/g, '$1');
}

/** Whether the package has a model of that name. */
export function hasModel(folder: string, name: string): boolean {
  return existsSync(join(folder, `${name}.js`));
}

/** Reads the model from the package's folder of models. Throws when its form is not the one expected. */
export function loadModel(folder: string, name: string): Model {
  const source = readFileSync(join(folder, `${name}.js`), 'utf8');
  const map = /\.attributeTypeMap = (\[[\s\S]*?\n\]|\[\]);/.exec(source);
  if (!map?.[1]) throw new Error(`model ${name}: no attributeTypeMap in its .js`);
  const attributes = JSON.parse(map[1]) as { baseName: string; type: string; format: string }[];

  const declarations = readFileSync(join(folder, `${name}.d.ts`), 'utf8');
  const classDoc = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\nexport declare class/.exec(declarations);
  const optional = new Map<string, { required: boolean; doc: string }>();
  for (const match of declarations.matchAll(
    /(?: {4}\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)? {4}'([^']+)'(\??): /g,
  )) {
    const [, doc = '', field = '', mark] = match;
    optional.set(field, { required: mark !== '?', doc: unwrapDoc(doc) });
  }

  const fields = attributes.map(({ baseName, type, format }): ModelField => {
    const declared = optional.get(baseName) ?? optional.get(`_${baseName}`);
    if (!declared) throw new Error(`model ${name}: field ${baseName} is not in its .d.ts`);
    return { name: baseName, type, format, ...declared };
  });
  return { name, doc: unwrapDoc(classDoc?.[1] ?? ''), fields };
}
