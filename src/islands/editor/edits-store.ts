/**
 * Keeps what a reader has typed in the browser, lab by lab, and nowhere else.
 *
 * Storage may be full, forbidden or hold what an earlier version wrote: then there are simply no edits.
 */

/**
 * A reader's texts by file name. `kept` is the version that a reset took away and that can be brought back, `aside` the one from
 * before the reader went on with a solution.
 */
export interface Edits {
  readonly texts: Readonly<Record<string, string>>;
  readonly kept: Readonly<Record<string, string>>;
  readonly aside?: Readonly<Record<string, string>> | undefined;
}

/** Longer texts are not kept, since the browser's storage is small. Chosen for legibility */
const maxLength = 500_000;

const noEdits: Edits = { texts: {}, kept: {} };

/** The key of a lab; its number grows when the form changes. */
const keyOf = (lab: string): string => `reconcile:edits:v1:${lab}`;

/** Reads the edits of a lab, of those files that it still has. */
export function loadEdits(lab: string, files: readonly string[]): Edits {
  try {
    const text = localStorage.getItem(keyOf(lab));
    const found = JSON.parse(text ?? '{}') as Partial<Record<keyof Edits, unknown>>;
    return {
      texts: textsIn(found.texts, files),
      kept: textsIn(found.kept, files),
      ...(found.aside === undefined ? {} : { aside: textsIn(found.aside, files) }),
    };
  } catch {
    return noEdits;
  }
}

/** Writes the edits of a lab; with none, forgets the lab. */
export function saveEdits(lab: string, edits: Edits): void {
  const values = [edits.texts, edits.kept, edits.aside ?? {}].flatMap(Object.values<string>);
  try {
    const length = values.reduce((sum, text) => sum + text.length, 0);
    if (values.length === 0 || length > maxLength) localStorage.removeItem(keyOf(lab));
    else localStorage.setItem(keyOf(lab), JSON.stringify(edits));
  } catch {
    // The edits live on in the page.
  }
}

function textsIn(value: unknown, files: readonly string[]): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {};
  const texts = value as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    files.flatMap((file) => {
      const text = Object.hasOwn(texts, file) ? texts[file] : undefined;
      return typeof text === 'string' ? [[file, text]] : [];
    }),
  );
}
