/**
 * `kubectl set image`: other images for containers.
 *
 * Upstream: staging/src/k8s.io/kubectl/pkg/cmd/set/set_image.go
 */
import { KubectlError } from '../../errors.ts';
import type { Verb } from '../../verb.ts';
import { changeContainers, setAll, setFlags } from './pod-spec.ts';

export const setImage: Verb = {
  name: 'image',
  about: 'Update the image of a pod template',
  usage: 'set image (-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ...',
  flags: setFlags,
  *run(invocation) {
    const { args, flags } = invocation;
    const resources = args.filter((arg) => !arg.includes('='));
    const images = args
      .filter((arg) => arg.includes('='))
      .map((arg): [string, string] => {
        const equals = arg.indexOf('=');
        return [arg.slice(0, equals), arg.slice(equals + 1)];
      });
    const problems: string[] = [];
    if (resources.length === 0 && flags.list('filename').length === 0) {
      problems.push(
        'one or more resources must be specified as <resource> <name> or <resource>/<name>',
      );
    }
    if (images.length === 0) problems.push('at least one image update is required');
    else if (images.length > 1 && images.some(([name]) => name === '*')) {
      problems.push(
        'all containers are already specified by *, but saw more than one container_name=container_image pairs',
      );
    }
    const [problem] = problems;
    if (problem !== undefined) {
      throw new KubectlError(problems.length === 1 ? problem : `[${problems.join(', ')}]`);
    }
    yield* setAll(invocation, resources, 'image', (_, spec) => {
      let changed = spec;
      for (const [name, image] of images) {
        const all = [...(spec.initContainers ?? []), ...spec.containers];
        if (name !== '*' && !all.some((container) => container.name === name)) {
          throw new KubectlError(`unable to find container named ${JSON.stringify(name)}`);
        }
        changed = changeContainers(
          changed,
          (container) => name === '*' || container.name === name,
          (container) => ({ ...container, image }),
        );
      }
      return changed;
    });
  },
};
