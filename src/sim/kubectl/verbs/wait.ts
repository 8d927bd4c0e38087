/**
 * `kubectl wait`: until a condition, a value or the end of objects.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/cmd/wait/wait.go
 * Docs: /docs/reference/kubectl/generated/kubectl_wait/
 */
import type { KubeObject } from '../../api/object.ts';
import { qualifiedResource } from '../../api/kinds.ts';
import type { ConditionLike } from '../../api/conditions.ts';
import { isNotFound } from '../../api/status-error.ts';
import { anyOf } from '../../engine/any-of.ts';
import type { Process } from '../../engine/process.ts';
import { KubectlError } from '../errors.ts';
import { goText } from '../go-text.ts';
import { findRelaxed } from '../jsonpath.ts';
import { readOutputFormat } from '../output-format.ts';
import { printResult } from '../result.ts';
import { infoOf, listTarget, resolveTargets, visitTargets } from '../targets.ts';
import type { Info, Target } from '../targets.ts';
import { untilGone } from '../until-gone.ts';
import {
  allNamespacesFlag,
  fieldSelectorFlag,
  fileFlags,
  outputFlags,
  selectorFlag,
} from '../verb.ts';
import type { Invocation, Verb } from '../verb.ts';

/** What is waited for. */
type Condition =
  | { readonly form: 'delete' }
  | { readonly form: 'create' }
  | { readonly form: 'test'; readonly holds: (object: KubeObject) => boolean };

export const wait: Verb = {
  name: 'wait',
  about: 'Experimental: Wait for a specific condition on one or many resources',
  usage:
    'wait ([-f FILENAME] | resource.group/resource.name | resource.group [(-l label | --all)]) [--for=create|--for=delete|--for condition=available|--for=jsonpath=value]',
  flags: [
    ...fileFlags,
    ...outputFlags,
    selectorFlag,
    fieldSelectorFlag,
    allNamespacesFlag,
    { name: 'all', type: 'bool' },
    { name: 'for', type: 'texts' },
    { name: 'timeout', type: 'duration' },
  ],
  *run(invocation) {
    const { flags, args, context } = invocation;
    const condition = readCondition(flags.list('for'));
    const format = readOutputFormat(flags, context.files);
    const timeoutMs = flags.durationMs('timeout', 30_000);
    const deadlineMs = context.engine.nowMs + (timeoutMs < 0 ? 168 * 3_600_000 : timeoutMs);
    const { targets, errors } = resolveTargets(invocation, {
      args,
      filenames: flags.list('filename'),
      selector: flags.has('selector') ? flags.text('selector') : undefined,
      fieldSelector: flags.has('field-selector') ? flags.text('field-selector') : undefined,
      all: flags.bool('all'),
      allNamespaces: flags.bool('all-namespaces'),
    });
    if (condition.form === 'create') yield* untilCreated(invocation, targets, deadlineMs);
    const present = condition.form === 'delete' ? yield* onlyPresent(invocation, targets) : targets;
    const found = yield* visitTargets(invocation, present, errors, function* (info) {
      const isMet = yield* waitFor(invocation, info, condition, deadlineMs);
      if (!isMet) {
        const name = `${qualifiedResource(info.row)}/${info.name}`;
        throw new KubectlError(`timed out waiting for the condition on ${name}`);
      }
      printResult(invocation, format, info.row, info.object, 'condition met');
    });
    if (found === 0 && condition.form !== 'delete') {
      throw new KubectlError('no matching resources found');
    }
  },
};

