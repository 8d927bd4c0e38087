/**
 * Writes the API's types and schema from the published models of Kubernetes 1.36
 * (`@kubernetes/client-node`, a dev dependency). Run by `npm run generate`; its output is not committed.
 *
 * - `src/sim/api/types.gen.ts`: one readonly interface per struct reachable from the kind table.
 * - `src/sim/api/schema.gen.ts`: the same as compact data, for decoding and completion in a worker.
 * - `src/sim/api/schema-docs.gen.json`: the descriptions, for hovers; loaded by the page only on use.
 *
 * Guarantees: the output is a function of the package alone, and a file is written only when it changes.
 *
 * Simplified: the models hold no enums, merge keys or defaults; those are in `src/sim/api/merge-keys.ts` and `enums.ts`.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtInKinds } from '#sim/api/built-in-kinds.ts';
import type { KindRow } from '#sim/api/kind-row.ts';
import { hasModel, loadModel } from './client-node-models.ts';
import type { Model, ModelField } from './client-node-models.ts';

/** Structs that no row of the kind table mentions and that are nevertheless part of the API. */
const otherRoots: readonly string[] = [
  'V1Scale',
  'V1Eviction',
  'V1Condition',
  'V1DeleteOptions',
  'V1ListMeta',
  'V1Status',
];

/** Returns the package's names under which a kind may be found, the likelier one first. */
function modelNames(row: KindRow): readonly string[] {
  const versioned = `${row.version.toUpperCase()}${row.kind}`;
  const group = row.group.split('.')[0] || 'core';
  return [versioned, `${group.charAt(0).toUpperCase()}${group.slice(1)}${versioned}`];
}

/** Fields that every object of its own has; the models call them optional. */
const kindFields = new Set(['apiVersion', 'kind', 'metadata']);

/**
 * Fields which the models call optional and which are nevertheless in every stored object, because the
 * Go struct is a value whose absence is refused or filled: to have them required spares every reader a test.
 */
const alwaysThere = new Set([
  'PodTemplateSpec.spec',
  'ReplicaSetSpec.template',
  'JobTemplateSpec.spec',
]);

/** Fields whose string is a quantity; the models do not say so. Origin: OpenAPI of a 1.36 API server. */
const quantityFields = new Set([
  'CSIStorageCapacity.capacity',
  'CSIStorageCapacity.maximumVolumeSize',
  'ContainerStatus.allocatedResources',
  'EmptyDirVolumeSource.sizeLimit',
  'HPAScalingRules.tolerance',
  'LimitRangeItem.default',
  'LimitRangeItem.defaultRequest',
  'LimitRangeItem.max',
  'LimitRangeItem.maxLimitRequestRatio',
  'LimitRangeItem.min',
  'MetricTarget.averageValue',
  'MetricTarget.value',
  'MetricValueStatus.averageValue',
  'MetricValueStatus.value',
  'NodeAllocatableResourceClaimStatus.resources',
  'NodeStatus.allocatable',
  'NodeStatus.capacity',
  'Overhead.podFixed',
  'PersistentVolumeClaimStatus.allocatedResources',
  'PersistentVolumeClaimStatus.capacity',
  'PersistentVolumeSpec.capacity',
  'PodSpec.overhead',
  'PodStatus.allocatedResources',
  'ResourceFieldSelector.divisor',
  'ResourceQuotaSpec.hard',
  'ResourceQuotaStatus.hard',
  'ResourceQuotaStatus.used',
  'ResourceRequirements.limits',
  'ResourceRequirements.requests',
  'VolumeResourceRequirements.limits',
  'VolumeResourceRequirements.requests',
]);

/** Returns our name of a model: without its version, and with its group only where it is not core. */
export function structName(model: string): string {
  return model
    .replace(/^Core(?=V\d)/, '')
    .replace(/^([A-Z][a-z]+)?V\d(?=[A-Z])/, (_, group: string | undefined) => group ?? '');
}

/** A field's type in the notation of the schema: `string`, `int32`, `[]Container`, `{}quantity`, … */
export function schemaType(struct: string, field: ModelField): string {
  const list = /^Array<(.*)>$/.exec(field.type);
  if (list) return `[]${schemaType(struct, { ...field, type: list[1] ?? '' })}`;
  const map = /^\{ \[key: string\]: (.*); \}$/.exec(field.type);
  if (map) return `{}${schemaType(struct, { ...field, type: map[1] ?? '' })}`;
  switch (field.type) {
    case 'string':
      if (quantityFields.has(`${struct}.${field.name}`)) return 'quantity';
      return field.format === 'byte' ? 'bytes' : 'string';
    case 'number':
      return field.format || 'int32';
    case 'boolean':
      return 'bool';
    case 'Date':
      return 'time';
    case 'V1MicroTime':
      return 'microTime';
    case 'IntOrString':
      return 'intOrString';
    case 'any':
      return 'any';
    default:
      return structName(field.type);
  }
}

/** Returns the TypeScript type of a schema type. */
function typescriptType(type: string): string {
  if (type.startsWith('[]')) {
    const element = typescriptType(type.slice(2));
    return /[ |]/.test(element) ? `readonly (${element})[]` : `readonly ${element}[]`;
  }
  if (type.startsWith('{}')) return `Readonly<Record<string, ${typescriptType(type.slice(2))}>>`;
  switch (type) {
    case 'string':
    case 'bytes':
    case 'quantity':
    case 'time':
    case 'microTime':
      return 'string';
    case 'int32':
    case 'int64':
    case 'double':
      return 'number';
    case 'bool':
      return 'boolean';
    case 'intOrString':
      return 'number | string';
    case 'any':
      return 'unknown';
    default:
      return type;
  }
}

