/**
 * The lab format: what stands in a `*.lab.yaml`. A lab is data; nothing is registered anywhere.
 *
 * The schema in `lab.schema.json` says the same to editors, to the build and to the tests.
 */
import type { LoadDeclaration } from '../network/load-declaration.ts';
import type { ImageDeclaration } from '../runtime/image-declaration.ts';

/** Text in each language; English is always there. */
export type LocalText = Readonly<{ en: string } & Record<string, string>>;

/** A stretch of virtual time as a person writes it: `500ms`, `10s`, `1m30s`. */
export type DurationText = string;

/** Parts of the cluster that a lab can stop, slow down or cut off. */
export interface ClusterDeclaration {
  /** How many nodes, `node-1` and on. Default 3. */
  readonly nodes?: number | undefined;
  /** CPU and memory of each node as quantities; default 4 CPUs, 8Gi, 110 pods. */
  readonly nodeCapacity?: Readonly<Record<string, string>> | undefined;
  /** Components that do not run from the start: `kube-scheduler`, `kube-proxy/node-2`. */
  readonly stopped?: readonly string[] | undefined;
  /** One-way latency of components to the API server in ms: a number or [low, high]. Key `*` is the default. */
  readonly latencyMs?: Readonly<Record<string, number | readonly [number, number]>> | undefined;
  /** How long a pull of an image takes in ms where the image does not say. */
  readonly imagePullMs?: number | undefined;
  /** Whether usage of CPU and memory is measured and served, as a HorizontalPodAutoscaler needs it. Default false. */
  readonly metricsServer?: boolean | undefined;
  /**
   * How often, per second on average, Services of other people change. Each such change makes the kube-proxies load rules, so
   * that a change that comes within the next second has to wait. Default: never.
   */
  readonly otherServiceChangesPerSecond?: number | undefined;
  /** Requests per second and burst of a component's client. */
  readonly rateLimits?:
    Readonly<Record<string, { readonly qps: number; readonly burst: number }>> | undefined;
}

/** Something that is done to the cluster, by hand or by fate. */
export interface FaultDeclaration {
  readonly fault:
    'stop' | 'start' | 'cut' | 'join' | 'slow' | 'drop-watch' | 'disconnect' | 'crash';
  /** The component: `kube-scheduler`, `replicaset-controller`, `kubelet/node-1`, `node-1`. */
  readonly target: string;
  /** For `slow`: the new latency in ms. */
  readonly latencyMs?: number | readonly [number, number] | undefined;
  /** For `drop-watch`: how many events of which kind are lost. */
  readonly kind?: string | undefined;
  readonly count?: number | undefined;
}

/** When something is done: at a time, or once a CEL condition holds. */
export interface Moment {
  readonly at?: DurationText | undefined;
  readonly when?: string | undefined;
  /** With `when`: how long after the condition holds. */
  readonly after?: DurationText | undefined;
}

/** One act of a lab: a command line, or a fault. */
export type ActDeclaration = Moment & {
  readonly run?: string | undefined;
  readonly fault?: FaultDeclaration['fault'] | undefined;
} & Partial<Omit<FaultDeclaration, 'fault'>>;

/** A slider bound to a value in a manifest. */
export interface SliderDeclaration {
  readonly label: LocalText;
  readonly file: string;
  /** Which document of the file, from 0. */
  readonly document?: number | undefined;
  /** `spec.replicas`, `spec.template.spec.containers[0].readinessProbe.periodSeconds`. */
  readonly path: string;
  readonly min: number;
  readonly max: number;
  readonly step?: number | undefined;
  readonly unit?: string | undefined;
}

/** A question that the reader answers before the run is shown. */
export interface PredictionDeclaration {
  readonly id: string;
  readonly question: LocalText;
  readonly choices: readonly {
    readonly value: string;
    readonly text: LocalText;
    /** What to say to those who chose it. */
    readonly feedback?: LocalText | undefined;
  }[];
  /** CEL that gives the right choice's value. */
  readonly answer: string;
}

/** A claim that must hold of the run, or the build fails. */
export interface CheckDeclaration {
  readonly claim: LocalText;
  readonly expr: string;
}

