/**
 * From a keystroke to the picture, in Chromium, on the labs of a built page: a digit of each lab's first manifest is changed in
 * the full editor again and again, by keys, and the measure is read that the instrument leaves of each edit.
 */
import type { Browser, Page } from '@playwright/test';

/** How an edit's time was spent, in ms. */
export interface EditTimes {
  /** From the edit, as the editor reports it, until the new picture stands in the document. */
  readonly total: number;
  /** From the same moment until the frame was painted that shows it: at 60 frames a second about 8 ms more. */
  readonly painted: number;
  /** Until the worker heard of it. */
  readonly toWorker: number;
  readonly diagnose: number;
  readonly advance: number;
  /** Making the markup. */
  readonly markup: number;
  /** Until the page had it. */
  readonly toPage: number;
  /** Until it stood in the document. */
  readonly dom: number;
}

/** How often a lab is edited. */
export interface EditCount {
  readonly warmUps: number;
  readonly counted: number;
}

/** Pause between two edits: someone who types fast. */
const pauseMs = 120;
/** How long a lab has been open before its first edit. */
const readMs = 1000;

/** In the page: tells of each edit that the instrument measures, once the frame is painted. */
function watch(): void {
  const { noteEdit } = globalThis as unknown as { noteEdit: (taken: object) => void };
  const measure = performance.measure.bind(performance);
  performance.measure = (name: string, ...rest: never[]): PerformanceMeasure => {
    const made = measure(name, ...(rest as []));
    if (name !== 'reconcile:edit-to-picture') return made;
    const { startTime, duration: total, detail } = made;
    const startMs = performance.timeOrigin + startTime;
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        noteEdit({ startMs, total, painted: performance.now() - startTime, ...detail });
      };
      port2.postMessage(null);
    });
    return made;
  };
}

/** What `watch` tells of one edit. */
interface Taken {
  readonly startMs: number;
  readonly total: number;
  readonly painted: number;
  readonly heardMs: number;
  readonly judgedMs: number;
  readonly ranMs: number;
  readonly drawnMs: number;
  readonly receivedMs: number;
}

function timesOf(taken: Taken): EditTimes {
  const { startMs, total, painted, heardMs, judgedMs, ranMs, drawnMs, receivedMs } = taken;
  return {
    total,
    painted,
    toWorker: heardMs - startMs,
    diagnose: judgedMs - heardMs,
    advance: ranMs - judgedMs,
    markup: drawnMs - ranMs,
    toPage: receivedMs - drawnMs,
    dom: startMs + total - receivedMs,
  };
}

/** A page with labs. */
export interface LabsPage {
  readonly ids: readonly string[];
  /** Edits a lab that nobody has touched yet; tells of the first edit and of those that count. Rejects when a picture does not come. */
  edit(id: string, count: EditCount): Promise<{ first: EditTimes; counted: EditTimes[] }>;
  close(): Promise<void>;
}

/** Opens a page with labs. */
export async function openLabs(browser: Browser, address: string): Promise<LabsPage> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  let note: (taken: Taken) => void = () => undefined;
  await page.exposeFunction('noteEdit', (taken: Taken) => note(taken));
  await page.addInitScript(watch);
  await page.goto(address, { waitUntil: 'load' });
  const ids = await page.locator('figure.lab').evaluateAll((all) => all.map(({ id }) => id));
  const nextEdit = (): Promise<EditTimes> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('no picture after 10 s')), 10_000);
      note = (taken) => {
        clearTimeout(timer);
        resolve(timesOf(taken));
      };
    });
  return {
    ids,
    edit: (id, count) => editLab(page, nextEdit, id, count),
    close: () => context.close(),
  };
}

/** A digit at the end of a line, and another that may stand there. */
interface DigitToEdit {
  readonly line: number;
  readonly digit: string;
  readonly other: string;
}

/**
 * Finds the digit that is changed: the number of replicas, which becomes one more; else the last one of the first line that
 * ends in one, which becomes one less (of a version, a number of seconds). Throws when there is none.
 */
export function digitToEdit(text: string): DigitToEdit {
  const lines = text.split('\n');
  const replicas = lines.findIndex((line) => /^\s+replicas: [1-8]$/.test(line));
  const line =
    replicas >= 0
      ? replicas
      : lines.findIndex((each) => /[1-9]$/.test(each) && !each.startsWith('apiVersion:'));
  const digit = lines[line]?.at(-1);
  if (digit === undefined) throw new Error('no line of the first manifest ends in a digit');
  return { line, digit, other: String(Number(digit) + (replicas >= 0 ? 1 : -1)) };
}

async function editLab(
  page: Page,
  nextEdit: () => Promise<EditTimes>,
  id: string,
  { warmUps, counted }: EditCount,
): Promise<{ first: EditTimes; counted: EditTimes[] }> {
  const lab = page.locator(`#${id}`);
  await lab.scrollIntoViewIfNeeded();
  const field = lab.locator('textarea.editor-input');
  const { line, digit, other } = digitToEdit(await field.inputValue());
  await field.focus();
  await lab.locator('.editor[data-mode="rich"]').waitFor();
  await page.keyboard.press('Control+Home');
  for (let down = 0; down < line; down += 1) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('End');
  // By then a reader has read a line, and the page has made ready.
  await page.waitForTimeout(readMs);
  const times: EditTimes[] = [];
  for (let edit = 0; edit < warmUps + counted; edit += 1) {
    await page.waitForTimeout(pauseMs);
    await page.keyboard.press('Shift+ArrowLeft');
    const taken = nextEdit();
    await page.keyboard.press(edit % 2 === 0 ? other : digit);
    times.push(await taken);
  }
  const [first] = times;
  if (first === undefined) throw new Error('no edit was asked for');
  return { first, counted: times.slice(warmUps) };
}
