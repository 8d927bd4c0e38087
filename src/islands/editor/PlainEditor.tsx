/**
 * An input field over a highlighted block: its own text is invisible, the block's shows through, so that the caret
 * stands between the block's glyphs. It is the editor on touch devices, and the first one everywhere.
 */
import type { RefObject, VNode } from 'preact';
import { shown } from './file-text.ts';

interface PlainEditorProps {
  readonly field: RefObject<HTMLTextAreaElement>;
  readonly label: string;
  readonly describedBy: string;
  readonly text: string;
  /** Whether no block lies under the field: then its own text is seen. */
  readonly isAlone: boolean;
  readonly onInput: (shownText: string) => void;
  readonly onRun: () => void;
  readonly onFocus: () => void;
}

/** Draws the field; it is as large as the block it lies on. */
export function PlainEditor(props: PlainEditorProps): VNode {
  const { field, label, describedBy, text, isAlone, onInput, onRun, onFocus } = props;
  return (
    <textarea
      ref={field}
      class="editor-input"
      data-alone={isAlone ? '' : undefined}
      aria-label={label}
      aria-describedby={describedBy}
      value={shown(text)}
      spellcheck={false}
      autocapitalize="off"
      autocomplete="off"
      wrap="off"
      onInput={(event) => onInput(event.currentTarget.value)}
      onFocus={onFocus}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          event.stopPropagation();
          onRun();
        } else if (event.key === 'Enter' && !event.isComposing) indent(event);
      }}
    />
  );
}

/** Begins a new line below the one that is left, one step deeper behind a key without a value. */
function indent(event: KeyboardEvent): void {
  const field = event.currentTarget as HTMLTextAreaElement;
  const before = field.value.slice(0, field.selectionStart);
  const line = before.slice(before.lastIndexOf('\n') + 1);
  const spaces = /^ */.exec(line)?.[0] ?? '';
  const deeper = /^\s*(?:- +)*[^\s#][^#]*:\s*(?:[|>][-+]?)?\s*$/.test(line) ? '  ' : '';
  if (spaces === '' && deeper === '') return;
  event.preventDefault();
  // The one way of inserting that keeps the field's own undo steps.
  document.execCommand('insertText', false, `\n${spaces}${deeper}`);
}
