/**
 * Keeps what a worker starts with in one file: a module that its entry imports at once, whatever else imports it, is not put
 * into a file of its own. Without it the core of the simulator falls into some thirty files, which compress worse.
 *
 * Ours: see `vite.worker` in astro.config.mjs; the sizes are in test/browser/sizes.test.ts.
 */

/** What is asked of the bundler about modules. */
interface Modules {
  getModuleInfo(
    id: string,
  ): { readonly isEntry: boolean; readonly importers: readonly string[] } | null;
}

/** Returns `core` for a module that the entry imports, over however many others; null for what is loaded later. */
export function oneCore(id: string, modules: Modules): 'core' | null {
  const seen = new Set([id]);
  for (const each of seen) {
    const module = modules.getModuleInfo(each);
    if (module?.isEntry === true) return 'core';
    for (const importer of module?.importers ?? []) seen.add(importer);
  }
  return null;
}
