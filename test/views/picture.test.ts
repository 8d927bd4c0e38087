import { describe, expect, test } from 'vitest';
import type { Lab } from '#sim/lab/lab-format.ts';
import { pictureOf, spansOf, windowOf } from '#views/picture.ts';
import { counter, historyOf, scaleDown } from './sample-runs.ts';

const history = historyOf(scaleDown);
const window = windowOf(history, scaleDown);
const draw = (lab: Lab, prefix = 'p') =>
  pictureOf(historyOf(lab), lab, {
    window: windowOf(historyOf(lab), lab),
    locale: 'en',
    prefix,
  });

describe('the window', () => {
  test('is the lab’s own', () => {
    expect(window).toEqual({ fromMs: 5000, toMs: 8000 });
  });

  test('is the whole run where the lab has none', () => {
    expect(windowOf(historyOf(counter), counter)).toEqual({ fromMs: 0, toMs: 8000 });
  });
});

describe('the picture', () => {
  const { markup, states, requests } = draw(scaleDown);

  test('has a lane for every pod of the window, under a short name', () => {
    const names = history.keys('Pod').map((key) => key.split('/')[2] ?? '');
    expect(names).toHaveLength(3);
    for (const name of names) expect(markup).toContain(`title="${name}"`);
    expect(markup).toMatch(/<b>web-[a-z0-9]{5}<\/b>/);
  });

  test('draws the pod that goes: ready, terminating, its signal', () => {
    expect(states).toEqual(expect.arrayContaining(['ready', 'terminating']));
    expect(markup).toContain('>SIGTERM</text>');
  });

  test('leads from every mark to an entry of the trace', () => {
    const entries = [...markup.matchAll(/data-entry="(-?\d+)"/g)].map((match) => Number(match[1]));
    expect(entries.length).toBeGreaterThan(10);
    expect(entries.every((id) => id >= 0 && id < history.trace.length)).toBe(true);
  });

  test('draws answered requests as one path and explains them', () => {
    expect(requests).toContain('answered');
    expect(markup.match(/v-s-answered" stroke-width/g)).toHaveLength(1);
  });

  test('needs no width: every horizontal place is per cent', () => {
    const lines = [...markup.matchAll(/ x1="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.every((place) => place.endsWith('%'))).toBe(true);
  });

  test('begins every id with the lab’s prefix, so that a page can hold many', () => {
    const other = draw(scaleDown, 'q').markup;
    const ids = [...other.matchAll(/ id="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(ids.length).toBeGreaterThan(5);
    expect(ids.every((id) => id.startsWith('q-'))).toBe(true);
    for (const [, used = ''] of other.matchAll(/url\(#([^)]+)\)/g)) expect(ids).toContain(used);
  });

  test('says that there is nothing to draw', () => {
    const lab: Lab = { ...counter, show: { ...counter.show, lanes: ['endpoints'] } };
    const own = pictureOf(historyOf(counter), lab, {
      window: windowOf(historyOf(counter), lab),
      locale: 'en',
      prefix: 'p',
    });
    expect(own.markup).toContain('Nothing of this run can be drawn yet');
  });

  test('is the same each time', () => {
    expect(draw(scaleDown).markup).toBe(markup);
  });
});

describe('texts on the picture', () => {
  test('carry their number, in the reader’s language', () => {
    const [span] = spansOf(history, scaleDown, 'ko');
    expect(span?.text).toMatch(/^하나가 떠난다: \d+ ms$/);
  });

  test('are left out where their moment never comes', () => {
    expect(spansOf(history, scaleDown, 'en')).toHaveLength(1);
  });
});

describe('the axis', () => {
  const at = (nowMs: number | undefined) =>
    pictureOf(history, scaleDown, { window, locale: 'en', prefix: 'p', nowMs }).markup;

  test('says its unit beside it', () => {
    expect(at(undefined)).toContain('>time, s<');
  });

  test('leaves out what would stand under the flag of the cursor', () => {
    expect(at(undefined)).not.toContain('under-flag');
    expect(at(6500)).toMatch(/under-flag" x="50%"/);
  });
});

test('words stand above everything that is drawn, so that no line goes through them', () => {
  const { markup } = draw(scaleDown);
  const words = markup.slice(markup.indexOf('class="picture-words"'));
  expect(words).toContain('>SIGTERM</text>');
  expect(words).not.toContain('<rect');
  expect(markup.slice(0, markup.indexOf('class="picture-words"'))).not.toContain('<text');
});
