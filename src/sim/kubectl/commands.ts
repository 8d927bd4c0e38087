/**
 * The commands of kubectl, in the order of its help: one row each. A command is a file under verbs/ and a line here.
 */
import type { Verb } from './verb.ts';
import { annotate } from './verbs/annotate.ts';
import { apply } from './verbs/apply.ts';
import { autoscale } from './verbs/autoscale.ts';
import { cordon, uncordon } from './verbs/cordon.ts';
import { create } from './verbs/create/create.ts';
import { deleteVerb } from './verbs/delete.ts';
import { describe } from './verbs/describe.ts';
import { drain } from './verbs/drain.ts';
import { events } from './verbs/events.ts';
import { exec } from './verbs/exec.ts';
import { expose } from './verbs/expose.ts';
import { get } from './verbs/get.ts';
import { label } from './verbs/label.ts';
import { logs } from './verbs/logs.ts';
import { patch } from './verbs/patch.ts';
import { replace } from './verbs/replace.ts';
import { rollout } from './verbs/rollout/rollout.ts';
import { run } from './verbs/run.ts';
import { scale } from './verbs/scale.ts';
import { set } from './verbs/set/set.ts';
import { taint } from './verbs/taint.ts';
import { wait } from './verbs/wait.ts';

export const commands: readonly Verb[] = [
  create,
  expose,
  run,
  set,
  get,
  deleteVerb,
  rollout,
  scale,
  autoscale,
  cordon,
  uncordon,
  drain,
  taint,
  describe,
  logs,
  exec,
  events,
  apply,
  patch,
  replace,
  wait,
  label,
  annotate,
];

/** Real commands that this kubectl does not have. */
export const otherCommands: readonly string[] = [
  'api-resources',
  'api-versions',
  'attach',
  'auth',
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
  'top',
  'version',
];
