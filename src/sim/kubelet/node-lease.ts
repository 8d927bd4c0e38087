/**
 * The node's Lease: renewed every quarter of its duration, the sign of life that the control plane goes by.
 *
 * Upstream: staging/src/k8s.io/component-helpers/apimachinery/lease/controller.go
 * Docs: /docs/concepts/architecture/leases/#node-heart-beats
 */
import { StatusError } from '../api/status-error.ts';
import { formatMicroTime } from '../api/time.ts';
import type { Lease, Node } from '../api/types.gen.ts';
import type { Process } from '../engine/process.ts';
import type { KubeletContext } from './kubelet-context.ts';

const leaseNamespace = 'kube-node-lease';
/** Part of the duration after which a lease is renewed. Upstream: nodeLeaseRenewIntervalFraction */
const renewFraction = 0.25;
/** Upstream: kubelet.go, jitter of the lease controller */
const renewJitter = 0.04;
/** Waits after failures. Upstream: controller.go maxBackoff, maxUpdateRetries */
const firstRetryMs = 100;
const maxRetryMs = 7_000;

/** Renews one node's lease for ever. */
export function* renewLease(context: KubeletContext, node: () => Node | undefined): Process {
  const { engine, random, options } = context;
  const renewMs = options.nodeLeaseDurationSeconds * 1_000 * renewFraction;
  let lease: Lease | undefined;
  let failures = 0;
  for (;;) {
    try {
      lease = yield* renewOnce(context, lease, node());
      failures = 0;
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      lease = undefined;
      yield* engine.delay(Math.min(firstRetryMs * 2 ** failures, maxRetryMs));
      failures += 1;
      continue;
    }
    yield* engine.delay(random.jitter(renewMs, renewJitter));
  }
}

function* renewOnce(
  context: KubeletContext,
  known: Lease | undefined,
  node: Node | undefined,
): Process<Lease> {
  const leases = context.client.of('Lease');
  const name = context.node.name;
  const spec = {
    holderIdentity: name,
    leaseDurationSeconds: context.options.nodeLeaseDurationSeconds,
    renewTime: formatMicroTime(context.engine.nowMs),
  };
  const lease = known ?? (yield* find(context));
  if (lease !== undefined) return yield* leases.update({ ...lease, spec });
  const owner = { apiVersion: 'v1', kind: 'Node', name, uid: node?.metadata.uid ?? '' };
  return yield* leases.create(leaseNamespace, {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      name,
      namespace: leaseNamespace,
      ...(node === undefined ? {} : { ownerReferences: [owner] }),
    },
    spec,
  });
}

function* find(context: KubeletContext): Process<Lease | undefined> {
  try {
    return yield* context.client.of('Lease').get(leaseNamespace, context.node.name);
  } catch (error) {
    if (error instanceof StatusError && error.reason === 'NotFound') return undefined;
    throw error;
  }
}
