/**
 * `kubectl create deployment`.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/cmd/create/create_deployment.go
 */
import { KubectlError } from '../../errors.ts';
import type { Verb } from '../../verb.ts';
import { createGenerated, generatedFlags, nameArgument } from './generated.ts';

export const createDeployment: Verb = {
  name: 'deployment',
  aliases: ['deploy'],
  about: 'Create a deployment with the specified name',
  usage: 'create deployment NAME --image=image -- [COMMAND] [args...] [options]',
  flags: [
    ...generatedFlags,
    { name: 'image', type: 'strings' },
    { name: 'port', type: 'int' },
    { name: 'replicas', short: 'r', type: 'int' },
  ],
  *run(invocation) {
    const { flags, args, dashAt } = invocation;
    const images = flags.list('image');
    if (!flags.has('image')) throw new KubectlError('required flag(s) "image" not set');
    const name = nameArgument(invocation);
    const command = dashAt < 0 ? [] : args.slice(dashAt);
    if (images.length > 1 && command.length > 0) {
      throw new KubectlError('cannot specify multiple --image options and command');
    }
    const ports = flags.has('port') ? { ports: [{ containerPort: flags.int('port', 0) }] } : {};
    const labels = { app: name };
    const containers = images.map((image) => ({
      name: containerName(image),
      image,
      ...(command.length > 0 ? { command } : {}),
      ...ports,
      resources: {},
    }));
    yield* createGenerated(invocation, 'deployment', 'deployments.apps', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, labels },
      spec: {
        replicas: flags.int('replicas', 1),
        selector: { matchLabels: labels },
        strategy: {},
        template: { metadata: { labels }, spec: { containers } },
      },
      status: {},
    });
  },
};

/** The last part of an image's path, without tag and digest, as the name of a container. */
export function containerName(image: string): string {
  const last = image.slice(image.lastIndexOf('/') + 1);
  const bare = last.split(/[:@]/)[0] ?? '';
  return bare.toLowerCase().replaceAll(/[^a-z0-9-]/g, '-');
}
