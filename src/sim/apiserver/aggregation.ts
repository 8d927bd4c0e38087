/**
 * API groups that another server answers, through this one.
 *
 * Upstream: staging/src/k8s.io/kube-aggregator
 * Docs: /docs/concepts/extend-kubernetes/api-extension/apiserver-aggregation/
 */
import { newServiceUnavailable } from '../api/status-error.ts';
import type { Process } from '../engine/process.ts';
import type { ApiRequest, ApiResponse } from './request.ts';

/** A server behind this one. */
export interface ExtensionServer {
  serve(request: ApiRequest): Process<ApiResponse>;
}

/** The groups of other servers. `find` gives undefined while the server does not run. */
export class Aggregation {
  readonly #servers = new Map<string, () => ExtensionServer | undefined>();

  register(group: string, find: () => ExtensionServer | undefined): void {
    this.#servers.set(group, find);
  }

  has(group: string): boolean {
    return this.#servers.has(group);
  }

  /** Hands a request on. Throws 503 while nobody answers. */
  *serve(request: ApiRequest): Process<ApiResponse> {
    const server = this.#servers.get(request.group)?.();
    if (server === undefined) {
      throw newServiceUnavailable('the server is currently unable to handle the request');
    }
    return yield* server.serve(request);
  }
}
