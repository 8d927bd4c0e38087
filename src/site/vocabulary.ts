/**
 * The closed list of components that chapters may use, by name and without imports, and the checks of their use.
 *
 * | name | what it is |
 * | --- | --- |
 * | `<Lab id="rollout" />` | a lab of this chapter's folder: `rollout.lab.yaml`. Once per page and lab |
 * | `<Num lab="rollout" value="maxPods" />` | a number of that lab's run, by the name its file gives it |
 * | `<Manifest file="web.yaml" />` | a manifest beside the chapter; `part="probe"` cuts what stands between `# <probe>` and `# </probe>` |
 * | `<Predict question="…">` | asks before it tells: `options={["3", "4"]} answer="4"`, or a number judged by `lab` and `value`. The children explain |
 * | `<Exercise title="…">` | a task; children are text, then `<Hint>` (any number) and one `<Solution>` |
 * | `<Aside kind="trap">` | a note beside the text; kind is `note`, `trap`, `history` or `real`; `title` is optional |
 * | `<Term id="informer">` | the place where a word is defined; other pages can link to `#term-informer` |
 * | `<Figure caption="…">` | a picture or table with a caption; `wide` lets it leave the text column |
 * | `<Recap>` | the chapter in a few sentences |
 * | `<LeftOut>` | what the chapter does not tell |
 * | `<Sources>` | a list of sources |
 */
export const vocabulary = [
  'Lab',
  'Num',
  'Manifest',
  'Predict',
  'Exercise',
  'Hint',
  'Solution',
  'Aside',
  'Term',
  'Figure',
  'Recap',
  'LeftOut',
  'Sources',
] as const;

export type VocabularyName = (typeof vocabulary)[number];

/** Removes fenced code, inline code and MDX comments, in which a tag is not a tag. Keeps line numbers. */
function withoutCode(body: string): string {
  const blank = (text: string): string => text.replace(/[^\n]/g, ' ');
  return body
    .replace(/^(```+|~~~+)[^\n]*\n[\s\S]*?^\1[ \t]*$/gm, blank)
    .replace(/\{\/\*[\s\S]*?\*\/\}/g, blank)
    .replace(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, blank);
}

/** Fails when a chapter's text uses a component that is not in the vocabulary, or imports something. */
export function checkVocabulary(body: string, file: string): void {
  const text = withoutCode(body);
  const lineOf = (index: number): number => text.slice(0, index).split('\n').length;
  for (const match of text.matchAll(/<([A-Z][A-Za-z0-9.]*)/g)) {
    const name = match[1] ?? '';
    if (vocabulary.some((known) => known === name)) continue;
    throw new Error(
      `${file}:${lineOf(match.index)}: <${name}> is not a component that chapters can use.\n` +
        `  Expected one of: ${vocabulary.join(', ')}.\n` +
        '  Fix: correct the name, or write code as `code`. The list is in src/site/vocabulary.ts.',
    );
  }
  const imported = /^(import|export)\s.*$/m.exec(text);
  if (imported !== null) {
    throw new Error(
      `${file}:${lineOf(imported.index)}: chapters import and export nothing.\n` +
        `  Received: ${imported[0].trim()}\n` +
        '  Fix: components come by name; see src/site/vocabulary.ts.',
    );
  }
}

/** What can be counted in a chapter before it is read. */
export interface ChapterLength {
  minutes: number;
  labs: string[];
  exerciseCount: number;
}

/** Words a minute at which an attentive reader takes technical prose. Chosen for honesty, not for speed. */
const WORDS_PER_MINUTE = 200;
/** Minutes a reader spends with one lab. Chosen from our own reading. */
const MINUTES_PER_LAB = 2;

/** Measures a chapter's text: minutes to read it and play with its labs, lab ids in order of appearance, exercises. */
export function measure(body: string): ChapterLength {
  const text = withoutCode(body);
  const labs = [...text.matchAll(/<Lab\s[^>]*?\bid="([^"]+)"/g)].map((match) => match[1] ?? '');
  const exerciseCount = [...text.matchAll(/<Exercise\b/g)].length;
  const words = text.replace(/<[^>]*>/g, ' ').match(/[\p{L}\p{N}’'-]+/gu)?.length ?? 0;
  const minutes = Math.max(1, Math.round(words / WORDS_PER_MINUTE + labs.length * MINUTES_PER_LAB));
  return { minutes, labs, exerciseCount };
}
