/**
 * Parts of the simulator that need not be there when a run begins: a page loads them when a run first asks for them.
 *
 * - A part is a file of src/sim/parts/ that fills seams. A seam is the place where the core asks for what a part holds.
 * - Nothing in the simulator waits. Who asks for a part that is not there throws `MissingPart`, and the run is over; its
 *   host loads the part and runs again. A run is a pure function, so that the second try gives what the first would have.
 * - Outside a page every part is there from the start: src/sim/parts/all.ts.
 */

/** Every part: what it holds. Who asks is found by the name, where a seam is made with it. */
export const parts = {
  autoscaling: 'the controller of HorizontalPodAutoscalers, the metrics server',
  cel: 'conditions of labs: `when`, `stopWhen`',
  daemonsets: 'the controller of DaemonSets',
  endpoints: 'the controller of Endpoints',
  jobs: 'Job, CronJob: rules and controllers',
  'kubectl-get': 'get, with the printers of tables',
  'kubectl-delete': 'delete',
  'kubectl-describe': 'describe, with what it says of each kind',
  'kubectl-logs': 'logs, exec',
  'kubectl-change':
    'create, run, expose, scale, set, rollout, patch, replace, label, annotate, autoscale',
  'kubectl-nodes': 'cordon, uncordon, drain, taint',
  'kubectl-wait': 'wait, events',
  'kubectl-output': '-o json, yaml, kyaml, jsonpath, go-template, custom-columns; --sort-by',
  agnhost: 'the image agnhost',
  haproxy: 'the image haproxy',
  nginx: 'the image nginx',
  'other-kinds':
    'rules of storage, quotas, roles, ingresses, network policies, autoscalers, disruption budgets, classes; the controllers of quotas and budgets',
  statefulsets: 'the controller of StatefulSets',
  storage: 'the controllers of PersistentVolumes and their claims',
  servers:
    'images whose program is a plain server: httpd, redis, postgres, those that a lab declares',
  shell: 'sh and bash with their built-in commands',
  'tools-files': 'tools of images: files, processes, time',
  'tools-network': 'tools of images: wget, nc, nslookup, httpd',
  'tools-text': 'tools of images: awk, sed, grep, sort and the like',
  yaml: 'the complete reader of YAML, for manifests that are not plain or have mistakes',
  refusals: 'how values are printed where the API server refuses them',
  load: 'clients that make requests from outside',
  probes: 'probes of containers',
} as const;

export type PartName = keyof typeof parts;

/** The run needs a part that is not there. */
export class MissingPart extends Error {
  override readonly name = 'MissingPart';
  readonly part: PartName;

  constructor(part: PartName) {
    super(`the part "${part}" of the simulator is not there`);
    this.part = part;
  }
}

const asked = new Set<PartName>();
const missing = new Set<PartName>();

/** The parts that were asked for since the last call, in the order of the list above. */
export function takeAskedParts(): PartName[] {
  const names = (Object.keys(parts) as PartName[]).filter((name) => asked.has(name));
  asked.clear();
  return names;
}

/** The parts that were asked for in vain since the last call: also where somebody caught what was thrown. */
export function takeMissingParts(): PartName[] {
  const names = [...missing];
  missing.clear();
  return names;
}

/** A place of the core that a part fills. */
export class Seam<T> {
  readonly #part: PartName;
  #value: T | undefined;

  constructor(part: PartName) {
    this.#part = part;
  }

  /** Returns what the part holds. Throws MissingPart while it is not there. */
  get(): T {
    asked.add(this.#part);
    if (this.#value === undefined) {
      missing.add(this.#part);
      throw new MissingPart(this.#part);
    }
    return this.#value;
  }

  /** Returns what the part holds if it is there; asks for nothing. */
  peek(): T | undefined {
    return this.#value;
  }

  /** Used by the part. */
  fill(value: T): void {
    this.#value = value;
  }
}

/** Returns what several seams hold; asks for all of them before it throws for one. */
export function getAll<T>(seams: Iterable<Seam<T>>): T[] {
  const values: T[] = [];
  let problem: unknown;
  for (const seam of seams) {
    try {
      values.push(seam.get());
    } catch (error) {
      problem = error;
    }
  }
  if (problem !== undefined) throw problem as MissingPart;
  return values;
}
