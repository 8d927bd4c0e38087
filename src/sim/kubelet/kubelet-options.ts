/**
 * What can be set about a kubelet: the periods of its configuration, its node, and how long the work of the node takes.
 *
 * Periods are upstream's defaults. Latencies are ranges read off the recordings of a real cluster; each names the
 * two recorded moments between which it lies. A lab overrides single ones.
 *
 * Upstream: pkg/kubelet/apis/config/v1beta1/defaults.go SetDefaults_KubeletConfiguration
 */
import type { LatencyRange } from '../engine/latency.ts';

/** How long the work of a node takes, drawn anew each time. */
export interface KubeletLatencies {
  /** A change of the pod seen → the worker begins. Recorded: bound → first kubelet status, median 26 ms in all. */
  readonly handle: LatencyRange;
  /** Volumes and cgroups of a pod that has volumes: one poll of WaitForAttachAndMount. Recorded: 300 ms steps. */
  readonly mount: LatencyRange;
  /** Sandbox and its network. Recorded: first status → Pulled 376–430 ms, less one poll of the volumes. */
  readonly sandbox: LatencyRange;
  /** Recorded: Pulled → Created, 10–78 ms from the first to the last tenth. */
  readonly create: LatencyRange;
  /** Recorded: Created → Started, 44–110 ms on a quiet node. */
  readonly start: LatencyRange;
  /** The pull of an image that does not declare its own time. Recorded: 0–0.6 s from a local registry. */
  readonly pull: LatencyRange;
  /** A relist of one pod, asked for after a sync that did something. Recorded: Started → Running row, 5–13 ms. */
  readonly relist: LatencyRange;
  /** Last container dead → sandbox gone. Recorded: process end → terminal row, 105–135 ms. */
  readonly stopSandbox: LatencyRange;
  /** Volumes and cgroups taken down after the last relist of a terminated pod. Recorded: up to 60 ms. */
  readonly cleanUp: LatencyRange;
  /** Decision to kill → stop signal delivered, by way of the runtime. Recorded: Killing → log of the trap, few ms. */
  readonly stopSignal: LatencyRange;
  /** Node registered → Ready. Recorded: 318 ms (nodes/node-object-deleted). */
  readonly nodeReady: LatencyRange;
}

/** Everything that can be set about one kubelet. */
export interface KubeletOptions {
  /** Period of the pod lifecycle event generator. */
  readonly relistPeriodMs: number;
  /** How often the queue of pods that wait for another sync is looked at. Upstream: syncLoop's syncTicker */
  readonly syncTickMs: number;
  /** How often a pod is synced again though nothing has changed. */
  readonly syncFrequencyMs: number;
  /** How often the node's status is computed. */
  readonly nodeStatusUpdateFrequencyMs: number;
  /** How often the node's status is sent though it has not changed. */
  readonly nodeStatusReportFrequencyMs: number;
  readonly nodeLeaseDurationSeconds: number;
  /** The longest wait before a crashed container is started again. */
  readonly maxContainerRestartPeriodMs: number;
  /** Pulls one image after another, or all at once. */
  readonly serializeImagePulls: boolean;
  /** The cluster's DNS server and domain, for the resolver configuration of pods. */
  readonly clusterDns: string;
  readonly clusterDomain: string;
  readonly latencies: KubeletLatencies;
}

/** A kubelet without flags on a node like those of the recordings. */
export const defaultKubeletOptions: KubeletOptions = {
  relistPeriodMs: 1_000,
  syncTickMs: 1_000,
  syncFrequencyMs: 60_000,
  nodeStatusUpdateFrequencyMs: 10_000,
  nodeStatusReportFrequencyMs: 300_000,
  nodeLeaseDurationSeconds: 40,
  maxContainerRestartPeriodMs: 300_000,
  serializeImagePulls: true,
  clusterDns: '10.96.0.10',
  clusterDomain: 'cluster.local',
  latencies: {
    handle: { lowMs: 1, highMs: 6 },
    mount: { lowMs: 300, highMs: 310 },
    sandbox: { lowMs: 70, highMs: 130 },
    create: { lowMs: 5, highMs: 30 },
    start: { lowMs: 45, highMs: 110 },
    pull: { lowMs: 100, highMs: 600 },
    relist: { lowMs: 1, highMs: 4 },
    stopSandbox: { lowMs: 80, highMs: 120 },
    cleanUp: { lowMs: 5, highMs: 60 },
    stopSignal: { lowMs: 1, highMs: 5 },
    nodeReady: { lowMs: 280, highMs: 340 },
  },
};

/** What a node is and has, told to the API server when the kubelet registers. */
export interface NodeConfig {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Addresses of the node's pods, as the controller manager assigns them; the kubelet writes them here itself. */
  readonly podCidr?: string | undefined;
  /** Taints with which the node registers itself. */
  readonly taints: readonly {
    readonly key: string;
    readonly value?: string | undefined;
    readonly effect: string;
  }[];
  /** Quantities by resource: `cpu`, `memory`, `ephemeral-storage`, `pods`, extended resources. */
  readonly capacity: Readonly<Record<string, string>>;
  /** What pods may have of the capacity. */
  readonly allocatable: Readonly<Record<string, string>>;
}
