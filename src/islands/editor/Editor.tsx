/**
 * The editor of a lab: the manifests in tabs, with what is wrong with them, sliders for their values, what was changed,
 * and a reset that can be undone.
 *
 * - The block that the build highlighted stands until it is edited. An input field lies on it from the start; where there is
 *   a mouse, the full editor takes its place on first use, and nothing moves.
 * - The texts belong to the instrument; the editor keeps a reader's version of them in the browser.
 */
import { useSignalEffect } from '@preact/signals';
import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Diagnostic } from '#sim/lab/diagnose.ts';
import type { EditorProps, MarkedLine, Texts } from '../editor-slot.ts';
import { CodeBlock, colouredMax } from './CodeBlock.tsx';
import { loadEdits, saveEdits } from './edits-store.ts';
import { shown, written } from './file-text.ts';
import { LineMarks } from './LineMarks.tsx';
import type { RichEditor } from './monaco.ts';
import { PlainEditor } from './PlainEditor.tsx';
import { Remarks } from './Remarks.tsx';
import { Sliders } from './Sliders.tsx';
import { FileTabs } from './FileTabs.tsx';
import { editorWords } from './words.ts';
import './editor.css';

const loadRich = () => import('./monaco.ts');
const loadDiff = () => import('./DiffView.tsx');

/** `built` until the page's scripts run; then `plain`, and `rich` once the full editor is there. */
type Mode = 'built' | 'plain' | 'rich';

/** Milliseconds after the last change until the edits are written to the browser's storage. Chosen for legibility */
const saveDelayMs = 250;

function originalsOf({ files, originals }: EditorProps): Texts {
  return Object.fromEntries(files.map((name) => [name, originals[name] ?? '']));
}

