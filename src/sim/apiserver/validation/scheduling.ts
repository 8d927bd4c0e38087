/**
 * Checks of what a pod asks of its node: affinity, tolerations, spreading, gates.
 *
 * Upstream: pkg/apis/core/validation/validation.go validateAffinity, ValidateTolerations,
 * validateTopologySpreadConstraints, validateSchedulingGates
 */
import { child, duplicate, index, invalid, notSupported, required } from '../../api/field-error.ts';
import type { FieldError } from '../../api/field-error.ts';
import { isDns1123Subdomain, isValidLabelValue } from '../../api/names.ts';
import type {
  Affinity,
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinityTerm,
  PodSchedulingGate,
  Toleration,
  TopologySpreadConstraint,
} from '../../api/types.gen.ts';
import { dns1123Label, labelName, labelSelector, operatorErrors, textErrors } from './checks.ts';

const requiredField = 'requiredDuringSchedulingIgnoredDuringExecution';
const preferredField = 'preferredDuringSchedulingIgnoredDuringExecution';

/** Checks affinity to nodes and to other pods. */
export function validateAffinity(path: string, affinity: Affinity | undefined): FieldError[] {
  if (!affinity) return [];
  const errors: FieldError[] = [];
  const { nodeAffinity } = affinity;
  if (nodeAffinity) {
    const at = child(path, 'nodeAffinity');
    const selector = nodeAffinity[requiredField];
    if (selector) errors.push(...validateNodeSelector(child(at, requiredField), selector));
    for (const [i, term] of (nodeAffinity[preferredField] ?? []).entries()) {
      const termPath = index(child(at, preferredField), i);
      errors.push(...weight(termPath, term.weight));
      errors.push(...nodeSelectorTerm(child(termPath, 'preference'), term.preference, false));
    }
  }
  for (const name of ['podAffinity', 'podAntiAffinity'] as const) {
    const at = child(path, name);
    for (const [i, term] of (affinity[name]?.[requiredField] ?? []).entries()) {
      errors.push(...podAffinityTerm(index(child(at, requiredField), i), term));
    }
    for (const [i, term] of (affinity[name]?.[preferredField] ?? []).entries()) {
      const termPath = index(child(at, preferredField), i);
      errors.push(...weight(termPath, term.weight));
      errors.push(...podAffinityTerm(child(termPath, 'podAffinityTerm'), term.podAffinityTerm));
    }
  }
  return errors;
}

function weight(path: string, value: number): FieldError[] {
  if (value >= 1 && value <= 100) return [];
  return [invalid(child(path, 'weight'), value, 'must be in the range 1-100')];
}

/** Checks a selector of nodes. */
export function validateNodeSelector(path: string, selector: NodeSelector): FieldError[] {
  const at = child(path, 'nodeSelectorTerms');
  if (selector.nodeSelectorTerms.length === 0) {
    return [required(at, 'must have at least one node selector term')];
  }
  return selector.nodeSelectorTerms.flatMap((term, i) => nodeSelectorTerm(index(at, i), term));
}

/** Preferred terms may ask for label values that no node can have. */
function nodeSelectorTerm(path: string, term: NodeSelectorTerm, checksValues = true): FieldError[] {
  return [
    ...(term.matchExpressions ?? []).flatMap((requirement, i) =>
      nodeRequirement(index(child(path, 'matchExpressions'), i), requirement, checksValues),
    ),
    ...(term.matchFields ?? []).flatMap((requirement, i) =>
      nodeFieldRequirement(index(child(path, 'matchFields'), i), requirement),
    ),
  ];
}

function nodeRequirement(
  path: string,
  requirement: NodeSelectorRequirement,
  checksValues: boolean,
): FieldError[] {
  const { key, operator, values = [] } = requirement;
  return [
    ...operatorErrors(path, operator, values, true),
    ...labelName(child(path, 'key'), key),
    ...(checksValues ? values : []).flatMap((value, i) =>
      textErrors(index(child(path, 'values'), i), value, isValidLabelValue),
    ),
  ];
}

function nodeFieldRequirement(path: string, requirement: NodeSelectorRequirement): FieldError[] {
  const { key, operator, values = [] } = requirement;
  const errors: FieldError[] = [];
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length !== 1) {
      const detail =
        "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
      errors.push(required(child(path, 'values'), detail));
    }
  } else errors.push(invalid(child(path, 'operator'), operator, 'not a valid selector operator'));
  if (key !== 'metadata.name') {
    errors.push(invalid(child(path, 'key'), key, 'not a valid field selector key'));
    return errors;
  }
  for (const [i, value] of values.entries()) {
    errors.push(...textErrors(index(child(path, 'values'), i), value, isDns1123Subdomain));
  }
  return errors;
}

