/**
 * What a reader should know about several objects together: settings that miss one another.
 *
 * Ours: markers in the editor. Each object may be perfectly valid.
 */
import { isJsonObject, valueAt } from '../api/object.ts';
import type { KubeObject } from '../api/object.ts';
import type { PositionNode } from '../api/yaml-positions.ts';
import { podSpecPath } from '../apiserver/validation/not-simulated.ts';

/** An object as it stands in a manifest. */
export interface WrittenObject {
  readonly object: KubeObject;
  readonly positions: PositionNode;
  readonly file: string;
}

/** A remark at a field of one of the objects. */
export interface CrossObjectRemark {
  readonly object: WrittenObject;
  readonly path: string;
  readonly message: string;
}

/** Returns the remarks about objects that stand side by side. */
export function crossObjectRemarks(
  written: readonly WrittenObject[],
): readonly CrossObjectRemark[] {
  return [...idleServices(written), ...overwritten(written)];
}

/** Services whose selector fits no pod and no template beside them. */
function idleServices(written: readonly WrittenObject[]): CrossObjectRemark[] {
  const remarks: CrossObjectRemark[] = [];
  for (const service of written) {
    if (service.object.kind !== 'Service') continue;
    const selector = valueAt(service.object, 'spec', 'selector');
    if (!isJsonObject(selector) || Object.keys(selector).length === 0) continue;
    if (valueAt(service.object, 'spec', 'type') === 'ExternalName') continue;
    const beside = written.filter(
      ({ object }) =>
        podSpecPath(object.kind) !== undefined &&
        namespaceOf(object) === namespaceOf(service.object),
    );
    if (beside.length === 0) continue;
    const isMet = beside.some(({ object }) => {
      const labels = podLabels(object);
      return Object.entries(selector).every(([key, value]) => labels[key] === value);
    });
    if (isMet) continue;
    const message =
      'No Pod of the manifests has all of these labels, so the Service has no endpoints.';
    remarks.push({ object: service, path: 'spec.selector', message });
  }
  return remarks;
}

/** Objects that a later document of the same file puts something else in the place of. */
function overwritten(written: readonly WrittenObject[]): CrossObjectRemark[] {
  const latest = new Map<string, WrittenObject>();
  const remarks: CrossObjectRemark[] = [];
  for (const item of written) {
    const { object, file } = item;
    if (!object.metadata.name) continue;
    const key = [file, object.kind, namespaceOf(object), object.metadata.name].join('/');
    if (latest.has(key)) {
      const message = `The file has a ${object.kind} of this name already: applying the file leaves only this one.`;
      remarks.push({ object: item, path: 'metadata.name', message });
    }
    latest.set(key, item);
  }
  return remarks;
}

function namespaceOf(object: KubeObject): string {
  return object.metadata.namespace || 'default';
}

/** The labels of the pods that an object makes, or of the pod that it is. */
function podLabels(object: KubeObject): Readonly<Record<string, unknown>> {
  const path = podSpecPath(object.kind) ?? '';
  const holder = path.split('.').slice(0, -1);
  const labels = valueAt(object, ...holder, 'metadata', 'labels');
  return isJsonObject(labels) ? labels : {};
}
