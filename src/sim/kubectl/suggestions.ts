/**
 * Commands that a mistyped one may have meant: two edits away at most, or beginning with what was typed.
 *
 * Upstream: github.com/spf13/cobra Command.SuggestionsFor
 */

/** Returns the names in the order in which kubectl has its commands. */
export function suggestions(typed: string, names: readonly string[]): string[] {
  const lower = typed.toLowerCase();
  return kubectlOrder(names).filter(
    (name) =>
      distance(lower, name) <= 2 ||
      name.startsWith(lower) ||
      (otherWords[name] ?? []).includes(lower),
  );
}

/** Words of other tools that mean a command. */
const otherWords: Readonly<Record<string, readonly string[]>> = { get: ['list', 'ls'] };

/** The order of the groups of kubectl's help. */
const order =
  'create expose run set explain get edit delete rollout scale autoscale certificate cluster-info top cordon uncordon drain taint describe logs attach exec port-forward proxy cp auth debug events diff apply patch replace wait kustomize label annotate completion api-resources api-versions config plugin version options'.split(
    ' ',
  );

function kubectlOrder(names: readonly string[]): string[] {
  const place = (name: string): number => {
    const at = order.indexOf(name);
    return at < 0 ? order.length : at;
  };
  return [...names].sort((a, b) => place(a) - place(b));
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = [...b, ''].map((_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a.charAt(i - 1) === b.charAt(j - 1) ? 0 : 1;
      const replaced = (row[j - 1] ?? 0) + same;
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
