/**
 * The load of a recording, made again: the same clients from the same places at the same rates, asking what the recorded ones
 * asked by address.
 */
import { valueAt } from '#sim/api/object.ts';
import { loadSeam } from '#sim/cluster.ts';
import type { Cluster } from '#sim/cluster.ts';
import type { LoadDeclaration } from '#sim/network/load-declaration.ts';
import type { Scenario, Step } from './scenario.ts';

/** A client as `steps.json` tells it. */
export interface RecordedLoad {
  readonly name: string;
  /** `svc/web`, `pod/proxy`, `nodeport/web@node-2`. */
  readonly target: string;
  /** A node, or `cp` for outside. */
  readonly from: string;
  readonly path: string;
  readonly rate: number;
  readonly timeoutMs: number;
  readonly keepAlive: boolean;
  readonly maxInFlight: number;
  readonly port: number;
}

/** Reads the client of a step. */
export function recordedLoad({ load }: Step): RecordedLoad | undefined {
  return load === undefined ? undefined : (load as RecordedLoad);
}

/** A client at work. */
export interface RunningLoad {
  /** When the recorded one sent its last request; `stopLoad` is told only when the last answer was there. */
  readonly lastMs: number;
  stop(): void;
}

/** Starts a client. */
export function startRecordedLoad(
  cluster: Cluster,
  { namespace, requests = [] }: Scenario,
  load: RecordedLoad,
): RunningLoad {
  const Client = loadSeam.get();
  const client = new Client(cluster.network, cluster.requests, declare(cluster, namespace, load));
  client.start();
  const own = requests.filter((request) => request.client === load.name);
  return { lastMs: own.reduce((last, { t }) => Math.max(last, t), 0), stop: () => client.stop() };
}

function declare(cluster: Cluster, namespace: string, load: RecordedLoad): LoadDeclaration {
  const { host, port } = addressOf(cluster, namespace, load);
  return {
    name: load.name,
    from: load.from === 'cp' ? 'outside' : load.from,
    namespace,
    url: `http://${host}:${port}${load.path}`,
    ratePerSecond: load.rate,
    keepAlive: load.keepAlive,
    timeoutMs: load.timeoutMs,
    inFlightMax: load.maxInFlight,
  };
}

/** Where the target is here: addresses and ports of nodes are drawn anew. */
function addressOf(
  cluster: Cluster,
  namespace: string,
  { target, port }: RecordedLoad,
): { readonly host: string; readonly port: number } {
  const [kind = '', rest = ''] = target.split('/');
  const [name = '', nodeName = ''] = rest.split('@');
  if (kind === 'pod') {
    const pod = cluster.server.peek('Pod', namespace, name);
    return { host: String(valueAt(pod, 'status', 'podIP') ?? 'unknown'), port };
  }
  const service = cluster.server.peek('Service', namespace, name);
  if (kind === 'svc') return { host: String(valueAt(service, 'spec', 'clusterIP') ?? name), port };
  const nodePort = valueAt(service, 'spec', 'ports', 0, 'nodePort');
  return { host: cluster.network.node(nodeName)?.nodeIp ?? nodeName, port: Number(nodePort) };
}