/** Draws the editor. */
export function Editor(props: EditorProps): VNode {
  const { id, locale, files, originals, texts, onEdit, onRun, diagnostics, marked } = props;
  const words = editorWords(locale);
  // Several labs stand on a page, each an island of its own, and ids must differ between them.
  const idBase = `editor-${id.replace(/\W/g, '-')}-`;
  const [file, setFile] = useState(files[0] ?? '');
  const [mode, setMode] = useState<Mode>('built');
  const [hint, setHint] = useState(words.hint);
  const [kept, setKept] = useState<Texts>({});
  const [Diff, setDiff] = useState<Awaited<ReturnType<typeof loadDiff>>['default']>();
  const frame = useRef<HTMLDivElement>(null);
  const staticPart = useRef<HTMLDivElement>(null);
  const host = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const rich = useRef<RichEditor>();
  const isTouched = useRef(false);

  const text = texts.value[file] ?? '';
  const editsOf = (found: Texts): Texts =>
    Object.fromEntries(
      files
        .filter((name) => shown(found[name] ?? '') !== shown(originals[name] ?? ''))
        .map((name) => [name, found[name] ?? '']),
    );
  const edited = Object.keys(editsOf(texts.value));
  const keeping = props.keeping?.value ?? { texts: texts.value };
  const isBuilt = !edited.includes(file);
  const isAlone = !isBuilt && text.length > colouredMax;
  const mark = marked.value;

  // The reader's version is brought back, and kept from then on.
  const isRestored = useRef(false);
  useLayoutEffect(() => {
    const edits = loadEdits(id, files);
    for (const [name, found] of Object.entries(edits.texts)) onEdit(name, found);
    if (edits.aside !== undefined) props.onAside?.({ ...originalsOf(props), ...edits.aside });
    setKept(edits.kept);
    isRestored.current = true;
    setMode('plain');
    return () => rich.current?.dispose();
  }, []);
  useEffect(() => {
    if (!isRestored.current || mode === 'built') return undefined;
    const save = (): void => {
      const { texts: own, aside } = keeping;
      saveEdits(id, {
        texts: editsOf(own),
        kept,
        ...(aside === undefined ? {} : { aside: editsOf(aside) }),
      });
    };
    const timer = setTimeout(save, saveDelayMs);
    addEventListener('pagehide', save);
    return () => {
      clearTimeout(timer);
      removeEventListener('pagehide', save);
    };
  }, [keeping, texts.value, kept, mode]);

  // Of the built blocks, the file's own is shown while nobody has changed it.
  useLayoutEffect(() => {
    if (mode === 'built') return;
    for (const section of staticPart.current?.querySelectorAll<HTMLElement>('[data-file]') ?? []) {
      section.hidden = section.dataset['file'] !== file;
      section.querySelector('pre')?.setAttribute('tabindex', '-1');
    }
  }, [file, mode]);

  useEffect(() => rich.current?.show(file), [file]);
  useSignalEffect(() => {
    const { value } = texts;
    rich.current?.setTexts(value);
  });
  useSignalEffect(() => {
    const { value } = diagnostics;
    rich.current?.setDiagnostics(value);
  });
  useEffect(() => {
    // The file is not taken away from someone who is typing in another one.
    const isInUse = frame.current?.contains(document.activeElement) === true;
    if (mark && files.includes(mark.file) && !isInUse) setFile(mark.file);
  }, [mark]);
  const earlierMark = useRef<MarkedLine>();
  useEffect(() => {
    rich.current?.mark(mark?.file === file ? mark : undefined);
    // The first mark comes by itself, and must move nothing.
    if (earlierMark.current && mark?.file === file) revealMarked(frame.current);
    earlierMark.current = mark;
  }, [mark, file, mode]);

  const wantsRich = (): boolean => !isTouched.current && !matchMedia('(pointer: coarse)').matches;
  const preload = (): void => {
    if (mode === 'plain' && wantsRich()) loadRich().catch(() => undefined);
  };
  const runKeys = (): string => (/Mac|iP/.test(navigator.platform) ? '⌘↵' : 'Ctrl+Enter');

  async function enrich(): Promise<void> {
    if (rich.current || mode !== 'plain') return;
    if (!wantsRich()) {
      setHint(
        matchMedia('(pointer: coarse)').matches ? words.hintTouch : words.hintPlain(runKeys()),
      );
      return;
    }
    const slow = setTimeout(() => setHint(words.loading), 300);
    try {
      const { createEditor } = await loadRich();
      clearTimeout(slow);
      if (rich.current || !host.current || !frame.current) return;
      const block = frame.current.querySelector<HTMLElement>(
        '.editor-scroll section:not([hidden]) .code, .editor-scroll > .code, .editor-input',
      );
      if (!block) return;
      rich.current = createEditor({
        host: host.current,
        block,
        files,
        texts: texts.peek(),
        file: shownFile.current,
        label: words.editorLabel,
        help: words.help,
        maxHeight: Number.parseFloat(getComputedStyle(frame.current).maxHeight) || 100_000,
        onEdit: (name, value) => onEdit(name, written(value, originals[name] ?? '')),
        onRun,
        onFocus: () => setHint(words.hintRich(runKeys())),
        onLeaving: () => setHint(words.leaves),
      });
      rich.current.scrollTo(frame.current.querySelector('.editor-block')?.scrollTop ?? 0);
      rich.current.setDiagnostics(diagnostics.peek());
      setMode('rich');
      const { current } = field;
      if (current && document.activeElement === current) {
        rich.current.focus([current.selectionStart, current.selectionEnd]);
      }
    } catch {
      clearTimeout(slow);
      setHint(words.unavailable);
    }
  }
  const shownFile = useRef(file);
  shownFile.current = file;

  function reset(): void {
    setKept(Object.fromEntries(edited.map((name) => [name, texts.peek()[name] ?? ''])));
    for (const name of edited) onEdit(name, originals[name] ?? '');
    setHint(words.wasReset);
    setDiff(undefined);
  }
  function undoReset(): void {
    for (const [name, found] of Object.entries(kept)) onEdit(name, found);
    setKept({});
    setHint(words.wasRestored);
  }
  async function compare(): Promise<void> {
    if (Diff) setDiff(undefined);
    else {
      const { default: view } = await loadDiff();
      setDiff(() => view);
    }
  }

  function open(remark: Diagnostic): void {
    setDiff(undefined);
    setFile(remark.file);
    // The file is shown first, then the line in it.
    requestAnimationFrame(() => {
      if (rich.current) {
        rich.current.show(remark.file);
        rich.current.reveal(remark.line, remark.column);
        return;
      }
      const lines = shown(texts.peek()[remark.file] ?? '')
        .split('\n')
        .slice(0, remark.line - 1);
      const offset = lines.reduce((sum, line) => sum + line.length + 1, remark.column - 1);
      field.current?.focus();
      field.current?.setSelectionRange(offset, offset);
    });
  }

  const isRich = mode === 'rich';
  const inFile = diagnostics.value.filter((remark) => remark.file === file);
  const hintId = `${idBase}hint`;
  return (
    <div class="editor" data-mode={mode}>
      <FileTabs
        idBase={idBase}
        files={files}
        file={file}
        edited={edited}
        canUndo={edited.length === 0 && Object.keys(kept).length > 0}
        isComparing={Diff !== undefined}
        words={words}
        onShow={setFile}
        onCompare={() => void compare()}
        onReset={reset}
        onUndo={undoReset}
      />
      <div
        class="editor-frame"
        role="tabpanel"
        id={`${idBase}panel`}
        aria-labelledby={`${idBase}tab-${files.indexOf(file)}`}
        ref={frame}
        onPointerEnter={preload}
        onFocusIn={preload}
        onPointerDown={(event) => (isTouched.current = event.pointerType === 'touch')}
      >
        {Diff && <Diff file={file} original={originals[file] ?? ''} text={text} words={words} />}
        <div class="editor-block" hidden={isRich || Diff !== undefined}>
          <div class="editor-scroll">
            <div
              class="editor-static"
              ref={staticPart}
              hidden={!isBuilt}
              aria-hidden={mode === 'plain'}
            >
              {props.children}
            </div>
            {!isBuilt && !isAlone && <CodeBlock text={shown(text)} />}
            {!isRich && !isAlone && (
              <LineMarks diagnostics={inFile} marked={mark?.file === file ? mark : undefined} />
            )}
            {mode === 'plain' && (
              <PlainEditor
                field={field}
                label={words.plainLabel(file)}
                describedBy={hintId}
                text={text}
                isAlone={isAlone}
                onInput={(value) => onEdit(file, written(value, originals[file] ?? ''))}
                onRun={onRun}
                onFocus={() => void enrich()}
              />
            )}
          </div>
        </div>
        <div class="editor-rich" ref={host} hidden={Diff !== undefined} />
      </div>
      {props.sliders.length > 0 && (
        <Sliders
          idBase={idBase}
          sliders={props.sliders}
          locale={locale}
          words={words}
          texts={texts}
          onEdit={onEdit}
        />
      )}
      <p class="editor-hint" id={hintId} role="status">
        {hint}
      </p>
      <Remarks diagnostics={diagnostics.value} file={file} words={words} onOpen={open} />
    </div>
  );
}

/** Scrolls the marked line of a block into its view, and nothing but the block. */
function revealMarked(frame: HTMLElement | null): void {
  const block = frame?.querySelector<HTMLElement>('.editor-block');
  const line = block?.querySelector<HTMLElement>('.editor-marked');
  if (!block || !line || block.contains(document.activeElement)) return;
  const isSeen =
    line.offsetTop >= block.scrollTop &&
    line.offsetTop + line.offsetHeight <= block.scrollTop + block.clientHeight;
  if (!isSeen) block.scrollTop = line.offsetTop - block.clientHeight / 2;
}