function podAffinityTerm(path: string, term: PodAffinityTerm): FieldError[] {
  return [
    ...labelSelector(child(path, 'labelSelector'), term.labelSelector),
    ...labelSelector(child(path, 'namespaceSelector'), term.namespaceSelector),
    ...(term.namespaces ?? []).flatMap((name) => dns1123Label(child(path, 'namespace'), name)),
    ...topologyKey(child(path, 'topologyKey'), term.topologyKey),
  ];
}

function topologyKey(path: string, value: string): FieldError[] {
  const errors = value === '' ? [required(path, 'can not be empty')] : [];
  return [...errors, ...labelName(path, value)];
}

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/** Checks what a taint does to pods. */
export function taintEffect(path: string, effect: string, mayBeEmpty: boolean): FieldError[] {
  if (effect === '') return mayBeEmpty ? [] : [required(path)];
  return effects.includes(effect) ? [] : [notSupported(path, effect, effects)];
}

/** Checks which taints a pod tolerates. */
export function validateTolerations(
  path: string,
  tolerations: readonly Toleration[] | undefined,
): FieldError[] {
  return (tolerations ?? []).flatMap((toleration, i) => {
    const at = index(path, i);
    const operatorPath = child(at, 'operator');
    const { key = '', operator = '', value = '', effect = '' } = toleration;
    const errors = key === '' ? [] : labelName(child(at, 'key'), key);
    if (key === '' && operator !== 'Exists') {
      const detail =
        'operator must be Exists when `key` is empty, which means "match all values and all keys"';
      errors.push(invalid(operatorPath, operator, detail));
    }
    if (toleration.tolerationSeconds !== undefined && effect !== 'NoExecute') {
      const detail = "effect must be 'NoExecute' when `tolerationSeconds` is set";
      errors.push(invalid(child(at, 'effect'), effect, detail));
    }
    if (operator === 'Equal' || operator === '') {
      const texts = isValidLabelValue(value);
      if (texts.length > 0) errors.push(invalid(operatorPath, value, texts.join(';')));
    } else if (operator === 'Exists') {
      const detail = "value must be empty when `operator` is 'Exists'";
      if (value !== '') errors.push(invalid(operatorPath, value, detail));
    } else errors.push(notSupported(operatorPath, operator, ['Equal', 'Exists']));
    errors.push(...taintEffect(child(at, 'effect'), effect, true));
    return errors;
  });
}

/** Checks how a pod is spread over the topology. */
export function validateSpread(
  path: string,
  constraints: readonly TopologySpreadConstraint[] | undefined,
): FieldError[] {
  const list = constraints ?? [];
  return list.flatMap((constraint, i) => {
    const at = index(path, i);
    const { maxSkew, topologyKey: topology, whenUnsatisfiable } = constraint;
    const errors: FieldError[] = [];
    if (maxSkew <= 0) {
      errors.push(invalid(child(at, 'maxSkew'), maxSkew, 'must be greater than zero'));
    }
    errors.push(...topologyKey(child(at, 'topologyKey'), topology));
    const actions = ['DoNotSchedule', 'ScheduleAnyway'];
    if (!actions.includes(whenUnsatisfiable)) {
      errors.push(notSupported(child(at, 'whenUnsatisfiable'), whenUnsatisfiable, actions));
    }
    const isRepeated = list
      .slice(i + 1)
      .some((o) => o.topologyKey === topology && o.whenUnsatisfiable === whenUnsatisfiable);
    if (isRepeated) {
      const pair = child(at, '{topologyKey, whenUnsatisfiable}');
      errors.push(duplicate(pair, `{${topology}, ${whenUnsatisfiable}}`));
    }
    errors.push(...spreadOptions(at, constraint));
    errors.push(...labelSelector(child(at, 'labelSelector'), constraint.labelSelector));
    return errors;
  });
}

function spreadOptions(path: string, constraint: TopologySpreadConstraint): FieldError[] {
  const errors: FieldError[] = [];
  const { minDomains, whenUnsatisfiable } = constraint;
  if (minDomains !== undefined) {
    const at = child(path, 'minDomains');
    if (minDomains <= 0) errors.push(invalid(at, minDomains, 'must be greater than zero'));
    if (whenUnsatisfiable !== 'DoNotSchedule') {
      const detail =
        'can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ScheduleAnyway';
      errors.push(invalid(at, minDomains, detail));
    }
  }
  for (const field of ['nodeAffinityPolicy', 'nodeTaintsPolicy'] as const) {
    const value = constraint[field];
    const policies = ['Honor', 'Ignore'];
    if (value === undefined || policies.includes(value)) continue;
    errors.push(notSupported(child(path, field), value, policies));
  }
  return errors;
}

/** Checks what keeps a pod from being scheduled. */
export function validateSchedulingGates(
  path: string,
  gates: readonly PodSchedulingGate[] | undefined,
): FieldError[] {
  const names = new Set<string>();
  return (gates ?? []).flatMap(({ name }, i) => {
    const errors = labelName(index(path, i), name);
    if (names.has(name)) errors.push(duplicate(index(path, i), name));
    names.add(name);
    return errors;
  });
}
