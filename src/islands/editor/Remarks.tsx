/** What is wrong with the manifests, as a list under the editor; a remark leads to its line. */
import type { VNode } from 'preact';
import type { Diagnostic } from '#sim/lab/diagnose.ts';
import type { EditorWords } from './words.ts';

interface RemarksProps {
  readonly diagnostics: readonly Diagnostic[];
  /** The file that is shown; remarks about another one name it. */
  readonly file: string;
  readonly words: EditorWords;
  readonly onOpen: (diagnostic: Diagnostic) => void;
}

/** So many remarks are listed; the first mistakes are the ones to mend first. Chosen for legibility */
const maxShown = 6;
const order = { error: 0, warning: 1, hint: 2 } as const;

/** Draws the list, errors first; nothing where there is nothing to say. */
export function Remarks({ diagnostics, file, words, onOpen }: RemarksProps): VNode {
  const sorted = diagnostics.toSorted(
    (a, b) =>
      order[a.severity] - order[b.severity] ||
      Number(a.file !== file) - Number(b.file !== file) ||
      a.line - b.line,
  );
  const rest = sorted.length - maxShown;
  return (
    <div class="editor-remarks" aria-live="polite">
      {sorted.length > 0 && (
        <ul aria-label={words.remarks}>
          {sorted.slice(0, maxShown).map((remark) => (
            <li key={`${remark.file}:${remark.line}:${remark.message}`}>
              <button type="button" data-severity={remark.severity} onClick={() => onOpen(remark)}>
                <Shape severity={remark.severity} />
                <span class="editor-sr">{`${words.severity[remark.severity]}, `}</span>
                <span class="editor-remark-line">
                  {remark.file === file ? '' : `${remark.file} `}
                  {words.line(remark.line)}
                </span>
                <span class="editor-remark-text">{remark.message}</span>
              </button>
            </li>
          ))}
          {rest > 0 && <li class="editor-remark-more">{words.more(rest)}</li>}
        </ul>
      )}
    </div>
  );
}

/** A shape for each severity, so that it is not told by colour alone. */
function Shape({ severity }: { readonly severity: Diagnostic['severity'] }): VNode {
  return (
    <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
      {severity === 'error' && <path d="M2 2 10 10M10 2 2 10" />}
      {severity === 'warning' && <path d="M6 1.5 11 10.5H1Z" />}
      {severity === 'hint' && <circle cx="6" cy="6" r="4.25" stroke-dasharray="2 2" />}
    </svg>
  );
}
