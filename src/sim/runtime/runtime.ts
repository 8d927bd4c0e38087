/**
 * The seam between a kubelet and the container runtime of its node: what the CRI carries, in virtual time.
 *
 * - The runtime outlives the kubelet: whoever stops the kubelet leaves containers and their logs as they are.
 * - A method that returns a Process takes the time that the thing itself takes: a program that ignores its stop
 *   signal, a command, a server's answer. The cost of the runtime's own work (cgroups, mounts, shims) is drawn by
 *   the kubelet before it calls; the methods themselves take none.
 * - Failures are thrown as RuntimeError with the runtime's text, as the CRI returns them.
 * - The runtime itself records in the trace, on the pod, what only it knows: `sigterm` (any stop signal) and `sigkill` when it
 *   sends them, `oom-killed`, `container-exited` {container, exitCode, signal, reason}. `onChange` is called with the entry as cause.
 *
 * Upstream: staging/src/k8s.io/cri-api/pkg/apis/services.go RuntimeService, ImageManagerService
 */
import type { Process, Wait } from '../engine/process.ts';
import type { Signal } from '../engine/signal.ts';
import type { PortMapping } from './node-network.ts';

/** A failure of the runtime: `message` is its text, word for word, as events and statuses show it. */
export class RuntimeError extends Error {
  override readonly name = 'RuntimeError';
  /** The gRPC code: `NotFound`, `Unknown`, `DeadlineExceeded`. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The pod for which a sandbox is made. */
export interface SandboxConfig {
  readonly podUid: string;
  readonly namespace: string;
  readonly name: string;
  /** Which sandbox of the pod this is, from 0. */
  readonly attempt: number;
  readonly hostname: string;
  /** Uses the node's network: no address of its own, `ip` is the node's. */
  readonly hostNetwork: boolean;
  /** One process namespace for all containers: none of them is PID 1. */
  readonly shareProcessNamespace: boolean;
  /** What /etc/resolv.conf says; undefined: nothing. */
  readonly dns?: DnsConfig | undefined;
  /** Ports of the node that lead to ports of the pod. Upstream: cri-api PodSandboxConfig.port_mappings */
  readonly portMappings?: readonly PortMapping[] | undefined;
  /** What /etc/hosts says beside the pod's own line; undefined: there is no such file. */
  readonly hosts?: HostsConfig | undefined;
}

/** The managed hosts file of a pod. */
export interface HostsConfig {
  /** `my-subdomain.default.svc.cluster.local` where the pod has a subdomain. */
  readonly domain: string | undefined;
  readonly aliases: readonly { readonly ip: string; readonly hostnames: readonly string[] }[];
}

/** The resolver's configuration in a pod. */
export interface DnsConfig {
  readonly nameservers: readonly string[];
  readonly searches: readonly string[];
  /** `ndots:5`. */
  readonly options: readonly string[];
}

/** A sandbox: the pod's network, alive from `runPodSandbox` until `stopPodSandbox`. */
export interface SandboxStatus {
  readonly id: string;
  readonly config: SandboxConfig;
  readonly state: 'ready' | 'not-ready';
  /** The pod's address; kept when the sandbox has stopped. */
  readonly ip: string;
  readonly createdAtMs: number;
}

/** A volume of a pod as the containers see it. Its files are shared by all mounts of the same name. */
export interface VolumeConfig {
  readonly name: string;
  /** The volume's first content: path inside the volume, without a leading slash, to text. */
  readonly files: Readonly<Record<string, string>>;
  /** A path of the node that the volume shows; such a volume outlives the pod. */
  readonly hostPath?: string | undefined;
  readonly sizeLimitBytes?: number | undefined;
  /**
   * How the files lie there: `plain` (the default; emptyDir, a single file), `memory` (emptyDir in memory), or `atomic`: files are links
   * through `..data` to a directory that is replaced as a whole (ConfigMap, Secret, downward API, projected).
   */
  readonly layout?: 'plain' | 'memory' | 'atomic' | undefined;
  /** An atomic volume whose files lie in memory: all but those of a ConfigMap. */
  readonly isInMemory?: boolean | undefined;
  /** Group that owns the files (fsGroup); undefined means root. */
  readonly group?: number | undefined;
  /** Permission bits of the files; undefined means 0644. */
  readonly mode?: number | undefined;
}

/** A volume in a container. `subPath` is '' for the whole volume. */
export interface MountConfig {
  readonly volume: string;
  readonly mountPath: string;
  readonly subPath: string;
  readonly readOnly: boolean;
}

/** What a container is made from: everything is resolved, no reference to the API is left. */
export interface ContainerConfig {
  readonly name: string;
  /** `imageId` as `imageStatus` gave it. */
  readonly image: string;
  /** Which container of this name this is, from 0: the restart count. */
  readonly attempt: number;
  /** Undefined means the image's entrypoint; `args` undefined means its command, or none where `command` is given. */
  readonly command: readonly string[] | undefined;
  readonly args: readonly string[] | undefined;
  readonly workingDir: string | undefined;
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly mounts: readonly MountConfig[];
  readonly stdin: boolean;
  readonly tty: boolean;
  readonly memoryLimitBytes: number | undefined;
  readonly cpuLimitMilli: number | undefined;
  readonly runAsUser: number | undefined;
  readonly runAsGroup: number | undefined;
  readonly readOnlyRootFilesystem: boolean;
  readonly terminationMessagePath: string;
  /** The signal that `lifecycle.stopSignal` asks for; undefined means the image's STOPSIGNAL, else SIGTERM. */
  readonly stopSignal: string | undefined;
  /** Further groups of the user: supplementalGroups and fsGroup. */
  readonly groups?: readonly number[] | undefined;
  /** False for a container that has dropped all capabilities; undefined means it has those of the runtime. */
  readonly hasCapabilities?: boolean | undefined;
  /** Ports that the pod declares for it. An image of which nothing is known listens there, as a plain HTTP server. */
  readonly ports?: readonly number[] | undefined;
}

/** A container at one moment. Every change of it makes a new status and is told to `onChange`. */
export interface ContainerStatus {
  readonly id: string;
  readonly sandboxId: string;
  readonly podUid: string;
  readonly config: ContainerConfig;
  readonly state: 'created' | 'running' | 'exited';
  readonly createdAtMs: number;
  /** Undefined before the start, and for a container that could not be started. */
  readonly startedAtMs: number | undefined;
  readonly finishedAtMs: number | undefined;
  readonly exitCode: number | undefined;
  /** `Completed`, `Error`, `OOMKilled`, `StartError`; '' while it has not exited. */
  readonly reason: string;
  /** What the program wrote to its termination message path, or why it could not be started. */
  readonly message: string;
  /** `docker.io/library/busybox:1.36`, and with its digest. */
  readonly imageName: string;
  readonly imageId: string;
  /** The user that the main process runs as. */
  readonly user: { readonly uid: number; readonly gid: number };
}

/** An image that is on the node. */
export interface ImageStatus {
  /** `docker.io/library/busybox:1.36`. */
  readonly name: string;
  /** `docker.io/library/busybox@sha256:…`. */
  readonly id: string;
  readonly sizeBytes: number;
  /** The user that the image names, if it does by number. */
  readonly user: number | undefined;
  /** Nothing is known of this image: its program is taken to be a plain server on the ports that the pod declares. */
  readonly isAssumed?: true | undefined;
}

/** How a command in a container ended. A command that was still running at its timeout was killed. */
export interface ExecResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Both streams as they came: what an exec probe reports. */
  readonly output: string;
  readonly timedOut: boolean;
}

