/**
 * What a reader may type that makes no sense or too much of it, in a lab of the built page: each ends in a clear message, soon,
 * and the reader's text stays. A good machine needs less than a second; the bound leaves room for a busy one.
 */
import type { Browser, Locator, Page } from '@playwright/test';
import { expect as expectOn } from '@playwright/test';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { openPage, startBrowser } from './open-page.ts';

const soonMs = 6_000;

let browser: Browser;
let page: Page;
let lab: Locator;
let own: string;
let complaints: string[];

beforeAll(async () => {
  browser = await startBrowser();
  const address = new URL('what-is-a-controller/', inject('site')).href;
  ({ page, complaints } = await openPage(browser, address, { hasTouch: true, isMobile: true }));
  lab = page.locator('.lab').first();
  await lab.scrollIntoViewIfNeeded();
  await lab.locator('.lab-bar').hover();
  own = await lab.locator('textarea').first().inputValue();
}, 60_000);
afterAll(() => browser.close());

/** Writes a text as a paste does, at once. */
async function write(text: string): Promise<void> {
  await lab
    .locator('textarea')
    .first()
    .evaluate((field: HTMLTextAreaElement, value) => {
      field.value = value;
      field.dispatchEvent(new Event('input', { bubbles: true }));
    }, text);
}

const container = '{ name: web, image: "nginx:1.27" }';
const shouting =
  '{ name: web, image: "busybox:1.37", command: [sh, -c, "while :; do echo a; done"] }';
const replicaSet = (replicas: string, of: string): string => `apiVersion: apps/v1
kind: ReplicaSet
metadata: { name: web }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [${of}]
`;
const megabyte = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: big }\ndata:\n${Array.from(
  { length: 12_000 },
  (_, line) => `  key-${line}: "${'x'.repeat(70)}"\n`,
).join('')}`;

test.each([
  ['no YAML', replicaSet('3', container).replace('metadata: {', 'metadata: ['), /line \d+/],
  [
    'an unknown kind',
    replicaSet('3', container).replace('ReplicaSet', 'ReplicaSat'),
    /no matches for kind "ReplicaSat"/,
  ],
  [
    'an unknown field',
    replicaSet('3', container).replace('replicas', 'replica'),
    /unknown field "spec.replica"/,
  ],
  ['a wrong type', replicaSet('many', container), /cannot unmarshal string into Go struct field/],
  ['a megabyte', megabyte, /The ConfigMap "big" is invalid: metadata.annotations: Too long/],
  [
    'a million replicas',
    replicaSet('1000000', container),
    /1000000 pods are more than a lab can hold/,
  ],
  ['a container that never stops logging', replicaSet('1', shouting), /never stops logging/],
] as const)('%s ends in a clear message, and the text stays', async (_what, text, message) => {
  const said = lab.locator('.lab-message, .editor-remark-text').filter({ hasText: message });
  await write(text);
  await said.first().waitFor({ timeout: soonMs });
  expect(await lab.locator('textarea').first().inputValue()).toBe(text);
  await write(own);
  await expectOn(lab.locator('.lab-message, .editor-remark-text')).toHaveCount(0);
});

test('after all of it the lab runs as it did', async () => {
  await expectOn(lab.locator('.lane-pod')).toHaveCount(4);
  expect(complaints).toEqual([]);
});
