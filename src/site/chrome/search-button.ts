/** The search button of the header: a few lines on every page, the dialog only once it is wanted. */

/** Connects every search button of the page and the `/` key. */
export function connectSearchButtons(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-search]')) {
    const open = async (): Promise<void> => {
      const { openSearch } = await import('./search-dialog.ts');
      openSearch(button);
    };
    button.addEventListener('click', () => void open());
    document.addEventListener('keydown', (event) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTyping(event.target)) return;
      event.preventDefault();
      void open();
    });
  }
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.closest('input, textarea, select, dialog[open]') !== null)
  );
}
