/**
 * The full editor: the only file that imports Monaco, and a chunk of its own that a page asks for when an editor is used.
 *
 * - It looks like the highlighted block it takes the place of, to the pixel: same font, line height, padding, colours.
 * - Every file has its own model, so that each keeps its own undo steps.
 * - Texts that come from outside become edits, which can be undone and leave the cursor where it is.
 * - It asks for no worker: nothing that needs one is switched on.
 */
import {
  editor as monaco,
  KeyCode,
  KeyMod,
  languages,
  MarkerSeverity,
  Range,
} from 'monaco-editor/editor';
// All features are registered here: those that come after the first call of the API are not found.
import 'monaco-editor/editor/contrib/snippet/browser/snippetController2';
import 'monaco-editor/editor/contrib/suggest/browser/suggestController';
import 'monaco-editor/features/bracketMatching/register';
import 'monaco-editor/features/clipboard/register';
import 'monaco-editor/features/codicon/register';
import 'monaco-editor/features/comment/register';
import 'monaco-editor/features/cursorUndo/register';
import 'monaco-editor/features/find/register';
import 'monaco-editor/features/gotoError/register';
import 'monaco-editor/features/hover/register';
import 'monaco-editor/features/indentation/register';
import 'monaco-editor/features/linesOperations/register';
import 'monaco-editor/features/multicursor/register';
import 'monaco-editor/features/smartSelect/register';
import 'monaco-editor/features/wordOperations/register';
import type { Diagnostic } from '#sim/lab/diagnose.ts';
import type { MarkedLine } from '../editor-slot.ts';
import { shown } from './file-text.ts';
import { registerHelp } from './monaco-help.ts';
import type { HelpWords } from './monaco-help.ts';
import { readTheme, watchTheme } from './monaco-theme.ts';
import { startOfText, tokenizeLine } from './yaml-tokens.ts';
import type { LineState } from './yaml-tokens.ts';

/** The language's name in the editor. */
const language = 'manifest';

/** Lines below are coloured when they are scrolled to. Chosen for legibility */
const maxColouredAtOnce = 300;

/** What an editor is made of. */
export interface EditorOptions {
  readonly host: HTMLElement;
  /** The block whose place it takes: the source of font and sizes. */
  readonly block: HTMLElement;
  readonly files: readonly string[];
  readonly texts: Readonly<Record<string, string>>;
  readonly file: string;
  readonly label: (file: string) => string;
  readonly help: HelpWords;
  /** Pixels that it may grow to. */
  readonly maxHeight: number;
  readonly onEdit: (file: string, text: string) => void;
  readonly onRun: () => void;
  readonly onFocus: () => void;
  /** Escape was pressed: Tab leaves the editor until something else is pressed. */
  readonly onLeaving: () => void;
}

/** An editor in a page. */
export interface RichEditor {
  show(file: string): void;
  setTexts(texts: Readonly<Record<string, string>>): void;
  setDiagnostics(diagnostics: readonly Diagnostic[]): void;
  /** Marks a line of the shown file, or none. */
  mark(marked: MarkedLine | undefined): void;
  /** Takes the focus; with offsets, selects. */
  focus(selection?: readonly [number, number]): void;
  reveal(line: number, column: number): void;
  /** Begins where the block was scrolled to, in px. */
  scrollTo(top: number): void;
  dispose(): void;
}

let isReady = false;

