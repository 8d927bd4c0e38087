/**
 * `kubectl describe`: an object with what belongs to it, for people to read.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/cmd/describe/describe.go
 * Docs: /docs/reference/kubectl/generated/kubectl_describe/
 */
import { isNotFound } from '../../api/status-error.ts';
import type { Process } from '../../engine/process.ts';
import { eventsOf, writeEvents } from '../describe/events.ts';
import { describerOf } from '../describe/list.ts';
import { Description } from '../describe/text.ts';
import { collect, KubectlError, throwCollected } from '../errors.ts';
import { fetchTarget, infoOf, listTarget, mapResource, resolveTargets } from '../targets.ts';
import type { Info, Target } from '../targets.ts';
import { allNamespacesFlag, fileFlags, selectorFlag } from '../verb.ts';
import type { Invocation, Verb } from '../verb.ts';

export const describe: Verb = {
  name: 'describe',
  about: 'Show details of a specific resource or group of resources',
  usage: 'describe (-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME)',
  flags: [
    ...fileFlags,
    selectorFlag,
    allNamespacesFlag,
    { name: 'show-events', type: 'bool' },
    { name: 'chunk-size', type: 'int' },
  ],
  *run(invocation) {
    const { flags, args } = invocation;
    if (args.length === 0 && flags.list('filename').length === 0) {
      throw new KubectlError(
        'You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported resources.',
      );
    }
    const { targets, errors } = resolveTargets(invocation, {
      args,
      emptySelector: true,
      filenames: flags.list('filename'),
      recursive: flags.bool('recursive'),
      selector: flags.has('selector') ? flags.text('selector') : undefined,
      allNamespaces: flags.bool('all-namespaces'),
    });
    const all = [...errors];
    const found = yield* findInfos(invocation, targets, all);
    const { infos, byPrefix } = found;
    const showEvents = flags.bool('show-events', infos.length === 1 && !byPrefix);
    yield* describeAll(invocation, found, showEvents, all);
    if (infos.length === 0 && all.length === 0) sayNothingFound(invocation, targets);
    throwCollected(all);
  },
};

interface Found {
  readonly infos: readonly Info[];
  /** Whether the name given was only the beginning of theirs. */
  readonly byPrefix: boolean;
}

function* findInfos(
  invocation: Invocation,
  targets: readonly Target[],
  errors: Error[],
): Process<Found> {
  const infos: Info[] = [];
  let byPrefix = false;
  for (const target of targets) {
    try {
      infos.push(...(yield* fetchTarget(invocation, target)));
    } catch (error) {
      const found = isNotFound(error) ? yield* withPrefix(invocation, target) : [];
      if (found.length === 0) collect(errors, error);
      else byPrefix = true;
      infos.push(...found);
    }
  }
  return { infos, byPrefix };
}

/** A name that does not exist is tried as the beginning of one. */
function* withPrefix(invocation: Invocation, target: Target): Process<Info[]> {
  if (target.form !== 'object' || invocation.args.length !== 2) return [];
  const row = mapResource(invocation.context, invocation.args[0] ?? '');
  const { namespace, name } = target;
  const list = yield* listTarget(invocation, {
    form: 'selector',
    row,
    namespace,
    labelSelector: '',
    fieldSelector: '',
  });
  return list.items
    .filter((object) => (object.metadata.name ?? '').startsWith(name))
    .map((object) => infoOf(row, object));
}

function* describeAll(
  invocation: Invocation,
  { infos, byPrefix }: Found,
  showEvents: boolean,
  errors: Error[],
): Process {
  let isFirst = true;
  for (const info of infos) {
    try {
      const text = yield* describeOne(invocation, info, showEvents);
      if (byPrefix) invocation.out.stdout(`${text}\n`);
      else invocation.out.stdout(`${isFirst ? '' : '\n\n'}${text}`);
      isFirst = false;
    } catch (error) {
      collect(errors, error);
    }
  }
}

function* describeOne(
  invocation: Invocation,
  { row, object }: Info,
  showEvents: boolean,
): Process<string> {
  const describer = describerOf(row);
  const text = new Description();
  const hasEvents = showEvents && describer.hasEvents !== false;
  const events = hasEvents ? yield* eventsOf(invocation, object) : [];
  yield* describer.write(text, object, invocation);
  if (hasEvents) writeEvents(text, events, invocation.context.engine.nowMs);
  return text.toString();
}

function sayNothingFound(invocation: Invocation, targets: readonly Target[]): void {
  const isNamespaced = targets.every(({ row }) => row.namespaced);
  const everywhere = invocation.flags.bool('all-namespaces') || !isNamespaced;
  const where = everywhere ? ' found' : ` found in ${invocation.namespace} namespace.`;
  invocation.out.stderr(`No resources${where}\n`);
}
