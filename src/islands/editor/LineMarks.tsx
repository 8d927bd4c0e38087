/** What lies under the glyphs of a block: the marked line, and a line under each remark. Places count in lines and characters. */
import type { VNode } from 'preact';
import type { Diagnostic } from '#sim/lab/diagnose.ts';
import type { MarkedLine } from '../editor-slot.ts';

/** Draws the marks of one file. */
export function LineMarks(props: {
  readonly diagnostics: readonly Diagnostic[];
  readonly marked: MarkedLine | undefined;
}): VNode {
  const { diagnostics, marked } = props;
  return (
    <div class="editor-marks" aria-hidden="true">
      {marked && (
        <i
          class="editor-marked"
          data-tone={marked.isBad ? 'bad' : undefined}
          style={{ '--line': marked.line - 1 }}
        />
      )}
      {diagnostics.map((remark) => (
        <i
          key={`${remark.line}:${remark.column}:${remark.message}`}
          class="editor-under"
          data-severity={remark.severity}
          style={{
            '--line': remark.line - 1,
            '--from': remark.column - 1,
            '--length':
              remark.endLine === remark.line ? Math.max(1, remark.endColumn - remark.column) : 4,
          }}
        />
      ))}
    </div>
  );
}
