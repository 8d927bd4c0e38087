/**
 * Mutating admission, in the order of the plugins that are on by default and matter here.
 *
 * Upstream: pkg/kubeapiserver/options/plugins.go AllOrderedPlugins
 * Docs: /docs/reference/access-authn-authz/admission-controllers/
 * Simplified: NamespaceLifecycle, ServiceAccount, Priority, DefaultTolerationSeconds, TaintNodesByCondition only.
 */
import type { KindRow } from '../api/kinds.ts';
import { nameOf, valueAt } from '../api/object.ts';
import type { KubeObject } from '../api/object.ts';
import { StatusError, newForbidden, newNotFound } from '../api/status-error.ts';
import { builtInKindTable } from '../api/kinds.ts';
import type { Node, Pod } from '../api/types.gen.ts';
import { admitPod } from './defaults/admission.ts';
import type { StrategyContext } from './strategy.ts';

const notReadyTaint = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };

/** Returns the object as admission leaves it. Throws StatusError. */
export function admitCreate(
  row: KindRow,
  object: KubeObject,
  context: StrategyContext,
): KubeObject {
  checkNamespace(row, object, context);
  if (row.kind === 'Pod') return admitPod(object as Pod, context);
  if (row.kind === 'Node') return taintNewNode(object as Node);
  return object;
}

/** NamespaceLifecycle: nothing is created in a namespace that is missing or going away. */
function checkNamespace(row: KindRow, object: KubeObject, context: StrategyContext): void {
  if (!row.namespaced) return;
  const name = object.metadata.namespace ?? '';
  const namespace = context.get('Namespace', '', name);
  if (namespace === undefined) {
    const namespaces = builtInKindTable.byKind('v1', 'Namespace');
    throw newNotFound(namespaces ?? row, name);
  }
  if (valueAt(namespace, 'status', 'phase') === 'Terminating') {
    const { status } = newForbidden(
      row,
      nameOf(object) || (object.metadata.generateName ?? ''),
      `unable to create new content in namespace ${name} because it is being terminated`,
    );
    // Controllers tell this refusal from others by its cause.
    const message = `namespace ${name} is being terminated`;
    const cause = { reason: 'NamespaceTerminating', message, field: 'metadata.namespace' };
    throw new StatusError({ ...status, details: { ...status.details, causes: [cause] } });
  }
}

/** TaintNodesByCondition: a new node takes no pods until its controller has seen it ready. */
function taintNewNode(node: Node): Node {
  const taints = node.spec?.taints ?? [];
  const isTainted = taints.some((taint) => taint.key === notReadyTaint.key);
  if (isTainted) return node;
  return { ...node, spec: { ...node.spec, taints: [...taints, notReadyTaint] } };
}
