/** The theme switch: the reader's choice is kept in this browser; without one the page follows the system, also when that changes. */

/** Connects every theme switch of the page. */
export function connectThemeSwitches(): void {
  const root = document.documentElement;
  const switches = [...document.querySelectorAll<HTMLButtonElement>('[data-theme-switch]')];
  const show = (): void => {
    const isDark = root.dataset['theme'] === 'dark';
    for (const button of switches) {
      const label = isDark ? button.dataset['toLight'] : button.dataset['toDark'];
      button.setAttribute('aria-label', label ?? '');
      button.title = label ?? '';
    }
  };
  for (const button of switches) {
    button.addEventListener('click', () => {
      const theme = root.dataset['theme'] === 'dark' ? 'light' : 'dark';
      root.dataset['theme'] = theme;
      remember(theme);
      show();
    });
  }
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', (change) => {
    if (remembered() !== null) return;
    root.dataset['theme'] = change.matches ? 'dark' : 'light';
    show();
  });
  show();
}

/** Storage can be forbidden; then the choice lasts as long as the page. */
function remember(theme: string): void {
  try {
    localStorage.setItem('theme', theme);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}

function remembered(): string | null {
  try {
    return localStorage.getItem('theme');
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    return null;
  }
}
