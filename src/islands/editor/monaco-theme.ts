/** The editor's looks, read from the page's own tokens, so that it cannot be told from the block it takes the place of. */

/** A theme in the editor's terms: `rules` colour tokens, `colors` all else. */
export interface EditorTheme {
  readonly isDark: boolean;
  readonly rules: { readonly token: string; readonly foreground: string }[];
  readonly colors: Record<string, string>;
}

/** What the editor draws with and the token of `tokens.css` that gives it its colour. */
const colorTokens: Readonly<Record<string, string>> = {
  'editor.background': '--code-background',
  'editor.foreground': '--code-text',
  'editor.selectionBackground': '--code-selection',
  'editor.inactiveSelectionBackground': '--code-selection',
  'editor.wordHighlightBackground': '--code-selection',
  'editor.findMatchBackground': '--accent-bar',
  'editor.findMatchHighlightBackground': '--code-selection',
  'editorCursor.foreground': '--ink',
  'editorBracketMatch.background': '--code-selection',
  'editorBracketMatch.border': '--line-strong',
  'editorWidget.background': '--surface',
  'editorWidget.foreground': '--ink',
  'editorWidget.border': '--line-strong',
  'editorHoverWidget.background': '--surface',
  'editorHoverWidget.foreground': '--ink',
  'editorHoverWidget.border': '--line-strong',
  'editorHoverWidget.statusBarBackground': '--surface-sunk',
  'editorSuggestWidget.background': '--surface',
  'editorSuggestWidget.foreground': '--ink',
  'editorSuggestWidget.border': '--line-strong',
  'editorSuggestWidget.selectedBackground': '--accent-tint',
  'editorSuggestWidget.selectedForeground': '--ink',
  'editorSuggestWidget.highlightForeground': '--accent-ink',
  'editorSuggestWidget.focusHighlightForeground': '--accent-ink',
  'editorError.foreground': '--failed',
  'editorWarning.foreground': '--starting',
  'editorInfo.foreground': '--ink-faint',
  'editorMarkerNavigation.background': '--surface',
  'input.background': '--surface-sunk',
  'input.foreground': '--ink',
  'input.border': '--line-strong',
  'list.hoverBackground': '--surface-sunk',
  'list.activeSelectionBackground': '--accent-tint',
  'list.activeSelectionForeground': '--ink',
  focusBorder: '--focus',
  foreground: '--ink',
  descriptionForeground: '--ink-quiet',
  'textLink.foreground': '--accent-ink',
  'textLink.activeForeground': '--accent-ink',
  'textCodeBlock.background': '--surface-sunk',
  'scrollbarSlider.background': '--line-strong',
  'scrollbarSlider.hoverBackground': '--ink-faint',
  'scrollbarSlider.activeBackground': '--ink-faint',
};

const tokenKinds = ['key', 'string', 'number', 'keyword', 'comment', 'punctuation'];

/** Reads the theme that is in force. */
export function readTheme(): EditorTheme {
  const style = getComputedStyle(document.documentElement);
  const color = (token: string): string => style.getPropertyValue(token).trim();
  const colors: Record<string, string> = {
    'widget.shadow': '#00000000',
    'scrollbar.shadow': '#00000000',
    'editor.lineHighlightBorder': '#00000000',
  };
  for (const [name, token] of Object.entries(colorTokens)) colors[name] = color(token);
  return {
    isDark: style.colorScheme === 'dark',
    colors,
    rules: [
      { token: '', foreground: color('--code-text').slice(1) },
      ...tokenKinds.map((kind) => ({ token: kind, foreground: color(`--code-${kind}`).slice(1) })),
    ],
  };
}

/** Calls back whenever the page's theme changes; returns the end of it. */
export function watchTheme(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  const system = matchMedia('(prefers-color-scheme: dark)');
  system.addEventListener('change', changed);
  return () => {
    observer.disconnect();
    system.removeEventListener('change', changed);
  };
}
