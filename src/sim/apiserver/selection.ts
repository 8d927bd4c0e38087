/**
 * What a list or a watch selects: a namespace, labels and fields.
 *
 * Upstream: staging/src/k8s.io/apiserver/pkg/storage SelectionPredicate
 */
import { parseFieldSelector } from '../api/field-selector.ts';
import type { FieldTerm } from '../api/field-selector.ts';
import { goQuote } from '../api/go-format.ts';
import type { KindRow } from '../api/kinds.ts';
import { valueAt } from '../api/object.ts';
import type { KubeObject } from '../api/object.ts';
import { matchesLabels, parseSelector, SelectorError } from '../api/selector.ts';
import { newBadRequest } from '../api/status-error.ts';
import type { RequestOptions } from './request.ts';

/** A test that objects pass or not, with the fields that it fixes. */
export interface Selection {
  readonly matches: (object: KubeObject) => boolean;
  /** Whether it has a label or a field selector. */
  readonly isNarrowed: boolean;
  /** Fields that must have one value: watches are indexed by them. */
  readonly requiredFields: ReadonlyMap<string, string>;
}

/** Fields beside `metadata.name` and `metadata.namespace` that a kind may be selected by. */
const selectableFields: Readonly<Record<string, readonly string[]>> = {
  Pod: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.podIPs',
    'status.nominatedNodeName',
  ],
  Event: [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  Node: ['spec.unschedulable'],
  Namespace: ['status.phase'],
  Service: ['spec.clusterIP', 'spec.type'],
  ReplicaSet: ['status.replicas'],
  ReplicationController: ['status.replicas'],
  Job: ['status.successful'],
  Secret: ['type'],
};

/** Booleans and numbers that are absent have their zero value. */
const zeroValues: Readonly<Record<string, string>> = {
  'spec.unschedulable': 'false',
  'spec.hostNetwork': 'false',
  'status.replicas': '0',
  'status.successful': '0',
};

/** Reads the selectors of a request. Throws 400 in upstream's words. */
export function selectionOf(row: KindRow, namespace: string, options: RequestOptions): Selection {
  const tests: ((object: KubeObject) => boolean)[] = [];
  const requiredFields = new Map<string, string>();
  if (row.namespaced && namespace !== '') {
    tests.push((object) => object.metadata.namespace === namespace);
  }
  try {
    if (options.labelSelector) {
      const selector = parseSelector(options.labelSelector);
      tests.push((object) => matchesLabels(selector, object.metadata.labels));
    }
    if (options.fieldSelector) {
      for (const term of parseFieldSelector(options.fieldSelector).terms) {
        checkField(row, term);
        if (term.operator === '=') requiredFields.set(term.field, term.value);
        tests.push(
          (object) => (fieldOf(object, term.field) === term.value) === (term.operator === '='),
        );
      }
    }
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error;
    throw newBadRequest(error.message);
  }
  return {
    matches: (object) => tests.every((test) => test(object)),
    isNarrowed: Boolean(options.labelSelector) || Boolean(options.fieldSelector),
    requiredFields,
  };
}

function checkField(row: KindRow, { field }: FieldTerm): void {
  if (field === 'metadata.name' || (field === 'metadata.namespace' && row.namespaced)) return;
  if (selectableFields[row.kind]?.includes(field) === true) return;
  throw newBadRequest(
    selectableFields[row.kind] === undefined
      ? `${goQuote(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`
      : `field label not supported: ${field}`,
  );
}

function fieldOf(object: KubeObject, field: string): string {
  const path = field === 'source' ? ['source', 'component'] : field.split('.');
  const value = valueAt(object, ...path);
  if (value === undefined || value === null) return zeroValues[field] ?? '';
  return typeof value === 'object' ? '' : String(value);
}
