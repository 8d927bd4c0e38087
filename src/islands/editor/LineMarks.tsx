/** What lies under the glyphs of a block: the marked line, and a line under each remark. Places count in lines and characters. */
import type { VNode } from 'preact';
import type { Diagnostic } from '#sim/lab/diagnose.ts';

/** Draws the marks of one file; line 0 marks none. */
export function LineMarks(props: {
  readonly diagnostics: readonly Diagnostic[];
  readonly line: number;
}): VNode {
  const { diagnostics, line } = props;
  return (
    <div class="editor-marks" aria-hidden="true">
      {line > 0 && <i class="editor-marked" style={{ '--line': line - 1 }} />}
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
