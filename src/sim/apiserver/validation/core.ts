/**
 * Validation of the other kinds of the core group.
 *
 * Upstream: pkg/apis/core/validation/validation.go, events.go; pkg/registry/core/node/strategy.go
 */
import { semanticEqual } from '../../api/deep-equal.ts';
import { child, forbidden, index, invalid, key, required, tooLong } from '../../api/field-error.ts';
import type { FieldError } from '../../api/field-error.ts';
import {
  isConfigMapKey,
  isDns1123Label,
  isQualifiedName,
  isValidLabelValue,
} from '../../api/names.ts';
import { isJsonObject } from '../../api/object.ts';
import type { KubeObject } from '../../api/object.ts';
import type {
  ConfigMap,
  Event,
  EventsEvent,
  Namespace,
  Node,
  PodTemplate,
  Secret,
  ServiceAccount,
  Taint,
} from '../../api/types.gen.ts';
import { parseJsonBody } from '../json-body.ts';
import { cidr, immutableMessage, labelName, sortedEntries, textErrors } from './checks.ts';
import { internalForm } from './internal-form.ts';
import type { KindRules } from './kind-rules.ts';
import { utf8Length } from './object-meta.ts';
import { validatePodTemplate } from './pod-spec.ts';
import { templateWarnings } from './pod-warnings.ts';
import { resourceQuantity } from './resources.ts';
import { taintEffect } from './scheduling.ts';

/** Bytes that a ConfigMap or Secret may hold: 1 MiB. Upstream: MaxSecretSize */
const dataBytesMax = 1024 * 1024;

/** Rules of Namespaces. */
export const namespaceRules: KindRules<Namespace> = { name: isDns1123Label };

function node(object: Node): FieldError[] {
  const { spec } = object;
  const errors: FieldError[] = [];
  const pairs = new Set<string>();
  for (const [i, taint] of (spec?.taints ?? []).entries()) {
    // Upstream gives taints this path, although they stand in the spec.
    const at = index('metadata.taints', i);
    errors.push(...taintErrors(at, taint));
    const pair = `${taint.effect} ${taint.key}`;
    if (pairs.has(pair)) {
      const detail = 'taints must be unique by key and effect pair';
      const badValue = internalForm('Taint', taint);
      errors.push({ type: 'FieldValueDuplicate', field: at, badValue, detail });
    }
    pairs.add(pair);
  }
  errors.push(...nodeCapacity(object));
  for (const [i, range] of (spec?.podCIDRs ?? []).entries()) {
    errors.push(...cidr(index('spec.podCIDRs', i), range));
  }
  return errors;
}

function nodeCapacity({ status }: Node): FieldError[] {
  return (['capacity', 'allocatable'] as const).flatMap((field) =>
    sortedEntries(status?.[field]).flatMap(([name, text]) =>
      resourceQuantity(child('status', field, name), name, text),
    ),
  );
}

function taintErrors(path: string, { key: name, value = '', effect }: Taint): FieldError[] {
  const errors = labelName(child(path, 'key'), name);
  const texts = isValidLabelValue(value);
  if (texts.length > 0) errors.push(invalid(child(path, 'value'), value, texts.join(';')));
  return [...errors, ...taintEffect(child(path, 'effect'), effect, false)];
}

/** Rules of Nodes: their address ranges and provider may be set once. */
export const nodeRules: KindRules<Node> = {
  create: node,
  update(next, old) {
    const errors = node(next);
    const before = old.spec?.podCIDRs ?? [];
    if (before.length > 0 && !semanticEqual(before, next.spec?.podCIDRs ?? [])) {
      const detail = 'node updates may not change podCIDR except from "" to valid';
      errors.push(forbidden('spec.podCIDRs', detail));
    }
    if (old.spec?.providerID && old.spec.providerID !== next.spec?.providerID) {
      const detail = 'node updates may not change providerID except from "" to valid';
      errors.push(forbidden('spec.providerID', detail));
    }
    if (next.spec?.externalID !== old.spec?.externalID) {
      errors.push(forbidden('spec.externalID', 'may not be updated'));
    }
    return errors;
  },
  subresources: {
    status: nodeCapacity,
  },
};

function configMap({ data = {}, binaryData = {} }: ConfigMap): FieldError[] {
  const errors: FieldError[] = [];
  let bytes = 0;
  for (const [name, value] of sortedEntries(data)) {
    const at = key('data', name);
    errors.push(...textErrors(at, name, isConfigMapKey));
    if (binaryData[name] !== undefined) {
      errors.push(invalid(at, name, 'duplicate of key present in binaryData'));
    }
    bytes += utf8Length(value);
  }
  for (const [name, value] of sortedEntries(binaryData)) {
    errors.push(...textErrors(key('binaryData', name), name, isConfigMapKey));
    bytes += base64Length(value);
  }
  // The path is that of upstream, which names no field here.
  if (bytes > dataBytesMax) errors.push(tooLong('[]', dataBytesMax));
  return errors;
}

