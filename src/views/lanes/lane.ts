/** What a lane is before it is drawn: stretches of time, moments, dots and lines, with the objects and entries behind them. */
import type { EntryId } from '#sim/engine/trace.ts';
import type { RequestStyleId, SignId, StateId } from '../vocabulary.ts';

/** A state over a stretch of time. `row` counts from 0 where a lane has thin rows. */
export interface Segment {
  readonly fromMs: number;
  readonly toMs: number;
  readonly state: StateId;
  readonly row?: number | undefined;
  /** Said within the bar, where there is room. */
  readonly text?: string | undefined;
  readonly title?: string | undefined;
}

/** How a mark is meant. */
export type Tone = 'plain' | 'good' | 'bad' | 'faint';

/** A moment with a word. Where there is no room for every word, those of more weight stay. */
export interface Mark {
  readonly timeMs: number;
  readonly word: string;
  readonly tone: Tone;
  readonly weight: number;
  readonly entry: EntryId;
}

/** A small tick under a bar: one probe. */
export interface Tick {
  readonly timeMs: number;
  readonly isGood: boolean;
  readonly entry: EntryId;
}

/** A request. */
export interface Dot {
  readonly timeMs: number;
  readonly style: RequestStyleId;
  readonly entry: EntryId;
}

/** An act of a component, and where its cause was: the lane and the moment. */
export interface Act {
  readonly timeMs: number;
  readonly entry: EntryId;
  readonly causeLane: number;
  readonly causeMs: number;
}

/** A number over time, drawn as a line; it keeps its value until the next point when `isStepped`. */
export interface Series {
  readonly label: string;
  /** How the legend explains it, where the lane's own words do not. */
  readonly sign?: SignId;
  readonly hue: string;
  readonly isArea: boolean;
  readonly isStepped: boolean;
  readonly points: readonly (readonly [timeMs: number, value: number])[];
}

/** One lane of the picture. */
export interface Lane {
  readonly kind: string;
  readonly label: string;
  readonly detail: string;
  /** The full name, where the label is short. */
  readonly title: string;
  /** The key of the object that the lane is about, '' for none. */
  readonly object: string;
  readonly heightPx: number;
  readonly segments: readonly Segment[];
  readonly marks: readonly Mark[];
  readonly ticks?: readonly Tick[];
  readonly dots?: readonly Dot[];
  readonly acts?: readonly Act[];
  readonly series?: readonly Series[];
  /** The least and the largest value of the lane's numbers; from 0 to their own largest by default. */
  readonly scale?: readonly [number, number];
  /** Thin rows of the bar, 1 by default. */
  readonly rows?: number;
}

/** The part of a run that is drawn. */
export interface TimeWindow {
  readonly fromMs: number;
  readonly toMs: number;
}
