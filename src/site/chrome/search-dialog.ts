/** The search dialog: asks the index of the built site as the reader types, latest question wins. */
import './search.css';

interface Found {
  url: string;
  excerpt: string;
  meta: { title?: string };
  sub_results?: { title: string; url: string; excerpt: string }[];
}

interface Index {
  init(): Promise<void>;
  search(query: string): Promise<{ results: { data(): Promise<Found> }[] }>;
}

const RESULTS_MAX = 8;
/** A pause this long in typing counts as a question. Chosen for legibility. */
const PAUSE_MS = 120;

let dialog: HTMLDialogElement | undefined;

/** Opens the dialog that belongs to a search button, making it at the first call. */
export function openSearch(button: HTMLButtonElement): void {
  dialog ??= makeDialog(button);
  if (!dialog.open) dialog.showModal();
  dialog.querySelector('input')?.select();
}

function makeDialog(button: HTMLButtonElement): HTMLDialogElement {
  const template = document.querySelector<HTMLTemplateElement>('[data-search-dialog]');
  const made = template?.content.querySelector('dialog')?.cloneNode(true);
  if (!(made instanceof HTMLDialogElement)) throw new Error('the search dialog is not in the page');
  document.body.append(made);
  const index = loadIndex(button.dataset['index'] ?? '');
  const input = made.querySelector('input');
  let timer: number | undefined;
  let question = 0;
  input?.addEventListener('input', () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      question += 1;
      const asked = question;
      void answer(made, index, input.value.trim(), () => asked === question);
    }, PAUSE_MS);
  });
  made.addEventListener('click', (event) => {
    if (event.target === made) made.close();
  });
  input?.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' && event.key !== 'ArrowDown') return;
    event.preventDefault();
    const first = made.querySelector('a');
    if (event.key === 'Enter') first?.click();
    else first?.focus();
  });
  return made;
}

/** Loads the index; undefined where the site was not built, as while authoring. */
async function loadIndex(address: string): Promise<Index | undefined> {
  try {
    const index = (await import(/* @vite-ignore */ address)) as Index;
    await index.init();
    return index;
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Letters at the beginning of a word that a page must share with the question. Chosen: less is chance. */
const SHARED_LETTERS = 3;

/** Whether one of the marked words begins as a word of the question does; for want of better the index marks any word at all. */
export function isAbout(excerpt: string, query: string): boolean {
  const bare = (word: string): string => word.toLowerCase().replace(/^[^\p{L}\p{N}]+/u, '');
  const beginnings = query.split(/\s+/).map((word) => bare(word).slice(0, SHARED_LETTERS));
  const marked = [...excerpt.matchAll(/<mark>(.*?)<\/mark>/gs)].map(([, word = '']) => bare(word));
  return marked.some((word) => beginnings.some((beginning) => word.startsWith(beginning)));
}

async function answer(
  made: HTMLDialogElement,
  loading: Promise<Index | undefined>,
  query: string,
  isLatest: () => boolean,
): Promise<void> {
  const state = made.querySelector<HTMLElement>('.search-state');
  const list = made.querySelector('.search-results');
  if (state === null || list === null) return;
  const say = (text: string | undefined): void => {
    state.textContent = text ?? '';
    list.replaceChildren();
  };
  if (query === '') return say(state.dataset['empty']);
  const index = await loading;
  if (index === undefined) return say(state.dataset['unavailable']);
  const { results } = await index.search(query);
  const data = await Promise.all(results.slice(0, RESULTS_MAX).map((result) => result.data()));
  const found = data.filter(({ excerpt }) => isAbout(excerpt, query));
  if (!isLatest()) return;
  if (found.length === 0) return say(state.dataset['nothing']?.replace('%s', query));
  state.textContent = '';
  list.replaceChildren(...found.map(item));
}

/** One page of the answer, with the best place in it. */
function item(found: Found): HTMLLIElement {
  const best = found.sub_results?.[0];
  const entry = document.createElement('li');
  const link = document.createElement('a');
  link.href = best?.url ?? found.url;
  const title = document.createElement('strong');
  title.textContent = found.meta.title ?? found.url;
  link.append(title);
  if (best !== undefined && best.title !== found.meta.title) {
    const section = document.createElement('span');
    section.textContent = best.title;
    link.append(section);
  }
  const excerpt = document.createElement('p');
  // The excerpt comes from the site's own index; it is text with <mark> around what was found.
  excerpt.innerHTML = best?.excerpt ?? found.excerpt;
  link.append(excerpt);
  entry.append(link);
  return entry;
}
