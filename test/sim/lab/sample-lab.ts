/** A small lab for tests: manifests that are applied at the start, and whatever else a test wants of it. */
import type { Lab } from '#sim/lab/lab-format.ts';

/** Makes a lab of manifests by file name; by default each is applied at 0 s, in order. */
export function sampleLab(
  texts: Readonly<Record<string, string>>,
  changes: Partial<Lab> & Pick<Lab, 'until'>,
): Lab {
  const files = Object.keys(texts);
  return {
    id: 'test/sample',
    title: { en: 'A sample' },
    caption: { en: 'A sample' },
    files,
    texts,
    do: files.map((file) => ({ at: '0s', run: `kubectl apply -f ${file}` })),
    show: { lanes: ['pods'], views: ['why'] },
    checks: [],
    ...changes,
  };
}
