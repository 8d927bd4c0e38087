/**
 * `kubectl create service clusterip|nodeport|loadbalancer|externalname`.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/cmd/create/create_service.go
 */
import type { JsonObject } from '../../../api/object.ts';
import { KubectlError } from '../../errors.ts';
import { helpOf } from '../../help.ts';
import type { Verb } from '../../verb.ts';
import { createGenerated, generatedFlags, nameArgument } from './generated.ts';

function serviceOf(name: string, type: string, about: string): Verb {
  return {
    name,
    about,
    usage: `create service ${name} NAME [--tcp=<port>:<targetPort>]`,
    flags: [
      ...generatedFlags,
      { name: 'tcp', type: 'strings' },
      { name: 'clusterip', type: 'string' },
      { name: 'node-port', type: 'int' },
      { name: 'external-name', type: 'string' },
    ],
    *run(invocation) {
      const { flags } = invocation;
      const service = nameArgument(invocation);
      const nodePort = flags.has('node-port') ? { nodePort: flags.int('node-port', 0) } : {};
      const ports = flags.list('tcp').map((text) => ({ ...parsePort(text), ...nodePort }));
      const clusterIP = flags.text('clusterip');
      const externalName = flags.text('external-name');
      if (ports.length === 0 && type !== 'ExternalName' && clusterIP !== 'None') {
        throw new KubectlError('at least one tcp port specifier must be provided');
      }
      const labels = { app: service };
      yield* createGenerated(invocation, `${type} service`, 'services', {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: service, labels },
        spec: {
          ...(clusterIP === '' ? {} : { clusterIP }),
          ...(externalName === '' ? {} : { externalName }),
          ...(ports.length > 0 ? { ports } : {}),
          selector: labels,
          type,
        },
        status: { loadBalancer: {} },
      });
    },
  };
}

function parsePort(text: string): JsonObject {
  const [port = '', target = port] = text.split(':');
  const number = Number(port);
  if (!/^\d+$/.test(port) || number < 1 || number > 65_535) {
    throw new KubectlError(`invalid port ${JSON.stringify(port)}`);
  }
  const name = text.replace(':', '-');
  const targetPort = /^\d+$/.test(target) ? Number(target) : target;
  return { name, port: number, protocol: 'TCP', targetPort };
}

export const createService: Verb = {
  name: 'service',
  aliases: ['svc'],
  about: 'Create a service using a specified subcommand',
  usage: 'create service',
  flags: [],
  verbs: [
    serviceOf('clusterip', 'ClusterIP', 'Create a ClusterIP service'),
    serviceOf('externalname', 'ExternalName', 'Create an ExternalName service'),
    serviceOf('loadbalancer', 'LoadBalancer', 'Create a LoadBalancer service'),
    serviceOf('nodeport', 'NodePort', 'Create a NodePort service'),
  ],
  *run({ out, path }) {
    out.stdout(helpOf(createService, path));
  },
};
