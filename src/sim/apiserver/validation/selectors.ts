/**
 * Checks of the selectors of workloads against their pod templates.
 *
 * Upstream: pkg/apis/apps/validation/validation.go ValidatePodTemplateSpecForReplicaSet, ValidateDeploymentSpec
 */
import { child, forbidden, invalid, notSupported, required } from '../../api/field-error.ts';
import type { FieldError } from '../../api/field-error.ts';
import { sortKeys } from '../../api/go-format.ts';
import {
  isEverything,
  matchesLabels,
  selectNothing,
  selectorFromLabelSelector,
  SelectorError,
} from '../../api/selector.ts';
import type { Selector } from '../../api/selector.ts';
import type { LabelSelector, PodTemplateSpec } from '../../api/types.gen.ts';
import { labelSelector } from './checks.ts';
import { validatePodTemplate } from './pod-spec.ts';
import { printedSelector } from './selector-form.ts';

const mismatch = '`selector` does not match template `labels`';

/** Returns what a label selector means, or undefined when it means nothing. */
export function asSelector(selector: LabelSelector | undefined): Selector | undefined {
  if (!selector) return selectNothing();
  try {
    return selectorFromLabelSelector(selector);
  } catch (error) {
    if (error instanceof SelectorError) return undefined;
    throw error;
  }
}

/** Whether nothing is asked, so that everything is selected. */
export function isEmptySelector({ matchLabels, matchExpressions }: LabelSelector): boolean {
  return Object.keys(matchLabels ?? {}).length === 0 && (matchExpressions ?? []).length === 0;
}

/** Checks a selector that must be there and must select something. */
export function requiredSelector(
  path: string,
  selector: LabelSelector | undefined,
  kindName: string,
): FieldError[] {
  if (!selector) return [required(path)];
  const errors = labelSelector(path, selector);
  if (isEmptySelector(selector)) {
    const detail = `empty selector is invalid for ${kindName}`;
    errors.push(invalid(path, printedSelector(selector), detail));
  }
  return errors;
}

/** Checks that the selector selects the pods of the template. */
export function templateLabels(
  path: string,
  template: PodTemplateSpec,
  selector: Selector,
): FieldError[] {
  if (isEverything(selector) || matchesLabels(selector, template.metadata?.labels)) return [];
  return [labelMismatch(path, template)];
}

/** Says that the selector does not select the pods of the template. */
export function labelMismatch(path: string, template: PodTemplateSpec): FieldError {
  const labels = template.metadata?.labels;
  return invalid(child(path, 'metadata', 'labels'), labels ? sortKeys(labels) : null, mismatch);
}

/** Checks the template of a workload whose pods always run. */
export function runningTemplate(
  path: string,
  template: PodTemplateSpec,
  selector: Selector | undefined,
  kindName: string,
): FieldError[] {
  const errors = selector ? templateLabels(path, template, selector) : [];
  errors.push(...validatePodTemplate(path, template));
  errors.push(...alwaysRestarted(child(path, 'spec'), template, kindName));
  return errors;
}

/** Checks that pods are restarted without end. */
export function alwaysRestarted(
  path: string,
  { spec }: PodTemplateSpec,
  kindName: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (spec.restartPolicy !== 'Always') {
    const policy = spec.restartPolicy ?? '';
    errors.push(notSupported(child(path, 'restartPolicy'), policy, ['Always']));
  }
  if (spec.activeDeadlineSeconds !== undefined) {
    const detail = `activeDeadlineSeconds in ${kindName} is not Supported`;
    errors.push(forbidden(child(path, 'activeDeadlineSeconds'), detail));
  }
  return errors;
}
