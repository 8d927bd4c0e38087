/**
 * What `kubectl label` and `kubectl annotate` share: reading `key=value` and `key-`, and the patch they send.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/cmd/util/helpers.go GetResourcesAndPairs, ParsePairs
 */
import type { KubeObject } from '../../api/object.ts';
import type { Process } from '../../engine/process.ts';
import { KubectlError } from '../errors.ts';
import type { Flag } from '../flags.ts';
import { printObject, readOutputFormat } from '../output-format.ts';
import { resolveTargets, visitTargets } from '../targets.ts';
import type { Info, ObjectTarget } from '../targets.ts';
import { infoOf } from '../targets.ts';
import {
  allNamespacesFlag,
  dryRunFlag,
  dryRunOf,
  fieldManagerFlag,
  fieldSelectorFlag,
  fileFlags,
  outputFlags,
  selectorFlag,
} from '../verb.ts';
import type { DryRun, Invocation } from '../verb.ts';

export const metadataFlags: readonly Flag[] = [
  ...fileFlags,
  ...outputFlags,
  selectorFlag,
  fieldSelectorFlag,
  allNamespacesFlag,
  dryRunFlag,
  fieldManagerFlag,
  { name: 'all', type: 'bool' },
  { name: 'list', type: 'bool' },
  { name: 'local', type: 'bool' },
  { name: 'overwrite', type: 'bool' },
  { name: 'resource-version', type: 'string' },
];

/** What the arguments ask for. */
export interface Changes {
  readonly resources: readonly string[];
  readonly set: ReadonlyMap<string, string>;
  readonly removed: readonly string[];
}

/** Takes the arguments apart: `noun` is `label` or `annotation`. Throws KubectlError. */
export function readChanges(args: readonly string[], noun: string): Changes {
  const first = args.findIndex((arg) => /^[^=]+=/.test(arg) || (arg.endsWith('-') && arg !== '-'));
  const resources = first < 0 ? args : args.slice(0, first);
  const pairs = first < 0 ? [] : args.slice(first);
  const set = new Map<string, string>();
  const removed: string[] = [];
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    if (equals > 0) set.set(pair.slice(0, equals), pair.slice(equals + 1));
    else if (pair.endsWith('-') && equals < 0) removed.push(pair.slice(0, -1));
    else {
      throw new KubectlError(`all resources must be specified before ${noun} changes: ${pair}`);
    }
  }
  const both = removed.filter((key) => set.has(key));
  if (both.length > 0) {
    const what =
      noun === 'label'
        ? 'a label in the same command'
        : `the following annotation(s) in the same command: ${both.join(', ')}`;
    throw new KubectlError(`can not both modify and remove ${what}`);
  }
  return { resources, set, removed };
}

/** Returns the map after the changes. */
export function changedMap(
  before: Readonly<Record<string, string>> | undefined,
  { set, removed }: Changes,
): Record<string, string> {
  const after: Record<string, string> = { ...before };
  for (const key of removed) delete after[key];
  for (const [key, value] of set) after[key] = value;
  return after;
}

/** What to say of one object, and whether to send anything. */
export interface Verdict {
  readonly word: string;
  readonly isSent: boolean;
  /** Lines before the sentence. */
  readonly notes?: readonly string[];
}

/** Changes one of the two maps of every object that the command names. */
export function* changeMetadata(
  invocation: Invocation,
  changes: Changes,
  field: 'labels' | 'annotations',
  judge: (info: Info) => Verdict,
  say: (info: Info, word: string, dryRun: DryRun) => string,
): Process {
  const { flags, out, context } = invocation;
  const format = readOutputFormat(flags, context.files);
  const dryRun = dryRunOf(invocation);
  const { targets, errors } = resolveTargets(invocation, {
    args: changes.resources,
    filenames: flags.list('filename'),
    recursive: flags.bool('recursive'),
    selector: flags.has('selector') ? flags.text('selector') : undefined,
    fieldSelector: flags.has('field-selector') ? flags.text('field-selector') : undefined,
    emptySelector: flags.bool('all'),
    allNamespaces: flags.bool('all-namespaces'),
  });
  const change = function* (info: Info): Process {
    const verdict = judge(info);
    for (const note of verdict.notes ?? []) out.stdout(`${note}\n`);
    const isLocal = flags.bool('local') || dryRun === 'client';
    const object =
      verdict.isSent && !isLocal
        ? yield* send(invocation, info, changes, field, dryRun)
        : withMap(info.object, field, changedMap(info.object.metadata[field], changes));
    if (format.form === 'default') out.stdout(`${say(info, verdict.word, dryRun)}\n`);
    else printObject(format, info.row, object, out.stdout);
  };
  if (flags.bool('local')) {
    for (const target of targets) if (target.form === 'object') yield* change(localInfo(target));
    return;
  }
  yield* visitTargets(invocation, targets, errors, change);
}

function localInfo(target: ObjectTarget): Info {
  const { namespace: _, ...metadata } = (target.manifest?.metadata ?? {}) as Record<string, never>;
  const object = { ...target.manifest, metadata } as unknown as KubeObject;
  return { ...infoOf(target.row, object), source: target.source };
}

function withMap(
  object: KubeObject,
  field: 'labels' | 'annotations',
  map: Record<string, string>,
): KubeObject {
  return { ...object, metadata: { ...object.metadata, [field]: map } };
}

function send(
  invocation: Invocation,
  { row, namespace, name, object }: Info,
  { set, removed }: Changes,
  field: 'labels' | 'annotations',
  dryRun: DryRun,
): Process<KubeObject> {
  const { flags, api } = invocation;
  const map: Record<string, string | null> = {};
  const before = object.metadata[field] ?? {};
  for (const key of removed) if (key in before) map[key] = null;
  for (const [key, value] of set) if (before[key] !== value) map[key] = value;
  const version = flags.text('resource-version');
  const metadata = {
    ...(Object.keys(map).length > 0 ? { [field]: map } : {}),
    ...(version === '' ? {} : { resourceVersion: version }),
  };
  const fieldManager = flags.text(
    'field-manager',
    field === 'labels' ? 'kubectl-label' : 'kubectl-annotate',
  );
  return api.patch(
    row,
    namespace,
    name,
    'merge',
    Object.keys(metadata).length > 0 ? { metadata } : {},
    { fieldManager, dryRun: dryRun === 'server' || undefined },
  );
}