/** Everything the generator knows of one struct. */
interface Struct {
  readonly name: string;
  readonly doc: string;
  readonly isKind: boolean;
  readonly fields: readonly {
    readonly name: string;
    readonly type: string;
    readonly required: boolean;
    readonly doc: string;
  }[];
}

/** Turns a model of the package into a struct. */
function toStruct(model: Model, roots: ReadonlySet<string>): Struct {
  const name = structName(model.name);
  const isKind = roots.has(model.name) && model.fields.some((field) => field.name === 'apiVersion');
  const hasMeta = model.fields.some((field) => field.type === 'V1ObjectMeta');
  const fields = model.fields.map((field) => ({
    name: field.name,
    type: schemaType(name, field),
    required: field.required,
    doc: field.doc,
  }));
  return { name, doc: model.doc, isKind: isKind && hasMeta, fields };
}

/** Whether our type says that the field is always there: see `alwaysThere`. */
function isTypedRequired(struct: Struct, field: Struct['fields'][number]): boolean {
  if (field.required || alwaysThere.has(`${struct.name}.${field.name}`)) return true;
  return struct.isKind && (kindFields.has(field.name) || field.name === 'spec');
}

function renderTypes(structs: readonly Struct[]): string {
  const lines = [
    '// Generated by src/build/generate-api.ts from @kubernetes/client-node. Not committed.',
    '',
  ];
  for (const struct of structs) {
    lines.push(`export interface ${struct.name} {`);
    for (const field of struct.fields) {
      const key = /^[A-Za-z_]\w*$/.test(field.name) ? field.name : JSON.stringify(field.name);
      const type = typescriptType(field.type);
      const required = isTypedRequired(struct, field);
      lines.push(`  readonly ${key}${required ? `: ${type}` : `?: ${type} | undefined`};`);
    }
    lines.push('}', '');
  }
  lines.push(
    '/** Every kind that can be an object of its own, by name. */',
    'export interface Kinds {',
  );
  for (const { name, isKind } of structs) if (isKind) lines.push(`  readonly ${name}: ${name};`);
  lines.push('}', '');
  return lines.join('\n');
}

function renderSchema(structs: readonly Struct[]): string {
  const rows = structs.map((struct) => {
    const fields = struct.fields.map((f) => `${f.name}${f.required ? '!' : ''} ${f.type}`);
    return `${struct.name}: ${fields.join(', ')}`;
  });
  return [
    '// Generated by src/build/generate-api.ts from @kubernetes/client-node. Not committed.',
    '// One struct a line: `Name: field type, field! type` (`!` marks a required field). See schema.ts.',
    `export const schemaText = \`\n${rows.join('\n')}\n\`;`,
    '',
  ].join('\n');
}

function renderDocs(structs: readonly Struct[]): string {
  const docs: Record<string, Record<string, string>> = {};
  for (const struct of structs) {
    const ofStruct: Record<string, string> = { '': struct.doc };
    for (const field of struct.fields) if (field.doc) ofStruct[field.name] = field.doc;
    docs[struct.name] = ofStruct;
  }
  return `${JSON.stringify(docs)}\n`;
}

/** Collects the structs reachable from the roots, sorted by name. Throws when two models get one name. */
export function collectStructs(modelsFolder: string, roots: readonly string[]): Struct[] {
  const rootSet = new Set(roots);
  const byName = new Map<string, { model: string; struct: Struct }>();
  const pending = [...roots];
  const seen = new Set<string>();
  while (pending.length > 0) {
    const modelName = pending.pop();
    if (modelName === undefined || seen.has(modelName)) continue;
    seen.add(modelName);
    const model = loadModel(modelsFolder, modelName);
    const struct = toStruct(model, rootSet);
    const other = byName.get(struct.name);
    if (other) {
      throw new Error(`models ${other.model} and ${modelName} would both be named ${struct.name}`);
    }
    byName.set(struct.name, { model: modelName, struct });
    for (const field of model.fields) {
      for (const mentioned of field.type.match(/\b(?:[A-Z][a-z]+)?V\d[A-Z]\w*/g) ?? []) {
        if (mentioned !== 'V1MicroTime') pending.push(mentioned);
      }
    }
  }
  const names = [...byName.keys()].sort((a, b) => (a < b ? -1 : 1));
  return names.flatMap((name) => byName.get(name)?.struct ?? []);
}

/** Returns the generated files by name. */
export function generateApi(): ReadonlyMap<string, string> {
  const require = createRequire(import.meta.url);
  const entry = require.resolve('@kubernetes/client-node');
  const folder = join(dirname(entry), 'gen', 'models');
  const roots = builtInKinds.map((row) => {
    const name = modelNames(row).find((candidate) => hasModel(folder, candidate));
    if (!name) throw new Error(`no model for ${row.kind}: tried ${modelNames(row).join(', ')}`);
    return name;
  });
  const structs = collectStructs(folder, [...roots, ...otherRoots]);
  return new Map([
    ['types.gen.ts', renderTypes(structs)],
    ['schema.gen.ts', renderSchema(structs)],
    ['schema-docs.gen.json', renderDocs(structs)],
  ]);
}

function writeWhenChanged(path: string, text: string): void {
  let old: string | undefined;
  try {
    old = readFileSync(path, 'utf8');
  } catch {
    // There is none yet.
  }
  if (old === text) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = fileURLToPath(new URL('../sim/api/', import.meta.url));
  for (const [name, text] of generateApi()) writeWhenChanged(join(folder, name), text);
}
