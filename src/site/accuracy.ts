/** Collects what the simulator's module headers declare: where the behaviour was taken from and how ours is simpler. */

/** What one file of the simulator declares about itself. */
export interface Declaration {
  /** Path from the project's root. */
  file: string;
  /** First path segment under `src/sim`, or the file's own name. */
  component: string;
  upstream: string[];
  docs: string[];
  simplified: string[];
}

const tags = ['Upstream', 'Docs', 'Simplified'] as const;

/** Reads the tags of a file's first block comment. A tag goes on over following lines until the next tag or an empty line. */
export function declarationOf(file: string, source: string): Declaration {
  const header = /^\s*\/\*\*([\s\S]*?)\*\//.exec(source)?.[1] ?? '';
  const found: Record<(typeof tags)[number], string[]> = { Upstream: [], Docs: [], Simplified: [] };
  let open: { tag: (typeof tags)[number]; text: string } | undefined;
  const close = (): void => {
    if (open !== undefined) found[open.tag].push(open.text.trim());
    open = undefined;
  };
  for (const raw of header.split('\n')) {
    const line = raw.replace(/^\s*\*? ?/, '').trimEnd();
    const match = /^\s*(Upstream|Docs|Simplified):\s*(.*)$/.exec(line);
    if (match !== null) {
      close();
      open = { tag: match[1] as (typeof tags)[number], text: match[2] ?? '' };
    } else if (line.trim() === '' || /^\s*-\s/.test(line)) {
      close();
    } else if (open !== undefined) {
      open.text += ` ${line.trim()}`;
    }
  }
  close();
  const inside = file.split('src/sim/')[1] ?? file;
  return {
    file,
    component: inside.split('/')[0]?.replace(/\.ts$/, '') ?? inside,
    upstream: found.Upstream,
    docs: found.Docs,
    simplified: found.Simplified,
  };
}

/** Groups declarations that say something by component, both in alphabetical order. */
export function byComponent(
  declarations: readonly Declaration[],
): { component: string; files: Declaration[] }[] {
  const groups = new Map<string, Declaration[]>();
  const sorted = [...declarations].sort((a, b) => (a.file < b.file ? -1 : 1));
  for (const declaration of sorted) {
    if (declaration.upstream.length + declaration.simplified.length === 0) continue;
    const group = groups.get(declaration.component) ?? [];
    groups.set(declaration.component, [...group, declaration]);
  }
  return [...groups].map(([component, files]) => ({ component, files }));
}

const escapes = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
]);

/** Writes a declaration as a sentence of HTML: a capital first, `code` between backticks, everything else escaped. */
export function sentence(text: string): string {
  const escaped = text.replace(/[&<>]/g, (character) => escapes.get(character) ?? character);
  const marked = escaped.replace(/`([^`]+)`/g, '<code>$1</code>');
  return marked.replace(/^[a-z](?=[a-z]*[ ,])/, (letter) => letter.toUpperCase());
}
