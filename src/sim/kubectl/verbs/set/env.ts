/**
 * `kubectl set env`: environment variables of containers, set, removed or listed.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/cmd/set/set_env.go
 * Simplified: no `--resolve`, no variables read from standard input.
 */
import type { ConfigMap, Container, EnvVar } from '../../../api/types.gen.ts';
import type { KubeObject } from '../../../api/object.ts';
import type { Process } from '../../../engine/process.ts';
import { KubectlError } from '../../errors.ts';
import { objectName } from '../../names.ts';
import { fetchTarget, mapResource, resolveTargets, visitTargets } from '../../targets.ts';
import type { Invocation, Verb } from '../../verb.ts';
import { changeContainers, podSpecOf, setAll, setFlags } from './pod-spec.ts';

export const setEnv: Verb = {
  name: 'env',
  about: 'Update environment variables on a pod template',
  usage: 'set env RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N',
  flags: [
    ...setFlags,
    { name: 'env', short: 'e', type: 'texts' },
    { name: 'containers', short: 'c', type: 'string' },
    { name: 'from', type: 'string' },
    { name: 'prefix', type: 'string' },
    { name: 'keys', type: 'strings' },
    { name: 'overwrite', type: 'bool' },
    { name: 'list', type: 'bool' },
    { name: 'resolve', type: 'bool', unsupported: true },
  ],
  *run(invocation) {
    const { flags, args } = invocation;
    const isChange = (arg: string): boolean => arg.includes('=') || arg.endsWith('-');
    const resources = args.filter((arg) => !isChange(arg));
    if (resources.length === 0 && flags.list('filename').length === 0) {
      throw new KubectlError(
        'one or more resources must be specified as <resource> <name> or <resource>/<name>',
      );
    }
    if (flags.bool('list')) return yield* listVariables(invocation, resources);
    const changes = [...flags.list('env'), ...args.filter(isChange)];
    const removed = changes
      .filter((change) => !change.includes('='))
      .map((key) => key.slice(0, -1));
    const added: EnvVar[] = changes
      .filter((change) => change.includes('='))
      .map((change) => {
        const equals = change.indexOf('=');
        return { name: change.slice(0, equals), value: change.slice(equals + 1) };
      });
    added.push(...(yield* variablesFrom(invocation)));
    if (added.length === 0 && removed.length === 0) {
      throw new KubectlError('at least one environment variable must be provided');
    }
    const pattern = flags.text('containers', '*');
    yield* setAll(invocation, resources, 'env', ({ row, name }, spec) => {
      const matches = (container: Container): boolean => matchesPattern(container.name, pattern);
      if (!spec.containers.some(matches)) {
        throw new KubectlError(
          `${row.kind} ${name} does not have any containers matching "${pattern}"`,
        );
      }
      return changeContainers(spec, matches, (container) => {
        const env = changeVariables(
          container.env ?? [],
          added,
          removed,
          flags.bool('overwrite', true),
        );
        const { env: _, ...rest } = container;
        return env.length === 0 ? rest : { ...rest, env };
      });
    });
    return 0;
  },
};

function changeVariables(
  present: readonly EnvVar[],
  added: readonly EnvVar[],
  removed: readonly string[],
  overwrite: boolean,
): EnvVar[] {
  const result = [...present];
  for (const variable of added) {
    const at = result.findIndex((one) => one.name === variable.name);
    if (at >= 0 && !overwrite && result[at]?.value !== variable.value) {
      throw new KubectlError(
        `'${variable.name}' already has a value (${result[at]?.value ?? ''}), and --overwrite is false`,
      );
    }
    if (at >= 0) result[at] = variable;
    else result.push(variable);
  }
  return result.filter((variable) => !removed.includes(variable.name));
}

/** The keys of a ConfigMap or Secret as variables, for `--from`. */
function* variablesFrom(invocation: Invocation): Process<EnvVar[]> {
  const { flags } = invocation;
  const from = flags.text('from');
  if (from === '') return [];
  const prefix = flags.text('prefix');
  const { targets } = resolveTargets(invocation, { args: [from] });
  const variables: EnvVar[] = [];
  for (const target of targets) {
    for (const { row, name, object } of yield* fetchTarget(invocation, target)) {
      const { data } = object as KubeObject & Pick<ConfigMap, 'data'>;
      for (const key of Object.keys(data ?? {}).sort()) {
        if (flags.list('keys').length > 0 && !flags.list('keys').includes(key)) continue;
        const reference = { name, key };
        const isSecret = row === mapResource(invocation.context, 'secrets');
        variables.push({
          name: prefix + key.toUpperCase().replaceAll(/[^A-Z0-9_]/g, '_'),
          valueFrom: isSecret ? { secretKeyRef: reference } : { configMapKeyRef: reference },
        });
      }
    }
  }
  return variables;
}

function matchesPattern(name: string, pattern: string): boolean {
  if (pattern === '*') return true;
  if (!pattern.includes('*')) return name === pattern;
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(name);
}

function* listVariables(invocation: Invocation, resources: readonly string[]): Process<number> {
  const { flags, out } = invocation;
  const { targets, errors } = resolveTargets(invocation, {
    args: resources,
    filenames: flags.list('filename'),
    selector: flags.has('selector') ? flags.text('selector') : undefined,
    emptySelector: flags.bool('all'),
  });
  yield* visitTargets(invocation, targets, errors, function* (info) {
    const spec = podSpecOf(info);
    for (const container of [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])]) {
      if (!matchesPattern(container.name, flags.text('containers', '*'))) continue;
      out.stdout(`# ${objectName(info.row, info.name)}, container ${container.name}\n`);
      for (const variable of container.env ?? []) out.stdout(`${variableText(variable)}\n`);
    }
  });
  return 0;
}

function variableText({ name, value, valueFrom }: EnvVar): string {
  if (!valueFrom) return `${name}=${value ?? ''}`;
  const { configMapKeyRef, secretKeyRef, fieldRef } = valueFrom;
  if (configMapKeyRef) {
    return `# ${name} from configmap ${configMapKeyRef.name ?? ''}, key ${configMapKeyRef.key}`;
  }
  if (secretKeyRef)
    return `# ${name} from secret ${secretKeyRef.name ?? ''}, key ${secretKeyRef.key}`;
  return `# ${name} from field path ${fieldRef?.fieldPath ?? ''}`;
}