function base64Length(text: string): number {
  return Math.floor((text.length * 3) / 4) - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0);
}

/** Once `immutable` is set, neither it nor the data changes. */
function frozenData<T extends KubeObject & { readonly immutable?: boolean | undefined }>(
  object: T,
  old: T,
  fields: readonly (keyof T & string)[],
): FieldError[] {
  if (old.immutable !== true) return [];
  const detail = 'field is immutable when `immutable` is set';
  const errors = object.immutable === true ? [] : [forbidden('immutable', detail)];
  const changed = fields.filter((field) => !semanticEqual(object[field], old[field]));
  return [...errors, ...changed.map((field) => forbidden(field, detail))];
}

/** Rules of ConfigMaps. */
export const configMapRules: KindRules<ConfigMap> = {
  rechecksMetadata: true,
  create: configMap,
  update: (next, old) => [...frozenData(next, old, ['data', 'binaryData']), ...configMap(next)],
};

/** Keys that a Secret of each type must have. */
const secretKeys: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
};

function secret({ metadata, data = {}, type = '' }: Secret): FieldError[] {
  const errors: FieldError[] = [];
  let bytes = 0;
  for (const [name, value] of sortedEntries(data)) {
    errors.push(...textErrors(key('data', name), name, isConfigMapKey));
    bytes += base64Length(value);
  }
  if (bytes > dataBytesMax) errors.push(tooLong('data', dataBytesMax));
  if (type === 'kubernetes.io/service-account-token') {
    const name = 'kubernetes.io/service-account.name';
    if (!metadata.annotations?.[name]) errors.push(required(key('metadata.annotations', name)));
  }
  if (type === 'kubernetes.io/basic-auth' && !('username' in data) && !('password' in data)) {
    errors.push(required(key('data', 'username')), required(key('data', 'password')));
  }
  for (const name of secretKeys[type] ?? []) {
    const value = data[name];
    const isMissing = value === undefined || (type === 'kubernetes.io/ssh-auth' && value === '');
    if (isMissing) errors.push(required(key('data', name)));
    else if (name.startsWith('.docker')) errors.push(...jsonErrors(key('data', name), value));
  }
  return errors;
}

function jsonErrors(path: string, base64: string): FieldError[] {
  const body = parseJsonBody(atob(base64));
  if (!('error' in body)) return [];
  return [invalid(path, '<secret contents redacted>', body.error)];
}

/** Rules of Secrets, whose type never changes. */
export const secretRules: KindRules<Secret> = {
  rechecksMetadata: true,
  create: secret,
  update: (next, old) => [
    ...(next.type === old.type ? [] : [invalid('type', next.type ?? '', immutableMessage)]),
    ...frozenData(next, old, ['data']),
    ...secret(next),
  ],
};

/** Rules of ServiceAccounts. */
export const serviceAccountRules: KindRules<ServiceAccount> = {};

/** Rules of PodTemplates. */
export const podTemplateRules: KindRules<PodTemplate> = {
  create: ({ template }) => (template ? validatePodTemplate('template', template) : []),
  update: ({ template }) => (template ? validatePodTemplate('template', template) : []),
  warnings: ({ template }) => (template ? templateWarnings('template', template) : []),
};

function event(object: Event | EventsEvent): FieldError[] {
  const isNew = object.apiVersion === 'events.k8s.io/v1';
  const involved = isNew
    ? ((object as EventsEvent).regarding ?? {})
    : (object as Event).involvedObject;
  const namespace = object.metadata?.namespace ?? '';
  const errors: FieldError[] = [];
  const isInOther =
    involved.namespace !== undefined && isJsonObject(involved) && involved.namespace !== namespace;
  if (isInOther) {
    const detail = 'does not match event.namespace';
    errors.push(invalid('involvedObject.namespace', involved.namespace, detail));
  }
  if (!isNew) return errors;
  const { eventTime, reportingController, reportingInstance, action, reason } =
    object as EventsEvent;
  if (eventTime === undefined) return [...errors, required('eventTime')];
  if (!reportingController) errors.push(required('reportingController'));
  else errors.push(...textErrors('reportingController', reportingController, isQualifiedName));
  if (!reportingInstance) errors.push(required('reportingInstance'));
  if (!action) errors.push(required('action'));
  if (!reason) errors.push(required('reason'));
  return errors;
}

/** Rules of Events of both groups. */
export const eventRules: KindRules<Event & EventsEvent> = { create: event, update: event };
