/**
 * How controllers create and delete pods, with the Events that tell of it.
 *
 * Upstream: pkg/controller/controller_utils.go RealPodControl
 */
import { isDns1123Subdomain } from '../api/names.ts';
import { nameOf } from '../api/object.ts';
import type { KubeObject } from '../api/object.ts';
import { isNotFound } from '../api/status-error.ts';
import type { OwnerReference, Pod, PodTemplateSpec } from '../api/types.gen.ts';
import type { ComponentContext } from '../client/component.ts';
import type { Process } from '../engine/process.ts';
import { SyncError, isNamespaceTerminating, retryable } from './worker.ts';

/** Returns the `generateName` of an owner's pods: its name and a dash, where that may begin a name. */
export function podsPrefix(ownerName: string): string {
  const prefix = `${ownerName}-`;
  // The random part follows, so a trailing dash is allowed.
  return isDns1123Subdomain(`${prefix}a`).length === 0 ? prefix : ownerName;
}

/** Makes the pod that a template describes, named by chance after `generateName` and owned by `reference`. */
export function podFromTemplate(
  template: PodTemplateSpec,
  generateName: string,
  reference: OwnerReference,
): unknown {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName,
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
      ...(finalizers === undefined ? {} : { finalizers }),
      ownerReferences: [reference],
    },
    spec: template.spec,
  };
}

/** Creates a pod of a template for its owner, named after it unless `generateName` is given. Throws what the API answered, after an Event that says it. */
export function* createPod(
  context: ComponentContext,
  namespace: string,
  template: PodTemplateSpec,
  owner: KubeObject,
  reference: OwnerReference,
  generateName: string = podsPrefix(nameOf(owner)),
): Process<Pod> {
  if (Object.keys(template.metadata?.labels ?? {}).length === 0) {
    throw new SyncError('unable to create pods, no labels');
  }
  try {
    const body = podFromTemplate(template, generateName, reference);
    const pod = yield* context.client.of('Pod').create(namespace, body);
    context.recorder.event(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${nameOf(pod)}`);
    return pod;
  } catch (thrown) {
    const error = retryable(thrown);
    if (!isNamespaceTerminating(error)) {
      context.recorder.event(owner, 'Warning', 'FailedCreate', `Error creating: ${error.message}`);
    }
    throw error;
  }
}

/** Deletes a pod for its owner. Throws what the API answered; that it is gone already makes no Event. */
export function* deletePod(
  context: ComponentContext,
  namespace: string,
  name: string,
  owner: KubeObject,
): Process {
  try {
    yield* context.client.of('Pod').delete(namespace, name);
    context.recorder.event(owner, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`);
  } catch (thrown) {
    const error = retryable(thrown);
    if (!isNotFound(error)) {
      context.recorder.event(owner, 'Warning', 'FailedDelete', `Error deleting: ${error.message}`);
    }
    throw error;
  }
}
