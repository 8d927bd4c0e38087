/**
 * `kubectl create namespace` and `kubectl create serviceaccount`: objects that are only a name.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/cmd/create/create_namespace.go, create_serviceaccount.go
 */
import type { Verb } from '../../verb.ts';
import { createGenerated, generatedFlags, nameArgument } from './generated.ts';

export const createNamespace: Verb = {
  name: 'namespace',
  aliases: ['ns'],
  about: 'Create a namespace with the specified name',
  usage: 'create namespace NAME [--dry-run=server|client|none]',
  flags: generatedFlags,
  *run(invocation) {
    const name = nameArgument(invocation);
    yield* createGenerated(invocation, 'namespace', 'namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name },
      spec: {},
      status: {},
    });
  },
};

export const createServiceAccount: Verb = {
  name: 'serviceaccount',
  aliases: ['sa'],
  about: 'Create a service account with the specified name',
  usage: 'create serviceaccount NAME [--dry-run=server|client|none]',
  flags: generatedFlags,
  *run(invocation) {
    const name = nameArgument(invocation);
    yield* createGenerated(invocation, 'serviceaccount', 'serviceaccounts', {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name },
    });
  },
};