/** A number for the prose or under the picture. */
export interface ValueDeclaration {
  /** CEL that gives a number or a text. */
  readonly expr: string;
  /** Set for the figures under the picture, four at most. */
  readonly label?: LocalText | undefined;
  readonly unit?: 'ms' | 's' | '' | undefined;
  readonly tone?: 'good' | 'bad' | 'neutral' | undefined;
}

/** What the instrument shows. */
export interface ShowDeclaration {
  /** Lanes of the picture, top to bottom: `components`, `objects`, `pods`, `conditions`, `rollout`, `indexes`, `schedules`, `claims`, `nodes`, `endpoints`, `rules`, `requests`, `log`. */
  readonly lanes: readonly string[];
  /** Views beside the picture, the first one open: `why`, `tree`, `inspector`, `events`, `kubectl`, `requests`, `story`. */
  readonly views: readonly string[];
  /** The part of the run that is shown first. Default: from 0 to the end. */
  readonly window?: readonly [DurationText, DurationText] | undefined;
  /** Numbers read from container logs and drawn as lines in the lane `log`. */
  readonly series?:
    | readonly {
        readonly label: LocalText;
        /** The pod's name, or its beginning followed by `*`. */
        readonly pod: string;
        readonly container?: string | undefined;
        /** A regular expression whose first group is the number. */
        readonly pattern: string;
        readonly unit?: string | undefined;
      }[]
    | undefined;
  /** Texts on the picture: shaded spans and their words. */
  readonly marks?:
    | readonly {
        /** CEL that gives the time in ms. */
        readonly from: string;
        readonly to?: string | undefined;
        readonly text: LocalText;
        readonly tone?: 'good' | 'bad' | 'neutral' | undefined;
      }[]
    | undefined;
}

/** An exercise: what the reader must make true by editing. */
export interface GoalDeclaration {
  readonly text: LocalText;
  readonly expr: string;
  readonly hints?: readonly LocalText[] | undefined;
  /** Names of files beside the lab that hold the solution, by the name of the file they replace. */
  readonly solution?: Readonly<Record<string, string>> | undefined;
}

/** A lab as it stands in its file. */
export interface LabDeclaration {
  readonly title: LocalText;
  readonly caption: LocalText;
  readonly seed?: number | undefined;
  readonly until: DurationText;
  /** CEL: the run ends once it holds, though never before `until` of 0. */
  readonly stopWhen?: string | undefined;
  readonly cluster?: ClusterDeclaration | undefined;
  readonly images?: readonly ImageDeclaration[] | undefined;
  /** Manifests in tabs, in order. The first one is open. */
  readonly files: readonly string[];
  /** Manifests that are applied before the start and not shown. */
  readonly setup?: readonly string[] | undefined;
  readonly load?: readonly LoadDeclaration[] | undefined;
  readonly do: readonly ActDeclaration[];
  readonly show: ShowDeclaration;
  readonly sliders?: readonly SliderDeclaration[] | undefined;
  readonly predict?: readonly PredictionDeclaration[] | undefined;
  readonly values?: Readonly<Record<string, ValueDeclaration>> | undefined;
  readonly checks: readonly CheckDeclaration[];
  readonly goals?: readonly GoalDeclaration[] | undefined;
  /** What is simplified here and matters to what is shown. */
  readonly simplified?: readonly LocalText[] | undefined;
  /** Where the behaviour is to be read: upstream path and symbol, documentation, recording. */
  readonly sources?: readonly string[] | undefined;
}

/** A lab with the texts of its files: all that a run needs, and all that a page gets. */
export interface Lab extends LabDeclaration {
  /** `<chapter slug>/<name>`. */
  readonly id: string;
  /** The text of every file of `files`, `setup` and the solutions, by name. */
  readonly texts: Readonly<Record<string, string>>;
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Reads `1m30s` as milliseconds. Throws on text that is no duration. */
export function parseDuration(text: DurationText): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map((part) => part[0]).join('') !== text) {
    throw new Error(`invalid duration: ${text} (expected for example 500ms, 10s or 1m30s)`);
  }
  const ms = parts.reduce((sum, part) => sum + Number(part[1]) * (unitMs[part[2] ?? ''] ?? 0), 0);
  return Math.round(ms);
}

/** Returns the text in a language, in English where there is none. */
export function inLocale(text: LocalText, locale: string): string {
  return (text as Readonly<Record<string, string>>)[locale] ?? text.en;
}
