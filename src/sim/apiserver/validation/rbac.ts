/**
 * Validation of the rbac.authorization.k8s.io group.
 *
 * Upstream: pkg/apis/rbac/validation/validation.go
 */
import { semanticEqual } from '../../api/deep-equal.ts';
import { child, index, invalid, notSupported, required } from '../../api/field-error.ts';
import type { FieldError } from '../../api/field-error.ts';
import { isDns1123Subdomain } from '../../api/names.ts';
import type {
  ClusterRole,
  ClusterRoleBinding,
  PolicyRule,
  RbacSubject,
  Role,
  RoleBinding,
} from '../../api/types.gen.ts';
import { textErrors } from './checks.ts';
import type { KindRules } from './kind-rules.ts';
import { isPathSegmentName } from './object-meta.ts';

const rbacGroup = 'rbac.authorization.k8s.io';

function rules(list: readonly PolicyRule[] | undefined, isNamespaced: boolean): FieldError[] {
  return (list ?? []).flatMap((rule, i) => {
    const at = index('rules', i);
    const errors: FieldError[] = [];
    if (rule.verbs.length === 0) {
      errors.push(required(child(at, 'verbs'), 'verbs must contain at least one value'));
    }
    if ((rule.nonResourceURLs ?? []).length > 0) {
      const detail = 'namespaced rules cannot apply to non-resource URLs';
      if (isNamespaced)
        errors.push(invalid(child(at, 'nonResourceURLs'), rule.nonResourceURLs, detail));
      return errors;
    }
    if ((rule.apiGroups ?? []).length === 0) {
      errors.push(
        required(child(at, 'apiGroups'), 'resource rules must supply at least one api group'),
      );
    }
    if ((rule.resources ?? []).length === 0) {
      errors.push(
        required(child(at, 'resources'), 'resource rules must supply at least one resource'),
      );
    }
    return errors;
  });
}

/** Rules of Roles. */
export const roleRules: KindRules<Role> = {
  name: isPathSegmentName,
  create: (role) => rules(role.rules, true),
  update: (role) => rules(role.rules, true),
};

/** Rules of ClusterRoles. */
export const clusterRoleRules: KindRules<ClusterRole> = {
  name: isPathSegmentName,
  create: (role) => rules(role.rules, false),
  update: (role) => rules(role.rules, false),
};

type Binding = RoleBinding | ClusterRoleBinding;

function binding(object: Binding, kinds: readonly string[], isNamespaced: boolean): FieldError[] {
  const { roleRef, subjects = [] } = object;
  const errors: FieldError[] = [];
  const group = roleRef.apiGroup ?? '';
  if (group !== rbacGroup) errors.push(notSupported('roleRef.apiGroup', group, [rbacGroup]));
  if (!kinds.includes(roleRef.kind)) errors.push(notSupported('roleRef.kind', roleRef.kind, kinds));
  if (roleRef.name === '') errors.push(required('roleRef.name'));
  else errors.push(...textErrors('roleRef.name', roleRef.name, isPathSegmentName));
  for (const [i, subject] of subjects.entries()) {
    errors.push(...subjectErrors(index('subjects', i), subject, isNamespaced));
  }
  return errors;
}

function subjectErrors(path: string, subject: RbacSubject, isNamespaced: boolean): FieldError[] {
  const errors: FieldError[] = [];
  const { kind, name, apiGroup = '', namespace = '' } = subject;
  const groupPath = child(path, 'apiGroup');
  if (name === '') errors.push(required(child(path, 'name')));
  if (kind === 'ServiceAccount') {
    if (name !== '') errors.push(...textErrors(child(path, 'name'), name, isDns1123Subdomain));
    if (apiGroup !== '') errors.push(notSupported(groupPath, apiGroup, ['']));
    if (!isNamespaced && namespace === '') errors.push(required(child(path, 'namespace')));
  } else if (kind === 'User' || kind === 'Group') {
    if (apiGroup !== rbacGroup) errors.push(notSupported(groupPath, apiGroup, [rbacGroup]));
  } else {
    errors.push(notSupported(child(path, 'kind'), kind, ['ServiceAccount', 'User', 'Group']));
  }
  return errors;
}

function frozenRole({ roleRef }: Binding, old: Binding): FieldError[] {
  if (semanticEqual(roleRef, old.roleRef)) return [];
  const value = { APIGroup: roleRef.apiGroup ?? '', Kind: roleRef.kind, Name: roleRef.name };
  return [invalid('roleRef', value, 'cannot change roleRef')];
}

const inNamespace = (object: RoleBinding): FieldError[] =>
  binding(object, ['Role', 'ClusterRole'], true);
const inCluster = (object: ClusterRoleBinding): FieldError[] =>
  binding(object, ['ClusterRole'], false);

/** Rules of RoleBindings, whose role never changes. */
export const roleBindingRules: KindRules<RoleBinding> = {
  name: isPathSegmentName,
  create: inNamespace,
  update: (next, old) => [...inNamespace(next), ...frozenRole(next, old)],
};

/** Rules of ClusterRoleBindings, whose role never changes. */
export const clusterRoleBindingRules: KindRules<ClusterRoleBinding> = {
  name: isPathSegmentName,
  create: inCluster,
  update: (next, old) => [...inCluster(next), ...frozenRole(next, old)],
};
