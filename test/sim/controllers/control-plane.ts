/**
 * A small cluster for tests of controllers: API server, the controllers under test with one set of caches, three
 * nodes and, if asked for, test kubelets.
 */
import { objectKey } from '#sim/api/object-key.ts';
import type { KubeObject } from '#sim/api/object.ts';
import type { Deployment, Kinds, Pod, ReplicaSet } from '#sim/api/types.gen.ts';
import { Client } from '#sim/client/client.ts';
import { LegacyEventRecorder } from '#sim/client/event-recorder.ts';
import { Link } from '#sim/client/link.ts';
import { controllers } from '#sim/controllers/descriptors.ts';
import { Scope } from '#sim/engine/scope.ts';
import type { TraceEntry } from '#sim/engine/trace.ts';
import { Harness } from '../harness.ts';
import { TestKubelet } from './test-kubelet.ts';
import type { TestKubeletOptions } from './test-kubelet.ts';

const few = { lowMs: 1, highMs: 2 };

export interface ControlPlaneOptions {
  readonly seed?: number;
  /** Names of controllers without `-controller`; their order is that of the descriptors. */
  readonly controllers: readonly string[];
  readonly kubelet?: TestKubeletOptions | false;
}

export class ControlPlane extends Harness {
  constructor(options: ControlPlaneOptions) {
    super({ seed: options.seed ?? 1, latency: { handle: few, commit: few } });
    for (const name of ['node-1', 'node-2', 'node-3'])
      this.seed(object('v1', 'Node', name, {}, ''));
    if (options.kubelet !== false) {
      new TestKubelet(this.contextOf('kubelet'), options.kubelet).start();
    }
    const { informers } = this.contextOf('kube-controller-manager');
    for (const { name, eventSource, rateLimit, create } of controllers) {
      if (!options.controllers.includes(name.replace(/-controller$/, ''))) continue;
      const { engine, server } = this;
      const scope = new Scope(engine, name);
      const link = new Link(engine, name, { lowMs: 0, highMs: 1 });
      const client = new Client(engine, { component: name, transport: server, link, rateLimit });
      const recorder = new LegacyEventRecorder(engine, scope, client, { component: eventSource });
      const random = engine.random(name);
      create({ name, engine, scope, client, informers, recorder, random }).start();
    }
    this.run(100);
  }

  /** Reads an object that must be there. */
  get<K extends keyof Kinds & string>(kind: K, name: string, namespace = 'default'): Kinds[K] {
    const found = this.peek<Kinds[K]>(kind, namespace, name);
    if (found === undefined) throw new Error(`no ${objectKey(kind, namespace, name)}`);
    return found;
  }

  /** Lists what the store has of a kind. */
  list<K extends keyof Kinds & string>(kind: K, namespace = 'default'): Kinds[K][] {
    const list = this.do(this.client.of(kind).list(namespace) as never) as { items: Kinds[K][] };
    return [...list.items];
  }

  patch(kind: keyof Kinds & string, name: string, body: unknown, namespace = 'default'): void {
    this.do(this.client.of(kind).patch(namespace, name, 'strategic', body));
  }

  entries(): TraceEntry[] {
    const { trace } = this.engine;
    return Array.from({ length: trace.length }, (_, id) => trace.entry(id));
  }

  /** What a component decided, as `verb object-kind`, optionally with chosen details. */
  decisions(component: string, ...details: readonly string[]): string[] {
    return this.entries()
      .filter((entry) => entry.component === component)
      .map(({ verb, detail }) => {
        const chosen = details
          .filter((name) => detail?.[name] !== undefined)
          .map((name) => ` ${name}=${JSON.stringify(detail?.[name])}`);
        return verb + chosen.join('');
      });
  }

  /** The Events of a namespace as `reason: message`, in the order of their first occurrence. */
  eventTexts(namespace = 'default'): string[] {
    return this.list('Event', namespace)
      .sort((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion))
      .map((event) => `${event.reason}: ${event.message}`);
  }

  /** Every value that a projection of an object took on, repeats left out. */
  history<K extends keyof Kinds & string, T>(
    kind: K,
    name: string,
    project: (object: Kinds[K]) => T,
    act: () => void,
  ): T[] {
    const values: T[] = [];
    const context = this.contextOf(`observer-${kind}`);
    const note = (found: Kinds[K]): void => {
      if (found.metadata.name !== name) return;
      const value = project(found);
      if (JSON.stringify(values.at(-1)) !== JSON.stringify(value)) values.push(value);
    };
    context.informers.of(kind).addHandlers({ onAdd: note, onUpdate: (_, after) => note(after) });
    this.run(10);
    act();
    context.scope.cancel();
    return values;
  }
}

/** Makes an object with a name and whatever else it has. */
export function object(
  apiVersion: string,
  kind: string,
  name: string,
  rest: Readonly<Record<string, unknown>>,
  namespace = 'default',
): KubeObject & Record<string, unknown> {
  const { metadata = {}, ...fields } = rest;
  return {
    apiVersion,
    kind,
    metadata: { name, ...(namespace === '' ? {} : { namespace }), ...(metadata as object) },
    ...fields,
  };
}

