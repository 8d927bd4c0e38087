/** A file against the lab's own text, line by line. To read; the editor comes back for typing. */
import { diffLines } from 'diff';
import type { VNode } from 'preact';
import type { EditorWords } from './words.ts';

interface DiffViewProps {
  readonly file: string;
  readonly original: string;
  readonly text: string;
  readonly words: EditorWords;
}

/** Draws the lines of both texts, each once. */
export default function DiffView({ file, original, text, words }: DiffViewProps): VNode {
  const parts = diffLines(withEnd(original), withEnd(text));
  if (parts.every(({ added, removed }) => !added && !removed)) {
    return <p class="editor-same">{words.noChanges}</p>;
  }
  return (
    <pre class="code editor-diff" tabIndex={0} role="region" aria-label={words.changesOf(file)}>
      <code>
        {parts.flatMap(({ value, added, removed }, part) =>
          value
            .replace(/\n$/, '')
            .split('\n')
            .map((line, i) => {
              const key = `${part}:${i}`;
              if (added)
                return <Line key={key} tag="ins" sign="+" said={words.added} line={line} />;
              if (removed) {
                return <Line key={key} tag="del" sign="−" said={words.removed} line={line} />;
              }
              return <Line key={key} tag="span" sign=" " said="" line={line} />;
            }),
        )}
      </code>
    </pre>
  );
}

function Line(props: {
  readonly tag: 'ins' | 'del' | 'span';
  readonly sign: string;
  readonly said: string;
  readonly line: string;
}): VNode {
  const { tag: Tag, sign, said, line } = props;
  return (
    <Tag class="editor-diff-line">
      <i aria-hidden="true">{sign}</i>
      {said !== '' && <span class="editor-sr">{`${said}: `}</span>}
      {`${line}\n`}
    </Tag>
  );
}

function withEnd(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
