/**
 * Lets Node import a package whose own imports leave out file endings, as bundlers allow: a hook tries `.js` and
 * `/index.js` where Node finds nothing.
 */
import { registerHooks } from 'node:module';

const endings = ['.js', '/index.js'];

/** Installs the hook for imports that come from a package, for the rest of the process. */
export function resolveExtensionsOf(packageName: string): void {
  registerHooks({
    resolve(specifier, context, next) {
      const isInside = context.parentURL?.includes(`/node_modules/${packageName}/`) === true;
      if (!isInside || !specifier.startsWith('.')) return next(specifier, context);
      for (const ending of endings) {
        try {
          return next(specifier + ending, context);
        } catch (error) {
          if ((error as { code?: string }).code !== 'ERR_MODULE_NOT_FOUND') throw error;
        }
      }
      return next(specifier, context);
    },
  });
}