const labels = { app: 'web' };

export function podTemplate(image = 'nginx:1.27'): Record<string, unknown> {
  return {
    metadata: { labels },
    spec: { containers: [{ name: 'nginx', image, ports: [{ containerPort: 80 }] }] },
  };
}

/** A Deployment `web` as a user writes it. */
export function webDeployment(
  replicas: number,
  spec: Readonly<Record<string, unknown>> = {},
): KubeObject & Record<string, unknown> {
  return object('apps/v1', 'Deployment', 'web', {
    spec: { replicas, selector: { matchLabels: labels }, template: podTemplate(), ...spec },
  });
}

/** A ReplicaSet `web` as a user writes it. */
export function webReplicaSet(
  replicas: number,
  spec: Readonly<Record<string, unknown>> = {},
): KubeObject & Record<string, unknown> {
  return object('apps/v1', 'ReplicaSet', 'web', {
    spec: { replicas, selector: { matchLabels: labels }, template: podTemplate(), ...spec },
  });
}

export interface RsFields {
  readonly name?: string;
  readonly replicas?: number;
  readonly status?: Partial<NonNullable<ReplicaSet['status']>>;
  readonly annotations?: Record<string, string>;
  /** Seconds after the epoch at which it was created. */
  readonly created?: number;
  readonly template?: ReplicaSet['spec']['template'];
  readonly generation?: number;
}

/** A stored ReplicaSet for tests of pure rules. */
export function rsOf(fields: RsFields): ReplicaSet {
  const { name = 'rs', replicas = 0, created = 0, template } = fields;
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name,
      namespace: 'default',
      uid: `uid-${name}`,
      creationTimestamp: `2026-01-01T00:00:${String(created).padStart(2, '0')}Z`,
      annotations: fields.annotations,
      generation: fields.generation,
    },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: template ?? { metadata: { labels }, spec: { containers: [] } },
    },
    status: { replicas: 0, ...fields.status },
  };
}

/** A stored Deployment for tests of pure rules. */
export function dOf(
  replicas: number,
  rolling: { maxSurge?: number | string; maxUnavailable?: number | string } | 'Recreate' = {},
  rest: {
    readonly status?: Deployment['status'];
    readonly spec?: Partial<Deployment['spec']>;
    readonly annotations?: Record<string, string>;
  } = {},
): Deployment {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'web',
      namespace: 'default',
      uid: 'uid-web',
      generation: 1,
      annotations: rest.annotations,
    },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      strategy:
        rolling === 'Recreate'
          ? { type: 'Recreate' }
          : { type: 'RollingUpdate', rollingUpdate: rolling },
      template: { metadata: { labels }, spec: { containers: [] } },
      ...rest.spec,
    },
    status: rest.status,
  };
}

export interface PodFields {
  readonly name?: string;
  readonly uid?: string;
  readonly node?: string;
  readonly phase?: string;
  /** Since when the pod is ready, in seconds after the epoch. */
  readonly readySince?: number;
  readonly restarts?: number;
  readonly created?: number;
  readonly annotations?: Record<string, string>;
  readonly labels?: Record<string, string>;
  readonly deleted?: boolean;
  readonly ip?: string;
  readonly owner?: string;
  readonly spec?: Partial<Pod['spec']>;
}

const at = (seconds: number): string =>
  `2026-01-01T00:${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}Z`;

/** A stored pod for tests of pure rules. */
export function podOf(fields: PodFields): Pod {
  const { name = 'pod', readySince, ip } = fields;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'default',
      uid: fields.uid ?? `uid-${name}`,
      creationTimestamp: at(fields.created ?? 0),
      labels: fields.labels ?? labels,
      annotations: fields.annotations,
      deletionTimestamp: fields.deleted === true ? at(59) : undefined,
      ownerReferences:
        fields.owner === undefined
          ? undefined
          : [
              {
                apiVersion: 'apps/v1',
                kind: 'ReplicaSet',
                name: fields.owner,
                uid: `uid-${fields.owner}`,
                controller: true,
                blockOwnerDeletion: true,
              },
            ],
    },
    spec: { containers: [], nodeName: fields.node, ...fields.spec },
    status: {
      phase: fields.phase ?? 'Running',
      podIP: ip,
      podIPs: ip === undefined ? undefined : [{ ip }],
      conditions: [
        readySince === undefined
          ? { type: 'Ready', status: 'False' }
          : { type: 'Ready', status: 'True', lastTransitionTime: at(readySince) },
      ],
      containerStatuses:
        fields.restarts === undefined
          ? undefined
          : [
              {
                name: 'app',
                image: 'app',
                imageID: '',
                ready: true,
                restartCount: fields.restarts,
              },
            ],
    },
  };
}