function readCondition(texts: readonly string[]): Condition {
  const [text = ''] = texts;
  const lower = text.toLowerCase();
  if (lower === 'delete') return { form: 'delete' };
  if (lower === 'create') return { form: 'create' };
  if (lower.startsWith('condition=')) {
    const [type = '', wanted = 'true'] = text.slice('condition='.length).split('=');
    return { form: 'test', holds: (object) => hasCondition(object, type, wanted) };
  }
  if (lower.startsWith('jsonpath=')) {
    const rest = text.slice('jsonpath='.length);
    const close = rest.lastIndexOf('}');
    const path = close < 0 ? (rest.split('=')[0] ?? '') : rest.slice(0, close + 1);
    const tail = rest.slice(path.length);
    const wanted = tail.startsWith('=') ? tail.slice(1).replace(/^(['"])(.*)\1$/, '$2') : undefined;
    findRelaxed(path, {});
    return {
      form: 'test',
      holds(object) {
        const values = findRelaxed(path, object);
        if (wanted === undefined) return values.length > 0;
        return values.length > 0 && values.every((value) => goText(value) === wanted);
      },
    };
  }
  throw new KubectlError(
    texts.length === 0
      ? 'unrecognized condition: []'
      : `unrecognized condition: ${JSON.stringify(text)}`,
  );
}

function hasCondition(object: KubeObject, type: string, wanted: string): boolean {
  const { status } = object as KubeObject & {
    readonly status?: {
      readonly observedGeneration?: number;
      readonly conditions?: readonly (ConditionLike & { readonly observedGeneration?: number })[];
    };
  };
  const condition = status?.conditions?.find(
    (one) => one.type.toLowerCase() === type.toLowerCase(),
  );
  if (condition === undefined) return false;
  const generation = object.metadata.generation;
  const observed = condition.observedGeneration ?? status?.observedGeneration;
  if (generation !== undefined && observed !== undefined && observed < generation) return false;
  return condition.status.toLowerCase() === wanted.toLowerCase();
}

function* waitFor(
  invocation: Invocation,
  info: Info,
  condition: Condition,
  deadlineMs: number,
): Process<boolean> {
  const { row, namespace, name, object } = info;
  if (condition.form === 'create') return true;
  if (condition.form === 'delete') {
    const { uid } = object.metadata;
    return yield* untilGone(invocation, { row, namespace, name, uid }, deadlineMs);
  }
  if (condition.holds(object)) return true;
  const { api, context } = invocation;
  const fieldSelector = `metadata.name=${name}`;
  const list = yield* api.list(row, namespace, { fieldSelector });
  const [present] = list.items;
  if (present !== undefined && condition.holds(present)) return true;
  const { resourceVersion } = list.metadata;
  const stream = yield* api.watch(row, namespace, { fieldSelector, resourceVersion });
  try {
    for (;;) {
      const leftMs = deadlineMs - context.engine.nowMs;
      if (leftMs <= 0) return false;
      const next = yield* anyOf(stream.next(), context.engine.delay(leftMs));
      if (next.index === 1) return false;
      const event = next.value as { type: string; object: KubeObject } | undefined;
      if (event === undefined) return false;
      const isChange = event.type === 'ADDED' || event.type === 'MODIFIED';
      if (isChange && condition.holds(event.object)) return true;
    }
  } finally {
    stream.close();
  }
}

/** Drops named targets that do not exist: they are deleted already. */
function* onlyPresent(invocation: Invocation, targets: readonly Target[]): Process<Target[]> {
  const present: Target[] = [];
  for (const target of targets) {
    if (target.form === 'selector') {
      const list = yield* listTarget(invocation, target);
      for (const object of list.items) {
        const { namespace, name } = infoOf(target.row, object);
        present.push({ form: 'object', row: target.row, namespace, name });
      }
      continue;
    }
    try {
      yield* invocation.api.get(target.row, target.namespace, target.name);
      present.push(target);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
  return present;
}

/** Waits until every named target exists. */
function* untilCreated(
  invocation: Invocation,
  targets: readonly Target[],
  deadlineMs: number,
): Process {
  const { engine } = invocation.context;
  for (const target of targets) {
    if (target.form !== 'object') continue;
    for (;;) {
      try {
        yield* invocation.api.get(target.row, target.namespace, target.name);
        break;
      } catch (error) {
        if (!isNotFound(error)) throw error;
        if (engine.nowMs >= deadlineMs) {
          throw new KubectlError(
            `timed out waiting for the condition on ${qualifiedResource(target.row)}/${target.name}`,
          );
        }
        yield* engine.delay(500);
      }
    }
  }
}
