/**
 * What one kubectl process is given: the cluster's API as an ordinary client, files, standard input and output.
 */
import type { Client, ResourceClient } from '../client/client.ts';
import type { KindTable } from '../api/kinds.ts';
import type { KubeObject } from '../api/object.ts';
import type { Engine } from '../engine/engine.ts';
import type { Process } from '../engine/process.ts';
import type { KubectlTiming } from './timing.ts';

/** Options of a request to the API server. */
export type RequestOptions = NonNullable<Parameters<ResourceClient<KubeObject>['get']>[2]>;

/** Media types of patches. */
export type PatchType = Parameters<ResourceClient<KubeObject>['patch']>[2];

/** The directory kubectl is started in. Paths are as typed. */
export interface KubectlFiles {
  /** Returns a file's text; undefined where there is no such file. */
  read(path: string): string | undefined;
  /** Returns the names in a directory, sorted; undefined where the path is no directory. */
  list?(path: string): readonly string[] | undefined;
}

/** Where a process writes. Texts are written as they come, newlines included. */
export interface KubectlOutput {
  stdout(text: string): void;
  stderr(text: string): void;
}

/** What to read from a container's log. */
export interface LogRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly tailLines?: number | undefined;
  readonly limitBytes?: number | undefined;
  /** Only lines written at or after this moment of virtual time. */
  readonly sinceMs?: number | undefined;
}

/** A command to run in a container. */
export interface ExecRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly command: readonly string[];
  readonly stdin: string | undefined;
}

/** The way through the API server to a pod's kubelet. Both throw StatusError where the server refuses. */
export interface KubeletAccess {
  /** Writes the log to `write`; returns at its end, with `follow` when the container has ended. */
  logs(request: LogRequest, write: (text: string) => void): Process;
  /** Runs a command and returns its exit code. */
  exec(request: ExecRequest, output: KubectlOutput): Process<number>;
}

/** One kubectl process's world. */
export interface KubectlContext {
  readonly engine: Engine;
  readonly client: Client;
  readonly kinds: KindTable;
  readonly files: KubectlFiles;
  readonly stdin: string;
  /** The namespace of commands that name none. */
  readonly namespace: string;
  /** Missing where the cluster has no kubelets to ask. */
  readonly kubelet?: KubeletAccess | undefined;
  readonly timing?: Partial<KubectlTiming> | undefined;
}
