/** What the instrument gives to its editor, and what it asks of it. The editor knows nothing of runs or pictures. */
import type { ReadonlySignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { Diagnostic } from '#sim/lab/diagnose.ts';
import type { SliderDeclaration } from '#sim/lab/lab-format.ts';

/** A line of a file that something points at: the line that a chain of causes ends in. */
export interface MarkedLine {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** Whether what it leads to went wrong. */
  readonly isBad: boolean;
}

/** Texts by file. */
export type Texts = Readonly<Record<string, string>>;

/** What is kept in the browser of a lab: not always what is shown. */
export interface Keeping {
  /** The reader's texts. */
  readonly texts: Texts;
  /** The reader's earlier texts, where they went on with a solution and can come back. */
  readonly aside?: Texts | undefined;
}

/** The properties of `Editor`. Texts change by the editor's own edits, by a reset, and by acts of the instrument. */
export interface EditorProps {
  /** The lab's id: edits are kept in the browser under it. */
  readonly id: string;
  readonly locale: string;
  /** Names of the files in tabs, in order. */
  readonly files: readonly string[];
  /** The texts as the lab has them, by name. */
  readonly originals: Readonly<Record<string, string>>;
  readonly texts: ReadonlySignal<Readonly<Record<string, string>>>;
  readonly onEdit: (name: string, text: string) => void;
  /** What is to be kept, where it may differ from what is shown. */
  readonly keeping?: ReadonlySignal<Keeping>;
  /** Gives back what was kept aside. */
  readonly onAside?: (texts: Texts) => void;
  /** Ctrl or Cmd with Enter. */
  readonly onRun: () => void;
  readonly diagnostics: ReadonlySignal<readonly Diagnostic[]>;
  readonly marked: ReadonlySignal<MarkedLine | undefined>;
  readonly sliders: readonly SliderDeclaration[];
  /** The highlighted blocks of the built page: one `<section class="lab-file" data-file="web.yaml">` a file. */
  readonly children?: ComponentChildren;
}
