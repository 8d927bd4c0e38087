/** What a page and its simulation worker say to each other. The history stays in the worker; answers are markup and short lists. */
import type { Diagnostic } from '#sim/lab/diagnose.ts';
import type { Lab } from '#sim/lab/lab-format.ts';
import type { ReaderAction } from '#sim/lab/run.ts';
import type { PartName } from '#sim/part.ts';
import type { TimeWindow } from '#views/lanes/lane.ts';
import type { GoverningLine } from '#views/line-of.ts';
import type { Scene } from '#views/scene.ts';
import type { ViewOptions } from '#views/view.ts';

/** All that one run depends on beside the lab itself. */
export interface RunRequest {
  readonly texts: Readonly<Record<string, string>>;
  readonly actions: readonly ReaderAction[];
  /** Whether to run although a manifest has mistakes: kubectl then says what it thinks of it. */
  readonly isForced: boolean;
  readonly window: TimeWindow | undefined;
  /** Whether it is the lab as the built page shows it: then no scene is wanted. */
  readonly isOwn: boolean;
  /** The view that is open: it comes with the run, so that the page is drawn once. */
  readonly look: Look;
}

/** A view, and what is the case at its time. */
export interface Look {
  readonly view: string;
  readonly options: ViewOptions;
}

/** A question about the last run. */
export type Question =
  | ({ readonly kind: 'look' } & Look)
  | { readonly kind: 'picture'; readonly window: TimeWindow }
  /** Which entry is meant by a click on an object's lane at a time. */
  | { readonly kind: 'pick'; readonly object: string; readonly timeMs: number };

/** From the page to the worker. `lab` is the lab's id: one worker serves all labs of a page. */
export type ToWorker =
  | {
      readonly type: 'open';
      readonly lab: Lab;
      readonly locale: string;
      readonly prefix: string;
      /** Parts of the simulator that the lab's own run needs. */
      readonly parts: readonly PartName[];
    }
  | {
      readonly type: 'run';
      readonly lab: string;
      readonly generation: number;
      readonly request: RunRequest;
    }
  | {
      readonly type: 'ask';
      readonly lab: string;
      readonly id: number;
      readonly question: Question;
    };

/** What a run left for the page. */
export interface RunResult {
  /** Undefined for the lab's own run. */
  readonly scene: Scene | undefined;
  /** Entries to step through, and their times. */
  readonly steps: Int32Array<ArrayBuffer>;
  readonly stepTimes: Float64Array<ArrayBuffer>;
  /** When the reader's last command had printed all it prints; -1 without one. */
  readonly commandEndMs: number;
  /** What is seen of the open view; of a new scene at the entry that it explains first. */
  readonly seen: { readonly look: Look; readonly answer: Answer };
  readonly moments: RunMoments;
}

/** When a run came how far in the worker, in ms since the epoch: two threads have no other clock in common. */
export interface RunMoments {
  readonly heardMs: number;
  /** The texts were judged. */
  readonly judgedMs: number;
  readonly ranMs: number;
  readonly drawnMs: number;
}

/** The answer to a question. */
export interface Answer {
  readonly markup: string;
  /** What is the case at the asked time, in one sentence. */
  readonly instant: string;
  readonly entry: number;
  readonly timeMs: number;
  /** The chain of causes of the asked entry. */
  readonly chain: readonly number[];
  /** The line of a file that the chain leads to. */
  readonly line: GoverningLine | undefined;
}

/** The answer that says nothing. */
export const emptyAnswer: Answer = {
  markup: '',
  instant: '',
  entry: -1,
  timeMs: 0,
  chain: [],
  line: undefined,
};

/** From the worker to the page. */
export type FromWorker =
  | {
      readonly type: 'diagnosed';
      readonly lab: string;
      readonly generation: number;
      readonly diagnostics: readonly Diagnostic[];
    }
  | {
      readonly type: 'ran';
      readonly lab: string;
      readonly generation: number;
      readonly result: RunResult;
    }
  /** The texts have mistakes: nothing was run. */
  | { readonly type: 'held'; readonly lab: string; readonly generation: number }
  | { readonly type: 'answer'; readonly lab: string; readonly id: number; readonly answer: Answer }
  | {
      readonly type: 'failed';
      readonly lab: string;
      readonly generation: number;
      readonly message: string;
      /** A file of the simulation did not come; nothing is wrong with the run. */
      readonly isUnloaded: boolean;
    };
