/**
 * `kubectl create configmap`.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/cmd/create/create_configmap.go
 */
import type { Verb } from '../../verb.ts';
import { createGenerated, generatedFlags, nameArgument } from './generated.ts';
import { readSources, sourceFlags } from './literals.ts';

export const createConfigMap: Verb = {
  name: 'configmap',
  aliases: ['cm'],
  about: 'Create a config map from a local file, directory or literal value',
  usage:
    'create configmap NAME [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]',
  flags: [...generatedFlags, ...sourceFlags],
  *run(invocation) {
    const name = nameArgument(invocation);
    const data = readSources(invocation, 'ConfigMap', name);
    yield* createGenerated(invocation, 'configmap', 'configmaps', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name },
      ...(data.size > 0 ? { data: Object.fromEntries(data) } : {}),
    });
  },
};
