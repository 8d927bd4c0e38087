/**
 * Validation of LimitRanges and ResourceQuotas.
 *
 * Upstream: pkg/apis/core/validation/validation.go ValidateLimitRange, ValidateResourceQuotaSpec
 */
import {
  child,
  duplicate,
  forbidden,
  index,
  invalid,
  key,
  required,
} from '../../api/field-error.ts';
import type { FieldError } from '../../api/field-error.ts';
import { isQualifiedName } from '../../api/names.ts';
import { compareQuantities, parseQuantity, quantityFromValue } from '../../api/quantity.ts';
import type {
  LimitRange,
  LimitRangeItem,
  ResourceQuota,
  ResourceQuotaSpec,
} from '../../api/types.gen.ts';
import { sortedEntries, textErrors } from './checks.ts';
import type { KindRules } from './kind-rules.ts';
import {
  isStandardQuotaResource,
  quotaResourceName,
  resourceName,
  resourceQuantity,
} from './resources.ts';

const limitTypes = ['Pod', 'Container', 'PersistentVolumeClaim'];

function isMore(a: string, b: string): boolean {
  return compareQuantities(parseQuantity(a), parseQuantity(b)) > 0;
}

function limitRange({ spec }: LimitRange): FieldError[] {
  const types = new Set<string>();
  return (spec?.limits ?? []).flatMap((item, i) => {
    const at = index('spec.limits', i);
    const errors = textErrors(child(at, 'type'), item.type, isQualifiedName);
    if (errors.length === 0 && !item.type.includes('/') && !limitTypes.includes(item.type)) {
      const detail = 'must be a standard limit type or fully qualified';
      errors.push(invalid(child(at, 'type'), item.type, detail));
    }
    if (types.has(item.type)) errors.push(duplicate(child(at, 'type'), item.type));
    types.add(item.type);
    return [...errors, ...limitItem(at, item)];
  });
}

function limitItem(path: string, item: LimitRangeItem): FieldError[] {
  const errors: FieldError[] = [];
  for (const field of [
    'max',
    'min',
    'default',
    'defaultRequest',
    'maxLimitRequestRatio',
  ] as const) {
    const list = item[field];
    if (!list) continue;
    const at = child(path, field);
    if (item.type === 'Pod' && field.startsWith('default')) {
      errors.push(forbidden(at, "may not be specified when `type` is 'Pod'"));
      continue;
    }
    for (const [name] of sortedEntries(list)) errors.push(...resourceName(key(at, name), name));
  }
  if (item.type === 'PersistentVolumeClaim' && !item.min?.storage && !item.max?.storage) {
    const detail = 'either minimum or maximum storage value is required, but neither was provided';
    errors.push(required(child(path, 'limits'), detail));
  }
  const lists = [item.max, item.min, item.default, item.defaultRequest, item.maxLimitRequestRatio];
  const names = new Set(lists.flatMap((list) => Object.keys(list ?? {})));
  for (const name of [...names].sort()) errors.push(...limitOrder(path, item, name));
  return errors;
}

function limitOrder(path: string, item: LimitRangeItem, name: string): FieldError[] {
  const errors: FieldError[] = [];
  const values = {
    min: item.min?.[name],
    max: item.max?.[name],
    default: item.default?.[name],
    defaultRequest: item.defaultRequest?.[name],
  };
  const words = {
    min: 'min value',
    max: 'max value',
    default: 'default value',
    defaultRequest: 'default request value',
  };
  const notAbove = (low: keyof typeof values, high: keyof typeof values, at = low): void => {
    const [a, b] = [values[low], values[high]];
    if (a === undefined || b === undefined || !isMore(a, b)) return;
    const detail = `${words[low]} ${a} is greater than ${words[high]} ${b}`;
    errors.push(invalid(key(child(path, at), name), values[at] ?? '', detail));
  };
  notAbove('min', 'max');
  notAbove('min', 'defaultRequest', 'defaultRequest');
  notAbove('defaultRequest', 'max');
  notAbove('defaultRequest', 'default');
  notAbove('min', 'default');
  notAbove('default', 'max');
  const ratio = item.maxLimitRequestRatio?.[name];
  if (ratio === undefined) return errors;
  const at = key(child(path, 'maxLimitRequestRatio'), name);
  if (compareQuantities(parseQuantity(ratio), quantityFromValue(1)) < 0) {
    errors.push(invalid(at, ratio, `ratio ${ratio} is less than 1`));
  }
  return errors;
}

/** Rules of LimitRanges. */
export const limitRangeRules: KindRules<LimitRange> = { create: limitRange, update: limitRange };

const scopes = [
  'Terminating',
  'NotTerminating',
  'BestEffort',
  'NotBestEffort',
  'PriorityClass',
  'CrossNamespacePodAffinity',
  'VolumeAttributesClass',
];
const conflicts = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
] as const;

const podResources =
  /^(pods|cpu|memory|ephemeral-storage|(requests|limits)\.(cpu|memory|ephemeral-storage))$/;
const claimResources = /^(persistentvolumeclaims|requests\.storage)$/;

function quotaSpec(spec: ResourceQuotaSpec): FieldError[] {
  const errors: FieldError[] = [];
  for (const [name, text] of sortedEntries(spec.hard)) {
    const at = key('spec.hard', name);
    errors.push(...quotaResourceName(at, name), ...resourceQuantity(at, name, text));
  }
  errors.push(...quotaScopes(spec));
  for (const term of spec.scopeSelector?.matchExpressions ?? []) {
    const at = 'spec.scopeSelector.matchExpressions';
    const values = term.values ?? [];
    if ((term.operator === 'In' || term.operator === 'NotIn') && values.length === 0) {
      const detail =
        "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector";
      errors.push(required(child(at, 'values'), detail));
    }
  }
  return errors;
}

function scopeFits(scope: string, resource: string): boolean {
  if (!scopes.includes(scope)) return true;
  if (scope === 'BestEffort') return resource === 'pods';
  const resources = scope === 'VolumeAttributesClass' ? claimResources : podResources;
  return resources.test(resource);
}

function quotaScopes(spec: ResourceQuotaSpec): FieldError[] {
  const errors: FieldError[] = [];
  const given = spec.scopes ?? [];
  for (const scope of given) {
    if (!scopes.includes(scope)) errors.push(invalid('spec.scopes', given, 'unsupported scope'));
    for (const name of Object.keys(spec.hard ?? {}).sort()) {
      if (!isStandardQuotaResource(name) || scopeFits(scope, name)) continue;
      errors.push(invalid('spec.scopes', given, 'unsupported scope applied to resource'));
    }
  }
  for (const pair of conflicts) {
    if (!pair.every((scope) => given.includes(scope))) continue;
    errors.push(invalid('spec.scopes', given, 'conflicting scopes'));
  }
  return errors;
}

/** Rules of ResourceQuotas. */
export const resourceQuotaRules: KindRules<ResourceQuota> = {
  create: ({ spec }) => quotaSpec(spec ?? {}),
  update: ({ spec }) => quotaSpec(spec ?? {}),
};
