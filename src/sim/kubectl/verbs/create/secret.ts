/**
 * `kubectl create secret generic`.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/cmd/create/create_secret.go
 * Simplified: no `docker-registry` and no `tls`.
 */
import { encodeBase64 } from '../../base64.ts';
import { helpOf } from '../../help.ts';
import type { Verb } from '../../verb.ts';
import { createGenerated, generatedFlags, nameArgument } from './generated.ts';
import { readSources, sourceFlags } from './literals.ts';

const generic: Verb = {
  name: 'generic',
  about: 'Create a secret from a local file, directory, or literal value',
  usage:
    'create secret generic NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1]',
  flags: [...generatedFlags, ...sourceFlags, { name: 'type', type: 'string' }],
  *run(invocation) {
    const name = nameArgument(invocation);
    const data = readSources(invocation, 'Secret', name);
    const type = invocation.flags.text('type');
    const encoded = [...data].map(([key, value]) => [key, encodeBase64(value)]);
    yield* createGenerated(invocation, 'secret', 'secrets', {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name },
      ...(encoded.length > 0
        ? { data: Object.fromEntries(encoded) as Record<string, string> }
        : {}),
      ...(type === '' ? {} : { type }),
    });
  },
};

export const createSecret: Verb = {
  name: 'secret',
  about: 'Create a secret using a specified subcommand',
  usage: 'create secret (docker-registry | generic | tls)',
  flags: [],
  verbs: [generic],
  *run({ out, path }) {
    out.stdout(helpOf(createSecret, path));
  },
};
