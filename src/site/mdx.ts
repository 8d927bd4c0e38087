/** The components behind the authors' vocabulary (`vocabulary.ts` says what each is for), and the headings of MDX. */
import HeaderCell from './prose/HeaderCell.astro';
import Heading2 from './prose/Heading2.astro';
import Heading3 from './prose/Heading3.astro';
import Aside from './prose/Aside.astro';
import Exercise from './prose/Exercise.astro';
import Figure from './prose/Figure.astro';
import Hint from './prose/Hint.astro';
import Lab from './prose/Lab.astro';
import LeftOut from './prose/LeftOut.astro';
import Manifest from './prose/Manifest.astro';
import Num from './prose/Num.astro';
import Predict from './prose/Predict.astro';
import Recap from './prose/Recap.astro';
import Solution from './prose/Solution.astro';
import Sources from './prose/Sources.astro';
import Table from './prose/Table.astro';
import Term from './prose/Term.astro';
import type { VocabularyName } from './vocabulary.ts';

const byName = {
  Lab,
  Num,
  Manifest,
  Predict,
  Exercise,
  Hint,
  Solution,
  Aside,
  Term,
  Figure,
  Recap,
  LeftOut,
  Sources,
} satisfies Record<VocabularyName, unknown>;

/** What is handed to a chapter's `<Content components={…} />`. */
export const components = { ...byName, h2: Heading2, h3: Heading3, table: Table, th: HeaderCell };
