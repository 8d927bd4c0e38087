/**
 * Brings completion and hovers into the full editor. What they say is found by pure functions of text and place; the
 * documentation, and the code that knows the defaults, are asked for when they are first shown.
 */
import type { editor, languages as Languages } from 'monaco-editor/editor';
import type { Json } from '#sim/api/object.ts';
import { complete } from './completion.ts';
import { hoverFacts } from './hover.ts';

type Docs = Readonly<Record<string, Readonly<Record<string, string>>>>;

const loadDocs = async (): Promise<Docs> =>
  (await import('#sim/api/schema-docs.gen.json')).default as Docs;
const loadDefaults = async (): Promise<typeof import('#sim/lab/field-default.ts')> => {
  const [defaults] = await Promise.all([
    import('#sim/lab/field-default.ts'),
    import('#sim/parts/yaml.ts'),
  ]);
  return defaults;
};

/** Words of a hover. */
export interface HelpWords {
  readonly required: string;
  readonly oneOf: string;
  readonly isDefault: string;
  readonly reference: (version: string) => string;
}

/** Registers the help for a language, once a page. */
export function registerHelp(
  language: string,
  languages: typeof Languages,
  words: HelpWords,
): void {
  languages.registerCompletionItemProvider(language, completionProvider(languages));
  languages.registerHoverProvider(language, {
    provideHover: (model, position) => hover(model, position, words),
  });
}

/** A suggestion that knows where its documentation is. */
interface Item extends Languages.CompletionItem {
  readonly struct: string;
  readonly field: string;
}

function completionProvider(languages: typeof Languages): Languages.CompletionItemProvider {
  return {
    triggerCharacters: [':', ' ', '-', '{', '['],
    provideCompletionItems(model, position) {
      const { start, end, suggestions } = complete(model.getValue(), model.getOffsetAt(position));
      const from = model.getPositionAt(start);
      const to = model.getPositionAt(end);
      const range = {
        startLineNumber: from.lineNumber,
        startColumn: from.column,
        endLineNumber: to.lineNumber,
        endColumn: to.column,
      };
      return {
        suggestions: suggestions.map(
          ({ label, kind, detail, text, order, struct, field }): Item => ({
            label,
            detail,
            insertText: text,
            insertTextRules: languages.CompletionItemInsertTextRule.KeepWhitespace,
            sortText: order,
            kind:
              kind === 'field'
                ? languages.CompletionItemKind.Field
                : languages.CompletionItemKind.Value,
            range,
            struct,
            field,
            ...(kind === 'field' && {
              command: { id: 'editor.action.triggerSuggest', title: '' },
            }),
          }),
        ),
      };
    },
    async resolveCompletionItem(item) {
      const { struct, field } = item as Item;
      const docs = struct === '' ? undefined : (await loadDocs())[struct]?.[field];
      return docs === undefined ? item : { ...item, documentation: docs };
    },
  };
}

async function hover(
  model: editor.ITextModel,
  position: { readonly lineNumber: number; readonly column: number },
  words: HelpWords,
): Promise<Languages.Hover | null> {
  const text = model.getValue();
  const facts = hoverFacts(text, model.getOffsetAt(position));
  if (!facts) return null;
  const [docs, { defaultAt }] = await Promise.all([loadDocs(), loadDefaults()]);
  const fallback = defaultAt(text, position.lineNumber, facts.steps);
  const notes = [
    facts.isRequired ? words.required : '',
    facts.values.length > 0 && facts.values.length < 12
      ? `${words.oneOf} ${facts.values.map((value) => `\`${value}\``).join(', ')}`
      : '',
    fallback === undefined ? '' : `${words.isDefault} \`${asYaml(fallback)}\``,
  ].filter((note) => note !== '');
  const from = model.getPositionAt(facts.start);
  const to = model.getPositionAt(facts.end);
  const release = /\/v([\d.]+)\/#/.exec(facts.reference)?.[1] ?? '';
  return {
    range: {
      startLineNumber: from.lineNumber,
      startColumn: from.column,
      endLineNumber: to.lineNumber,
      endColumn: to.column,
    },
    contents: [
      { value: `**${facts.path}** \`${facts.type}\`` },
      ...notes.map((value) => ({ value })),
      { value: escaped(docs[facts.struct]?.[facts.field] ?? '') },
      { value: `[${words.reference(release)}](${facts.reference})` },
    ].filter(({ value }) => value !== ''),
  };
}

/** Writes a default on one line. */
function asYaml(value: Json): string {
  return typeof value === 'string' ? value || '""' : JSON.stringify(value);
}

/** The API's documentation is plain text; what looks like markup in it is meant as it stands. */
function escaped(text: string): string {
  return text.replace(/[\\*_{}[\]<>#]/g, '\\$&');
}
