/**
 * The commands of kubectl, in the order of its help: one row each. A command is a file under verbs/, a row here, and a line
 * in the part that brings it (src/sim/parts/).
 */
import { getAll, Seam } from '../part.ts';
import type { Verb } from './verb.ts';
import { apply } from './verbs/apply.ts';

/** Commands by name. */
export type Verbs = Readonly<Record<string, Verb>>;

/** Where parts put their commands. */
export const verbSeams = {
  change: new Seam<Verbs>('kubectl-change'),
  delete: new Seam<Verbs>('kubectl-delete'),
  describe: new Seam<Verbs>('kubectl-describe'),
  get: new Seam<Verbs>('kubectl-get'),
  logs: new Seam<Verbs>('kubectl-logs'),
  nodes: new Seam<Verbs>('kubectl-nodes'),
  wait: new Seam<Verbs>('kubectl-wait'),
};

const { change, delete: deletion, describe, get, logs, nodes, wait } = verbSeams;
const always: Verbs = { apply };

/** Commands and who has them; `apply` is always there. */
const commands: ReadonlyMap<string, Seam<Verbs> | undefined> = new Map([
  ['create', change],
  ['expose', change],
  ['run', change],
  ['set', change],
  ['get', get],
  ['delete', deletion],
  ['rollout', change],
  ['scale', change],
  ['autoscale', change],
  ['cordon', nodes],
  ['uncordon', nodes],
  ['drain', nodes],
  ['taint', nodes],
  ['describe', describe],
  ['logs', logs],
  ['exec', logs],
  ['events', wait],
  ['apply', undefined],
  ['patch', change],
  ['replace', change],
  ['wait', wait],
  ['label', change],
  ['annotate', change],
]);

/** The names of all commands. */
export const commandNames: readonly string[] = [...commands.keys()];

/** Finds a command; undefined where this kubectl has none of that name. */
export function commandOf(name: string): Verb | undefined {
  if (!commands.has(name)) return undefined;
  return (commands.get(name)?.get() ?? always)[name];
}

/** All commands: for the help. */
export function allCommands(): Verb[] {
  getAll(Object.values(verbSeams));
  return commandNames.flatMap((name) => commandOf(name) ?? []);
}

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
