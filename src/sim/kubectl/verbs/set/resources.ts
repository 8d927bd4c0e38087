/**
 * `kubectl set resources`: requests and limits of containers.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/cmd/set/set_resources.go
 */
import { KubectlError } from '../../errors.ts';
import type { Verb } from '../../verb.ts';
import { changeContainers, setAll, setFlags } from './pod-spec.ts';

export const setResources: Verb = {
  name: 'resources',
  about: 'Update resource requests/limits on objects with pod templates',
  usage: 'set resources (-f FILENAME | TYPE NAME)  ([--limits=LIMITS & --requests=REQUESTS]',
  flags: [
    ...setFlags,
    { name: 'containers', short: 'c', type: 'string' },
    { name: 'limits', type: 'string' },
    { name: 'requests', type: 'string' },
  ],
  *run(invocation) {
    const { flags, args } = invocation;
    const limits = parseList(flags.text('limits'));
    const requests = parseList(flags.text('requests'));
    if (Object.keys(limits).length === 0 && Object.keys(requests).length === 0) {
      throw new KubectlError(
        'you must specify an update to requests or limits (in the form of --requests/--limits)',
      );
    }
    const name = flags.text('containers', '*');
    yield* setAll(invocation, args, 'resource requirements', (_, spec) => {
      const matches = (container: { name: string }): boolean =>
        name === '*' || container.name === name;
      if (!spec.containers.some(matches)) {
        throw new KubectlError(`unable to find container named ${name}`);
      }
      return changeContainers(spec, matches, (container) => ({
        ...container,
        resources: {
          ...container.resources,
          ...(Object.keys(limits).length > 0
            ? { limits: { ...container.resources?.limits, ...limits } }
            : {}),
          ...(Object.keys(requests).length > 0
            ? { requests: { ...container.resources?.requests, ...requests } }
            : {}),
        },
      }));
    });
  },
};

function parseList(text: string): Record<string, string> {
  const list: Record<string, string> = {};
  for (const part of text.split(',').filter((one) => one !== '')) {
    const equals = part.indexOf('=');
    if (equals < 0) {
      throw new KubectlError(`invalid argument syntax ${part}, expected <resource>=<value>`);
    }
    list[part.slice(0, equals)] = part.slice(equals + 1);
  }
  return list;
}
