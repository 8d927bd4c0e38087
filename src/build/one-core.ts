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

const known = new WeakMap<Modules, Map<string, boolean>>();

/** Returns `core` for a module that the entry imports, over however many others; null for what is loaded later. */
export function oneCore(id: string, modules: Modules): 'core' | null {
  let answers = known.get(modules);
  if (answers === undefined) {
    answers = new Map();
    known.set(modules, answers);
  }
  return isCore(id, modules, answers) ? 'core' : null;
}

function isCore(id: string, modules: Modules, answers: Map<string, boolean>): boolean {
  const answer = answers.get(id);
  if (answer !== undefined) return answer;
  const module = modules.getModuleInfo(id);
  const isNeeded =
    module !== null &&
    (module.isEntry || module.importers.some((importer) => isCore(importer, modules, answers)));
  answers.set(id, isNeeded);
  return isNeeded;
}
