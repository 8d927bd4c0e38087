import { expect, test } from 'vitest';
import { oneCore } from '#build/one-core.ts';

/** A graph of modules by what each is imported by at once. */
const modulesOf = (importers: Readonly<Record<string, readonly string[]>>) => ({
  getModuleInfo: (id: string) =>
    importers[id] === undefined ? null : { isEntry: id === 'entry', importers: importers[id] },
});

test('what the entry imports is core, over any number of modules', () => {
  const modules = modulesOf({
    entry: [],
    run: ['entry'],
    engine: ['part', 'run'],
    part: ['awk'],
    awk: ['part'],
  });
  const named = ['entry', 'run', 'engine', 'part', 'awk', 'nowhere'].map((id) =>
    oneCore(id, modules),
  );
  expect(named).toEqual(['core', 'core', 'core', null, null, null]);
});
