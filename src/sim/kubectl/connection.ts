/**
 * Flags that say which cluster is meant and as whom: there is one cluster and one user, so that any other name is
 * refused as by a kubeconfig that lacks it.
 *
 * Upstream: staging/src/k8s.io/client-go/tools/clientcmd client_config.go
 */
import { newUnauthorized } from '../api/status-error.ts';
import type { KubectlFiles } from './context.ts';
import { KubectlError } from './errors.ts';
import type { Flags } from './flags.ts';

/** Refuses names that no kubeconfig here holds. Throws KubectlError and StatusError. */
export function checkConnection(flags: Flags, files: KubectlFiles): void {
  const kubeconfig = flags.text('kubeconfig');
  if (kubeconfig !== '' && files.read(kubeconfig) === undefined) {
    throw new KubectlError(`stat ${kubeconfig}: no such file or directory`);
  }
  const context = flags.text('context');
  if (context !== '') {
    throw new KubectlError(
      `Error in configuration: context was not found for specified context: ${context}`,
      { bare: true },
    );
  }
  const user = flags.text('user');
  if (user !== '') throw new KubectlError(`auth info ${JSON.stringify(user)} does not exist`);
  const cluster = flags.text('cluster');
  if (cluster !== '') {
    throw new KubectlError(`no server found for cluster ${JSON.stringify(cluster)}`);
  }
  if (flags.text('token') !== '') throw newUnauthorized('Unauthorized');
}
