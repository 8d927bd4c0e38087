/**
 * The commands of kubectl, in the order of its help: one row each. A command is a file under verbs/ and a line here.
 */
import type { Verb } from './verb.ts';
import { apply } from './verbs/apply.ts';
import { deleteVerb } from './verbs/delete.ts';
import { describe } from './verbs/describe.ts';
import { get } from './verbs/get.ts';
import { scale } from './verbs/scale.ts';

export const commands: readonly Verb[] = [get, deleteVerb, scale, describe, apply];

/** Real commands that this kubectl does not have. */
export const otherCommands: readonly string[] = [
  'api-resources',
  'api-versions',
  'attach',
  'auth',
  'autoscale',
  'certificate',
  'cluster-info',
  'completion',
  'config',
  'cp',
  'debug',
  'diff',
  'edit',
  'explain',
  'kustomize',
  'options',
  'plugin',
  'port-forward',
  'proxy',
  'replace',
  'run',
  'top',
  'version',
];
