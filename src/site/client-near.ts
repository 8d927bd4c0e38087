/**
 * `client:near`: an island comes alive once the page has loaded, the browser has a moment, and the island is in sight or nearly so.
 * What makes a page readable goes first, what makes it move comes after.
 */
import type { ClientDirective } from 'astro';

/** How far below the window an island wakes: about a flick of the wheel. */
const MARGIN = '300px';
/** A browser that is never idle still wakes its islands after this long. */
const IDLE_MAX_MS = 1_000;

const near: ClientDirective = (load, _options, element) => {
  const wake = (): void => {
    void load().then((hydrate) => hydrate());
  };
  const watch = (): void => {
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        observer.disconnect();
        wake();
      },
      { rootMargin: MARGIN },
    );
    // The island's own element has no box; its children have.
    for (const child of element.children) observer.observe(child);
  };
  const whenIdle = (): void => {
    if ('requestIdleCallback' in window) requestIdleCallback(watch, { timeout: IDLE_MAX_MS });
    else setTimeout(watch);
  };
  if (document.readyState === 'complete') whenIdle();
  else addEventListener('load', whenIdle, { once: true });
};

export default near;
