/**
 * A lab made by chance: workloads whose containers start, answer and stop in many ways, and a minute of edits, deletions
 * and faults, all of them mended by its end. The same number gives the same lab.
 *
 * Replay one: `node test/properties/replay.ts NUMBER`.
 */
import { Random } from '#sim/engine/random.ts';
import type { ActDeclaration, Lab } from '#sim/lab/lab-format.ts';

/** When the last act is over, and how long the cluster has after it to settle: longer than a node is waited for. */
export const actsEndMs = 60_000;
export const settleMs = 600_000;

/** A container and the tags its image may be set to: the program stays the same one. */
interface Container {
  readonly image: string;
  readonly tags: readonly string[];
  readonly rest: string;
}

const agnhost = 'registry.k8s.io/e2e-test-images/agnhost';
const nginx = { image: 'nginx', tags: ['1.26', '1.27', '1.28'] };
const busybox = { image: 'busybox', tags: ['1.36', '1.37'] };
const probe = '{ httpGet: { path: /, port: 80 }, periodSeconds: 2 }';
const loop = `trap 'exit 0' TERM; while true; do sleep 1; done`;

const containers: readonly Container[] = [
  { ...nginx, rest: '' },
  { ...nginx, rest: `readinessProbe: ${probe}` },
  { ...nginx, rest: `startupProbe: ${probe}, livenessProbe: ${probe}` },
  { ...nginx, rest: 'lifecycle: { preStop: { sleep: { seconds: 3 } } }' },
  { ...nginx, rest: 'lifecycle: { preStop: { exec: { command: [sleep, "60"] } } }' },
  {
    image: agnhost,
    tags: ['2.52', '2.53'],
    rest: 'args: [netexec], livenessProbe: { httpGet: { path: /healthz, port: 8080 } }',
  },
  { ...busybox, rest: `command: [sh, -c, "${loop}"]` },
  { ...busybox, rest: 'command: [sleep, "3600"]' },
  { image: 'registry.k8s.io/pause', tags: ['3.9', '3.10'], rest: '' },
];

const strategies: readonly string[] = [
  '{ type: Recreate }',
  '{ rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }',
  '{ rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } }',
  '{ rollingUpdate: { maxSurge: 50%, maxUnavailable: 30% } }',
  '{}',
];

const processes = [
  'kube-scheduler',
  'deployment-controller',
  'replicaset-controller',
  'endpointslice-controller',
  'kubelet/node-1',
  'kubelet/node-2',
  'kube-proxy/node-1',
];

/** Kinds of workloads, the likelier ones more than once. */
const kinds = ['Deployment', 'Deployment', 'StatefulSet', 'DaemonSet'] as const;

/** A workload of the lab. */
interface Workload {
  readonly kind: (typeof kinds)[number];
  readonly name: string;
  readonly container: Container;
}

/** Makes the lab of a number. */
export function randomLab(number: number): Lab {
  const random = new Random(number, 'random-lab');
  const workloads = ['one', 'two'].slice(0, random.between(1, 2)).map((name): Workload => {
    return { kind: random.pick(kinds), name, container: random.pick(containers) };
  });
  const texts = Object.fromEntries(
    workloads.map((workload) => [`${workload.name}.yaml`, manifest(workload, random)]),
  );
  const acts: ActDeclaration[] = workloads.map(({ name }) => ({
    at: '0s',
    run: `kubectl apply -f ${name}.yaml`,
  }));
  for (let count = random.between(3, 10); count > 0; count -= 1) {
    const atMs = random.between(1_000, actsEndMs / 2);
    if (random.int(3) === 0) acts.push(...fault(atMs, random));
    else acts.push(edit(atMs, random.pick(workloads), random));
  }
  return {
    id: `random/${number}`,
    title: { en: 'random' },
    caption: { en: 'random' },
    seed: number,
    cluster: { nodes: 3 },
    files: Object.keys(texts),
    until: `${actsEndMs + settleMs}ms`,
    do: acts,
    show: { lanes: ['pods'], views: ['why'] },
    checks: [],
    texts,
  };
}

