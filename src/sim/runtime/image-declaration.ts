/**
 * How a lab declares an image of its own: what the program does that runs when a container is made from it.
 *
 * Every field but the name is optional; the defaults give a plain HTTP server on port 80 that is up after 20 ms and
 * exits at once when it gets SIGTERM. A real cluster would pull an image that behaves so; nothing in the manifests changes.
 */

/** What a declared program does when it gets its stop signal. */
export type StopBehaviour =
  /** Exits at once with code 0; open connections break. */
  | 'exit'
  /** Does nothing: it lives until SIGKILL. */
  | 'ignore'
  /** Serves on for `drainMs`, then takes no more connections, finishes the open requests and exits 0. */
  | 'drain';

/** One path of a declared server with an answer of its own. */
export interface RouteDeclaration {
  readonly status?: number;
  readonly body?: string;
  /** Milliseconds until the answer. */
  readonly responseMs?: number;
}

/** An image that a lab declares. */
export interface ImageDeclaration {
  /** `registry.example.com/shop:1.0`; without a tag it stands for every tag. */
  readonly name: string;
  /** Milliseconds from the start of the program until it listens. Default 20. */
  readonly startMs?: number;
  /** Ports on which it serves HTTP. Default [80]; an empty list: it serves nothing. */
  readonly ports?: readonly number[];
  /** Path that says whether it is ready: 503 until `delayMs` after the start, then 200; 503 again while it drains. */
  readonly readiness?: { readonly path: string; readonly delayMs?: number };
  /** Default 'exit'. */
  readonly onSigterm?: StopBehaviour;
  /** With 'drain': milliseconds from the signal until it stops listening. Default 0. */
  readonly drainMs?: number;
  /** Milliseconds that an answer takes. Default 0. */
  readonly responseMs?: number;
  /** Chance of an answer 500, from 0 to 1. Default 0. */
  readonly failureRate?: number;
  /** Answers of single paths. Other paths get 200 with the host name. */
  readonly routes?: Readonly<Record<string, RouteDeclaration>>;
  /** Milliseconds from the start until it exits by itself; never when left out. */
  readonly exitAfterMs?: number;
  /** Code of that exit. Default 0. */
  readonly exitCode?: number;
  /** Milliseconds from the start until it hangs: connections are taken, nothing is answered. */
  readonly hangAfterMs?: number;
  /** Bytes of memory that it takes at once. Default 16 MiB. */
  readonly memoryBytes?: number;
  /** Bytes that it takes more each second, until the limit kills it. Default 0. */
  readonly memoryGrowthBytesPerSecond?: number;
  /** Thousandths of a CPU that it uses all the time. Default 0. */
  readonly cpuMilli?: number;
  /** Milliseconds of CPU time that an answer costs; it takes at least so long. Default 0. */
  readonly cpuMsPerRequest?: number;
  /** What it writes to its log when it has started. */
  readonly log?: string;
  /** Size on disk. Default 25 MiB. */
  readonly sizeBytes?: number;
  /** Milliseconds that a pull takes; default: what the node's pulls take. */
  readonly pullMs?: number;
  /** The registry does not have it: pulls fail. */
  readonly isMissing?: boolean;
  /** Environment of the image. */
  readonly env?: Readonly<Record<string, string>>;
  /** STOPSIGNAL of the image: `SIGQUIT`. Default SIGTERM. */
  readonly stopSignal?: string;
  /** User of the image, by number. Default 0. */
  readonly user?: number;
}
