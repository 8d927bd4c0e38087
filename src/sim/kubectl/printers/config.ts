/**
 * The rows of ConfigMap, Secret, ServiceAccount, ResourceQuota, LimitRange and of the RBAC kinds.
 *
 * Upstream: pkg/printers/internalversion/printers.go printConfigMap and its neighbours
 */
import { compareText } from '../../api/go-format.ts';
import type { KubeObject } from '../../api/object.ts';
import type {
  ClusterRoleBinding,
  ConfigMap,
  ResourceQuota,
  RoleBinding,
  Secret,
} from '../../api/types.gen.ts';
import { age, columns } from './table.ts';
import type { KindPrinter } from './table.ts';

function size(map: object | undefined): number {
  return Object.keys(map ?? {}).length;
}

export const configMapPrinter: KindPrinter<ConfigMap> = {
  columns: columns('Name,Data,Age'),
  cells: ({ metadata, data, binaryData }, nowMs) => [
    metadata.name ?? '',
    size(data) + size(binaryData),
    age(metadata.creationTimestamp, nowMs),
  ],
};

export const secretPrinter: KindPrinter<Secret> = {
  columns: columns('Name,Type,Data,Age'),
  cells: ({ metadata, type, data }, nowMs) => [
    metadata.name ?? '',
    type ?? '',
    size(data),
    age(metadata.creationTimestamp, nowMs),
  ],
};

/** Kinds of which only the name and the age are shown. */
export const namePrinter: KindPrinter = {
  columns: columns('Name,Age'),
  cells: ({ metadata }, nowMs) => [metadata.name ?? '', age(metadata.creationTimestamp, nowMs)],
};

/** Kinds that show when they were created. */
export const createdAtPrinter: KindPrinter = {
  columns: columns('Name,Created At'),
  cells: ({ metadata }) => [metadata.name ?? '', metadata.creationTimestamp ?? '<unknown>'],
};

export const quotaPrinter: KindPrinter<ResourceQuota> = {
  columns: columns('Name,Request,Limit,Age'),
  cells({ metadata, status }, nowMs) {
    const requests: string[] = [];
    const limits: string[] = [];
    for (const name of Object.keys(status?.hard ?? {}).sort(compareText)) {
      const text = `${name}: ${status?.used?.[name] ?? '0'}/${status?.hard?.[name] ?? ''}`;
      (name.startsWith('limits.') ? limits : requests).push(text);
    }
    const shownAge = age(metadata.creationTimestamp, nowMs);
    return [metadata.name ?? '', requests.join(', '), limits.join(', '), shownAge];
  },
};

type Subjects = NonNullable<RoleBinding['subjects']>;

function subjectNames(subjects: Subjects | undefined, kind: string): string {
  return (subjects ?? [])
    .filter((subject) => subject.kind === kind)
    .map((subject) =>
      kind === 'ServiceAccount' ? `${subject.namespace ?? ''}/${subject.name}` : subject.name,
    )
    .join(', ');
}

export const bindingPrinter: KindPrinter<RoleBinding | ClusterRoleBinding> = {
  columns: columns('Name,Role,Age|Users,Groups,ServiceAccounts'),
  cells: ({ metadata, roleRef, subjects }, nowMs) => [
    metadata.name ?? '',
    `${roleRef.kind}/${roleRef.name}`,
    age(metadata.creationTimestamp, nowMs),
    subjectNames(subjects, 'User'),
    subjectNames(subjects, 'Group'),
    subjectNames(subjects, 'ServiceAccount'),
  ],
};

/** A Scale, as `--subresource=scale` shows it. */
export const scalePrinter: KindPrinter<
  KubeObject & {
    readonly spec?: { readonly replicas?: number };
    readonly status?: { readonly replicas?: number };
  }
> = {
  columns: columns('Name,Desired,Available,Age'),
  cells: ({ metadata, spec, status }, nowMs) => [
    metadata.name ?? '',
    spec?.replicas ?? 0,
    status?.replicas ?? 0,
    age(metadata.creationTimestamp, nowMs),
  ],
};