/** What only one kind has in its spec. */
function specOf(kind: Workload['kind'], name: string, random: Random): string {
  switch (kind) {
    case 'Deployment':
      return `replicas: ${random.int(6)}
  revisionHistoryLimit: ${random.pick([0, 1, 10])}
  strategy: ${random.pick(strategies)}`;
    case 'StatefulSet':
      return `replicas: ${random.int(5)}
  serviceName: ${name}
  podManagementPolicy: ${random.pick(['OrderedReady', 'Parallel'])}
  updateStrategy: { rollingUpdate: { partition: ${random.pick([0, 0, 1])} } }`;
    case 'DaemonSet':
      return `updateStrategy: ${random.pick([
        '{}',
        '{ rollingUpdate: { maxUnavailable: 2 } }',
        '{ rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }',
      ])}`;
  }
}

/**
 * Makes the manifest of a workload. DaemonSets have no minReadySeconds: while they surge, upstream's queue keeps the earliest
 * of several delays, so that a rollout can stand still until somebody else changes something.
 */
function manifest({ kind, name, container }: Workload, random: Random): string {
  const { image, tags, rest } = container;
  const fields = [`name: app`, `image: "${image}:${random.pick(tags)}"`, rest];
  return `apiVersion: apps/v1
kind: ${kind}
metadata: { name: ${name} }
spec:
  ${specOf(kind, name, random)}
  minReadySeconds: ${kind === 'DaemonSet' ? 0 : random.pick([0, 0, 2])}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      terminationGracePeriodSeconds: ${random.pick([0, 2, 30])}
      containers:
        - { ${fields.filter((field) => field !== '').join(', ')} }
---
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { selector: { app: ${name} }, ports: [{ port: 80 }] }
`;
}

function edit(atMs: number, { kind, name, container }: Workload, random: Random): ActDeclaration {
  const { image, tags } = container;
  const workload = `${kind.toLowerCase()}/${name}`;
  const common = [
    `kubectl set image ${workload} app=${image}:${random.pick(tags)}`,
    `kubectl set env ${workload} ROUND=${random.int(3)}`,
    `kubectl rollout restart ${workload}`,
    `kubectl rollout undo ${workload}`,
    `kubectl delete pod -l app=${name} --wait=false`,
    `kubectl delete pod -l app=${name} --wait=false --grace-period=1`,
    `kubectl delete pod -l app=${name} --force`,
    `kubectl apply -f ${name}.yaml`,
  ];
  const scale = `kubectl scale ${workload} --replicas=${random.int(7)}`;
  const own = {
    Deployment: [
      scale,
      `kubectl delete replicaset -l app=${name} --wait=false`,
      `kubectl delete replicaset -l app=${name} --cascade=orphan`,
    ],
    StatefulSet: [scale, `kubectl delete statefulset ${name} --cascade=orphan`],
    DaemonSet: [`kubectl cordon node-${1 + random.int(3)}`, `kubectl delete daemonset ${name}`],
  }[kind];
  return { at: `${atMs}ms`, run: random.pick([...common, ...own]) };
}

/** A fault and its mending. */
function fault(atMs: number, random: Random): ActDeclaration[] {
  const target = random.pick(processes);
  const at = `${atMs}ms`;
  const later = `${Math.min(actsEndMs, atMs + random.between(1_000, 30_000))}ms`;
  switch (random.int(4)) {
    case 0:
      return [
        { at, target, fault: 'stop' },
        { at: later, target, fault: 'start' },
      ];
    case 1:
      return [
        { at, target, fault: 'cut' },
        { at: later, target, fault: 'join' },
      ];
    case 2:
      return [
        { at, target, fault: 'slow', latencyMs: [50, 900] },
        { at: later, target, fault: 'slow', latencyMs: [0, 1] },
      ];
    default:
      return [{ at, target, fault: 'disconnect' }];
  }
}