/** One line of a container's log. */
export interface LogLine {
  readonly timeMs: number;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
  /** The program ended without ending this line: no line end is printed after it. */
  readonly partial?: true | undefined;
}

/** The container runtime of one node. */
export interface RuntimeService {
  /** Makes the pod's sandbox and attaches it to the node's network. Throws RuntimeError. */
  runPodSandbox(config: SandboxConfig): Process<SandboxStatus>;
  /** Kills what still runs in the sandbox and takes its network away. Again: nothing. */
  stopPodSandbox(sandboxId: string): Process;
  /** Forgets a stopped sandbox with its containers. */
  removePodSandbox(sandboxId: string): Process;
  /** The pod's sandboxes, newest first. */
  sandboxesOf(podUid: string): readonly SandboxStatus[];

  /** An image on the node; undefined when it has to be pulled. Throws RuntimeError for a name that is none. */
  imageStatus(reference: string): ImageStatus | undefined;
  /**
   * Pulls an image. It takes the time that the image declares, else `defaultMs`.
   * Throws RuntimeError with the text of `rpc error: code = …` when the registry has no such image.
   */
  pullImage(reference: string, defaultMs: number): Process<ImageStatus>;
  /** Images on the node, by name. */
  images(): readonly ImageStatus[];

  /** Makes a volume of a pod, or replaces the content of one that exists (a changed ConfigMap). */
  setVolume(podUid: string, volume: VolumeConfig): void;
  /** Forgets all volumes of a pod. */
  removeVolumes(podUid: string): void;

  /** Returns the new container's ID (`containerd://` not included). Throws RuntimeError. */
  createContainer(sandboxId: string, config: ContainerConfig): Process<string>;
  /** Starts the program. Throws RuntimeError when it cannot be started; the container has then exited, 128. */
  startContainer(containerId: string): Process;
  /**
   * Sends the stop signal to the main process, waits for its end for at most `timeoutMs`, then sends SIGKILL and
   * waits for the end. Returns when the container has exited; at once when it had.
   */
  stopContainer(containerId: string, timeoutMs: number): Process;
  /** Forgets an exited container with its log. */
  removeContainer(containerId: string): Process;
  /** The status of a container that was not removed. */
  containerStatus(containerId: string): ContainerStatus | undefined;
  /** The pod's containers of all attempts, newest first. */
  containersOf(podUid: string): readonly ContainerStatus[];
  /** Is given when the container has exited. Throws RuntimeError for a container that was removed. */
  exited(containerId: string): Signal;
  /** UIDs of the pods that have a sandbox or a container here, in order of their first sandbox. */
  podUids(): readonly string[];
  /** Calls back after each change of a container or sandbox. Returns the way to hang up. */
  onChange(call: (podUid: string) => void): () => void;

  /**
   * Runs a command in a running container and waits for its end, at most `timeoutMs` (Infinity: without limit).
   * Throws RuntimeError: NotFound when nothing runs there, Unknown with the runtime's text for no such command.
   * `stdin` is what the command can read.
   */
  exec(
    containerId: string,
    command: readonly string[],
    timeoutMs: number,
    stdin?: string,
  ): Process<ExecResult>;

  /** The container's log from its start. Grows while the container runs. */
  log(containerId: string): readonly LogLine[];
  /** Waits until the log has a new line or the container has ended. */
  logGrown(containerId: string): Wait<void>;
}
