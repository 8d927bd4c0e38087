/**
 * A unified difference of two texts, as refusals of changes carry it.
 *
 * Upstream: k8s.io/utils/diff of the golang test libraries' unified format, with three lines around each change
 */

/** Lines shown around a change. */
const contextLines = 3;

/** Beyond this many comparisons the whole middle counts as changed. */
const comparisonsMax = 4_000_000;

interface Line {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/** Returns the hunks of a unified difference, each line ended; '' for equal texts. */
export function unifiedDiff(before: string, after: string): string {
  const lines = align(before.split('\n'), after.split('\n'));
  let result = '';
  let [oldLine, newLine, done] = [1, 1, 0];
  const advance = (until: number): void => {
    for (const { sign } of lines.slice(done, until)) {
      if (sign !== '+') oldLine += 1;
      if (sign !== '-') newLine += 1;
    }
    done = until;
  };
  for (let at = 0; at < lines.length; at += 1) {
    if (lines[at]?.sign === ' ') continue;
    const start = Math.max(done, at - contextLines);
    let end = at + 1;
    for (let next = end; next < lines.length && next < end + 2 * contextLines; next += 1) {
      if (lines[next]?.sign !== ' ') end = next + 1;
    }
    at = end - 1;
    end = Math.min(lines.length, end + contextLines);
    advance(start);
    const hunk = lines.slice(start, end);
    const count = (sign: '-' | '+') =>
      hunk.filter((line) => line.sign === ' ' || line.sign === sign).length;
    result += `@@ -${oldLine},${count('-')} +${newLine},${count('+')} @@\n`;
    result += hunk.map(({ sign, text }) => `${sign}${text}\n`).join('');
    advance(end);
  }
  return result;
}

/** Aligns two lists of lines along a longest common subsequence. */
function align(before: readonly string[], after: readonly string[]): Line[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start])
    start += 1;
  let [oldEnd, newEnd] = [before.length, after.length];
  while (oldEnd > start && newEnd > start && before[oldEnd - 1] === after[newEnd - 1]) {
    oldEnd -= 1;
    newEnd -= 1;
  }
  const same = (text: string): Line => ({ sign: ' ', text });
  return [
    ...before.slice(0, start).map(same),
    ...middle(before.slice(start, oldEnd), after.slice(start, newEnd)),
    ...before.slice(oldEnd).map(same),
  ];
}

function middle(before: readonly string[], after: readonly string[]): Line[] {
  const [n, m] = [before.length, after.length];
  const removed = before.map((text): Line => ({ sign: '-', text }));
  const added = after.map((text): Line => ({ sign: '+', text }));
  if (n === 0 || m === 0 || n * m > comparisonsMax) return [...removed, ...added];
  const width = m + 1;
  const lengths = new Uint16Array((n + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = n - 1; i >= 0; i -= 1) {
    for (let j = m - 1; j >= 0; j -= 1) {
      lengths[i * width + j] =
        before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < n || j < m) {
    if (i < n && j < m && before[i] === after[j]) {
      lines.push({ sign: ' ', text: before[i] ?? '' });
      i += 1;
      j += 1;
    } else if (i < n && (j >= m || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ sign: '-', text: before[i] ?? '' });
      i += 1;
    } else {
      lines.push({ sign: '+', text: after[j] ?? '' });
      j += 1;
    }
  }
  return lines;
}
