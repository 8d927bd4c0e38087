/**
 * Loads parts of the simulator into its worker, each a file of its own. What a part holds: src/sim/part.ts.
 */
import { takeMissingParts } from '#sim/part.ts';
import type { PartName } from '#sim/part.ts';

const files: Readonly<Record<PartName, () => Promise<unknown>>> = {
  agnhost: () => import('#sim/parts/agnhost.ts'),
  autoscaling: () => import('#sim/parts/autoscaling.ts'),
  cel: () => import('#sim/parts/cel.ts'),
  daemonsets: () => import('#sim/parts/daemonsets.ts'),
  endpoints: () => import('#sim/parts/endpoints.ts'),
  haproxy: () => import('#sim/parts/haproxy.ts'),
  jobs: () => import('#sim/parts/jobs.ts'),
  'kubectl-change': () => import('#sim/parts/kubectl-change.ts'),
  'kubectl-delete': () => import('#sim/parts/kubectl-delete.ts'),
  'kubectl-describe': () => import('#sim/parts/kubectl-describe.ts'),
  'kubectl-get': () => import('#sim/parts/kubectl-get.ts'),
  'kubectl-logs': () => import('#sim/parts/kubectl-logs.ts'),
  'kubectl-nodes': () => import('#sim/parts/kubectl-nodes.ts'),
  'kubectl-output': () => import('#sim/parts/kubectl-output.ts'),
  'kubectl-wait': () => import('#sim/parts/kubectl-wait.ts'),
  nginx: () => import('#sim/parts/nginx.ts'),
  'other-kinds': () => import('#sim/parts/other-kinds.ts'),
  servers: () => import('#sim/parts/servers.ts'),
  shell: () => import('#sim/parts/shell.ts'),
  statefulsets: () => import('#sim/parts/statefulsets.ts'),
  storage: () => import('#sim/parts/storage.ts'),
  'tools-files': () => import('#sim/parts/tools-files.ts'),
  'tools-network': () => import('#sim/parts/tools-network.ts'),
  'tools-text': () => import('#sim/parts/tools-text.ts'),
  yaml: () => import('#sim/parts/yaml.ts'),
  refusals: () => import('#sim/parts/refusals.ts'),
  load: () => import('#sim/parts/load.ts'),
  probes: () => import('#sim/parts/probes.ts'),
};

/** A file of the simulation did not come: there is no network, or the site has changed. */
export class LoadingError extends Error {
  override readonly name = 'LoadingError';
}

/** Loads a file. Throws LoadingError. */
export async function load<T>(file: () => Promise<T>): Promise<T> {
  try {
    return await file();
  } catch (error) {
    throw new LoadingError('a file of the simulation did not come', { cause: error });
  }
}

/** Loads parts, all at once. Throws LoadingError. */
export async function loadParts(names: readonly PartName[]): Promise<void> {
  await Promise.all(names.map((name) => load(files[name])));
}

/** Something was done with a simulator that lacked parts: it must be done again. */
class Incomplete extends Error {
  readonly parts: readonly PartName[];

  constructor(parts: readonly PartName[]) {
    super(`parts of the simulator are not there: ${parts.join(', ')}`);
    this.parts = parts;
  }
}

/** Does something with the simulator, at one go. Throws when parts were missing, whatever came of it. */
export function complete<T>(act: () => T): T {
  let result: T | undefined;
  let problem: unknown;
  let hasFailed = false;
  try {
    result = act();
  } catch (error) {
    problem = error;
    hasFailed = true;
  }
  const missing = takeMissingParts();
  if (missing.length > 0) throw new Incomplete(missing);
  if (hasFailed) throw problem;
  return result as T;
}

/** Does something with the simulator, again from its beginning after each part that was missing. Throws LoadingError. */
export async function withParts<T>(act: () => T | Promise<T>): Promise<T> {
  const loaded = new Set<PartName>();
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof Incomplete) || error.parts.some((part) => loaded.has(part))) {
        throw error;
      }
      await loadParts(error.parts);
      for (const part of error.parts) loaded.add(part);
    }
  }
}
