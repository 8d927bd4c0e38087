/** What a reader leaves in this browser. Storage can be forbidden or full; then it lasts as long as the page. */

const here = new Map<string, string>();

/** Keeps a value that survives JSON. */
export function store(key: string, value: unknown): void {
  const text = JSON.stringify(value);
  here.set(key, text);
  try {
    localStorage.setItem(key, text);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}

/** Returns what was kept, undefined where nothing was or where it cannot be read. */
export function readStored<T>(key: string): T | undefined {
  let text = here.get(key) ?? null;
  try {
    text ??= localStorage.getItem(key);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
  if (text === null) return undefined;
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}
