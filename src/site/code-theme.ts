/**
 * Syntax colours for code, as classes rather than inline styles: `tokens.css` gives each class its colour in each theme,
 * and the editor reads the same custom properties. Shiki wants colours, so every kind of token gets one that stands
 * for its class and is replaced before the markup leaves Shiki.
 */
import type { ShikiTransformer, ThemeRegistrationRaw } from 'shiki';

/** Kinds of token with the TextMate scopes that belong to each; the name is the `--code-<kind>` property and the class `c-<kind>`. */
const kinds: { kind: string; color: string; scopes: string[] }[] = [
  {
    kind: 'key',
    color: '#000001',
    scopes: ['entity.name.tag', 'support.type.property-name', 'entity.name.function'],
  },
  {
    kind: 'string',
    color: '#000002',
    scopes: ['string', 'constant.other.symbol', 'string.unquoted', 'markup.inline.raw'],
  },
  { kind: 'number', color: '#000003', scopes: ['constant.numeric', 'constant.language'] },
  {
    kind: 'keyword',
    color: '#000004',
    scopes: ['keyword', 'storage', 'entity.other.document', 'variable.other.alias', 'support.type'],
  },
  { kind: 'comment', color: '#000005', scopes: ['comment', 'punctuation.definition.comment'] },
  {
    kind: 'punctuation',
    color: '#000006',
    scopes: [
      'punctuation.separator',
      'punctuation.definition.sequence',
      'punctuation.definition.mapping',
      'punctuation.definition.block',
      'meta.brace',
    ],
  },
];

const textColor = '#000000';

/** The theme given to Shiki. Its colours are only names of classes. */
export const codeTheme: ThemeRegistrationRaw = {
  name: 'reconcile',
  type: 'light',
  colors: { 'editor.foreground': textColor, 'editor.background': '#ffffff' },
  settings: [
    { settings: { foreground: textColor } },
    ...kinds.map(({ color, scopes }) => ({ scope: scopes, settings: { foreground: color } })),
  ],
};

const classByColor = new Map(kinds.map(({ kind, color }) => [color, `c-${kind}`]));

/** Replaces Shiki's inline styles by classes, and names the block's language for style and for readers of the markup. */
export const classTransformer: ShikiTransformer = {
  name: 'reconcile:classes',
  span(node) {
    const style = node.properties['style'];
    delete node.properties['style'];
    if (typeof style !== 'string') return;
    const name = classByColor.get(style.replace(/^color:/, '').toLowerCase());
    if (name !== undefined) node.properties['class'] = name;
  },
  pre(node) {
    delete node.properties['style'];
    node.properties['class'] = 'code';
    node.properties['data-language'] = this.options.lang;
  },
};
