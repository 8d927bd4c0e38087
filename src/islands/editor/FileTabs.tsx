/** The bar over the editor: a tab for each file, and what can be done about the reader's changes. */
import type { VNode } from 'preact';
import type { EditorWords } from './words.ts';

interface FileTabsProps {
  readonly idBase: string;
  readonly files: readonly string[];
  readonly file: string;
  /** Names of the files that differ from the lab's own. */
  readonly edited: readonly string[];
  readonly canUndo: boolean;
  readonly isComparing: boolean;
  readonly words: EditorWords;
  readonly onShow: (file: string) => void;
  readonly onCompare: () => void;
  readonly onReset: () => void;
  readonly onUndo: () => void;
}

/** Draws the bar. Tabs are walked with the arrow keys. */
export function FileTabs(props: FileTabsProps): VNode {
  const { idBase, files, file, edited, words, onShow } = props;

  function walk(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const next =
      event.key === 'Home'
        ? 0
        : event.key === 'End'
          ? files.length - 1
          : files.indexOf(file) + (step ?? 0);
    if (step === undefined && event.key !== 'Home' && event.key !== 'End') return;
    event.preventDefault();
    const index = (next + files.length) % files.length;
    onShow(files[index] ?? file);
    document.getElementById(`${idBase}tab-${index}`)?.focus();
  }

  return (
    <div class="editor-bar">
      <div class="editor-tabs" role="tablist" aria-label={words.files} onKeyDown={walk}>
        {files.map((name, i) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`${idBase}tab-${i}`}
            aria-controls={`${idBase}panel`}
            aria-selected={name === file}
            tabIndex={name === file ? 0 : -1}
            onClick={() => onShow(name)}
          >
            {name}
            {edited.includes(name) && (
              <span class="editor-dot">
                <span class="editor-sr">{` (${words.edited})`}</span>
              </span>
            )}
          </button>
        ))}
      </div>
      <div class="editor-tools">
        {edited.length > 0 && (
          <button
            type="button"
            aria-pressed={props.isComparing}
            title={words.changesLabel}
            onClick={props.onCompare}
          >
            {words.changes}
          </button>
        )}
        {edited.length > 0 && (
          <button type="button" onClick={props.onReset}>
            {words.reset}
          </button>
        )}
        {props.canUndo && (
          <button type="button" onClick={props.onUndo}>
            {words.undoReset}
          </button>
        )}
      </div>
    </div>
  );
}