/** Registers language and theme once a page. */
function prepare(help: HelpWords): void {
  if (isReady) return;
  isReady = true;
  languages.register({ id: language });
  languages.setLanguageConfiguration(language, {
    comments: { lineComment: '#' },
    brackets: [
      ['{', '}'],
      ['[', ']'],
    ],
    colorizedBracketPairs: [],
    autoClosingPairs: [
      { open: '{', close: '}' },
      { open: '[', close: ']' },
      { open: '"', close: '"', notIn: ['string', 'comment'] },
      { open: "'", close: "'", notIn: ['string', 'comment'] },
    ],
    surroundingPairs: [
      { open: '{', close: '}' },
      { open: '[', close: ']' },
      { open: '"', close: '"' },
      { open: "'", close: "'" },
    ],
    indentationRules: {
      increaseIndentPattern: /^\s*(?:- +)*[^\s#][^#]*:\s*(?:[|>][-+]?)?\s*$/,
      decreaseIndentPattern: /^$a/,
    },
    wordPattern: /[^\s{}[\],:"'#]+/,
  });
  languages.setTokensProvider(language, {
    getInitialState: () => new State(startOfText),
    tokenize(line, state) {
      const result = tokenizeLine(line, (state as State).line);
      const tokens: { startIndex: number; scopes: string }[] = [];
      let at = 0;
      for (const { start, end, kind } of result.tokens) {
        if (start > at) tokens.push({ startIndex: at, scopes: '' });
        tokens.push({ startIndex: start, scopes: kind });
        at = end;
      }
      if (at < line.length || tokens.length === 0) tokens.push({ startIndex: at, scopes: '' });
      return { tokens, endState: new State(result.state) };
    },
  });
  const useTheme = (): void => {
    const { isDark, rules, colors } = readTheme();
    monaco.defineTheme('reconcile', {
      base: isDark ? 'vs-dark' : 'vs',
      inherit: true,
      rules,
      colors,
    });
    monaco.setTheme('reconcile');
  };
  useTheme();
  watchTheme(useTheme);
  registerHelp(language, languages, help);
}

class State implements languages.IState {
  readonly line: LineState;

  constructor(line: LineState) {
    this.line = line;
  }

  clone(): State {
    return this;
  }

  equals(other: languages.IState): boolean {
    const { block, quote, depth } = (other as State).line;
    return block === this.line.block && quote === this.line.quote && depth === this.line.depth;
  }
}

/** Makes an editor in the place of a block. */
export function createEditor(options: EditorOptions): RichEditor {
  prepare(options.help);
  const { host, files, texts, onEdit } = options;
  let isApplying = false;
  const models = new Map(
    files.map((file) => {
      const model = monaco.createModel(shown(texts[file] ?? ''), language);
      colourNow(model);
      model.updateOptions({ tabSize: 2, indentSize: 2, insertSpaces: true });
      model.onDidChangeContent(() => {
        if (!isApplying) onEdit(file, model.getValue());
      });
      return [file, model];
    }),
  );
  const widgets = document.createElement('div');
  widgets.className = 'monaco-editor editor-widgets';
  (document.querySelector('main') ?? document.body).append(widgets);
  const instance = monaco.create(host, {
    model: models.get(options.file) ?? null,
    ariaLabel: options.label(options.file),
    overflowWidgetsDomNode: widgets,
    ...looks(options.block),
    ...quiet,
  });
  const marks = instance.createDecorationsCollection();

  const fit = (): void => {
    const height = Math.min(instance.getContentHeight(), options.maxHeight);
    host.style.height = `${height}px`;
    instance.layout({ width: host.clientWidth, height });
  };
  instance.onDidContentSizeChange(({ contentHeightChanged }) => contentHeightChanged && fit());
  const resized = new ResizeObserver(fit);
  resized.observe(host);
  fit();
  void document.fonts.ready.then(() => monaco.remeasureFonts());

  instance.onDidFocusEditorText(options.onFocus);
  instance.addCommand(KeyMod.CtrlCmd | KeyCode.Enter, options.onRun);
  leaveByTab(instance, options.onLeaving);

  return {
    show(file) {
      const model = models.get(file);
      if (!model || model === instance.getModel()) return;
      marks.clear();
      instance.setModel(model);
      instance.updateOptions({ ariaLabel: options.label(file) });
      fit();
    },
    setTexts(next) {
      for (const [file, model] of models) {
        const text = shown(next[file] ?? '');
        if (text === model.getValue()) continue;
        isApplying = true;
        replaceText(model, text);
        isApplying = false;
      }
    },
    setDiagnostics(diagnostics) {
      for (const [file, model] of models) {
        const markers = diagnostics.filter((remark) => remark.file === file).map(markerOf);
        monaco.setModelMarkers(model, 'reconcile', markers);
      }
    },
    mark(marked) {
      const line = marked?.line ?? 0;
      const tone = marked?.isBad === true ? ' editor-bad' : '';
      marks.set(
        line === 0
          ? []
          : [
              {
                range: new Range(line, 1, line, 1),
                options: {
                  isWholeLine: true,
                  className: `editor-marked-line${tone}`,
                  marginClassName: `editor-marked-margin${tone}`,
                },
              },
            ],
      );
      if (line > 0 && !instance.hasTextFocus()) instance.revealLineInCenterIfOutsideViewport(line);
    },
    focus(selection) {
      const model = instance.getModel();
      if (selection && model) {
        const [start, end] = selection.map((offset) => model.getPositionAt(offset));
        if (start && end) instance.setSelection(Range.fromPositions(start, end));
      }
      instance.focus();
    },
    reveal(line, column) {
      instance.setPosition({ lineNumber: line, column });
      instance.revealPositionInCenterIfOutsideViewport({ lineNumber: line, column });
      instance.focus();
    },
    scrollTo(top) {
      instance.setScrollTop(top);
    },
    dispose() {
      resized.disconnect();
      instance.dispose();
      for (const model of models.values()) model.dispose();
      widgets.remove();
    },
  };
}

/** Colours a text before it is first drawn; left to itself, the editor draws it in one colour first. */
function colourNow(model: monaco.ITextModel): void {
  const { tokenization } = model as unknown as {
    readonly tokenization: { forceTokenization(line: number): void };
  };
  tokenization.forceTokenization(Math.min(model.getLineCount(), maxColouredAtOnce));
}

/** Font and sizes of the block. */
function looks(block: HTMLElement): monaco.IEditorOptions {
  const style = getComputedStyle(block);
  return {
    fontFamily: style.fontFamily,
    fontSize: Number.parseFloat(style.fontSize),
    fontWeight: style.fontWeight,
    lineHeight: Number.parseFloat(style.lineHeight),
    letterSpacing: 0,
    fontLigatures: false,
    padding: {
      top: Number.parseFloat(style.paddingTop),
      bottom: Number.parseFloat(style.paddingBottom),
    },
    // What stands left of the text is as wide as the block's padding.
    lineDecorationsWidth: Number.parseFloat(style.paddingLeft),
  };
}

/** Everything that would stand beside the text, move by itself, or need a worker is off. */
const quiet: monaco.IStandaloneEditorConstructionOptions = {
  theme: 'reconcile',
  lineNumbers: 'off',
  folding: false,
  glyphMargin: false,
  minimap: { enabled: false },
  overviewRulerLanes: 0,
  overviewRulerBorder: false,
  hideCursorInOverviewRuler: true,
  renderLineHighlight: 'none',
  scrollBeyondLastLine: false,
  scrollBeyondLastColumn: 2,
  guides: { indentation: false, bracketPairs: false },
  matchBrackets: 'near',
  wordWrap: 'off',
  wordBasedSuggestions: 'off',
  quickSuggestions: { other: true, comments: false, strings: true },
  suggest: { showWords: false, showStatusBar: false, preview: false, showIcons: false },
  suggestOnTriggerCharacters: true,
  acceptSuggestionOnEnter: 'smart',
  tabCompletion: 'off',
  occurrencesHighlight: 'off',
  selectionHighlight: false,
  unicodeHighlight: { ambiguousCharacters: false, invisibleCharacters: false },
  links: false,
  colorDecorators: false,
  codeLens: false,
  contextmenu: false,
  dragAndDrop: false,
  stickyScroll: { enabled: false },
  roundedSelection: true,
  fixedOverflowWidgets: true,
  accessibilitySupport: 'auto',
  tabSize: 2,
  insertSpaces: true,
  detectIndentation: false,
  // Who comes in by Tab goes on by Tab, until something is typed.
  tabFocusMode: true,
  hover: { delay: 350, above: false },
  scrollbar: {
    alwaysConsumeMouseWheel: false,
    ignoreHorizontalScrollbarInContentHeight: true,
    useShadows: false,
    horizontal: 'auto',
    vertical: 'auto',
    horizontalScrollbarSize: 8,
    verticalScrollbarSize: 8,
  },
};

/** While one of these is open, Escape closes it and no more. */
const open = [
  'suggestWidgetVisible',
  'findWidgetVisible',
  'markersNavigationVisible',
  'inSnippetMode',
];

/** Lets Tab leave the editor after Escape, and indent after anything else. */
function leaveByTab(instance: monaco.IStandaloneCodeEditor, onLeaving: () => void): void {
  instance.addAction({
    id: 'reconcile.leave',
    label: 'Tab leaves the editor',
    keybindings: [KeyCode.Escape],
    precondition: open.map((key) => `!${key}`).join(' && '),
    run() {
      instance.updateOptions({ tabFocusMode: true });
      onLeaving();
    },
  });
  const passing = new Set([
    KeyCode.Tab,
    KeyCode.Shift,
    KeyCode.Escape,
    KeyCode.Alt,
    KeyCode.Ctrl,
    KeyCode.Meta,
  ]);
  instance.onKeyDown(({ keyCode }) => {
    if (!passing.has(keyCode)) instance.updateOptions({ tabFocusMode: false });
  });
  instance.onMouseDown(() => instance.updateOptions({ tabFocusMode: false }));
}

/** Changes only what differs, so that cursor and undo steps survive. */
function replaceText(model: monaco.ITextModel, text: string): void {
  const before = model.getValue();
  const least = Math.min(before.length, text.length);
  let start = 0;
  while (start < least && before[start] === text[start]) start += 1;
  let tail = 0;
  while (tail < least - start && before.at(-1 - tail) === text.at(-1 - tail)) tail += 1;
  const range = Range.fromPositions(
    model.getPositionAt(start),
    model.getPositionAt(before.length - tail),
  );
  const edit = { range, text: text.slice(start, text.length - tail) };
  model.pushStackElement();
  model.pushEditOperations([], [edit], () => null);
  model.pushStackElement();
}

const severities = {
  error: MarkerSeverity.Error,
  warning: MarkerSeverity.Warning,
  hint: MarkerSeverity.Info,
} as const;

function markerOf(remark: Diagnostic): monaco.IMarkerData {
  return {
    severity: severities[remark.severity],
    message: remark.message,
    startLineNumber: remark.line,
    startColumn: remark.column,
    endLineNumber: remark.endLine,
    endColumn: remark.endColumn,
  };
}
