import { describe, expect, test } from 'vitest';
import { findBrowser } from './find-browser.ts';
import type { Places } from './find-browser.ts';

const packaged = { executablePath: '/tmp/unpacked', env: { LD_LIBRARY_PATH: '/tmp/lib' } };

function machine(files: string[], places: Partial<Places> = {}): Places {
  return {
    environment: { PATH: '/usr/local/bin:/usr/bin' },
    exists: (path) => files.includes(path),
    playwrightPath: () => '/cache/playwright/chrome',
    unpack: () => Promise.resolve(packaged),
    ...places,
  };
}

describe('findBrowser', () => {
  const all = ['/mine/chrome', '/usr/bin/chromium', '/cache/playwright/chrome'];
  const environment = { PATH: '/usr/local/bin:/usr/bin', CHROMIUM_PATH: '/mine/chrome' };

  test('takes CHROMIUM_PATH before everything else', async () => {
    expect((await findBrowser(machine(all, { environment }))).executablePath).toBe('/mine/chrome');
  });

  test('says so when CHROMIUM_PATH leads nowhere, rather than taking another', async () => {
    await expect(findBrowser(machine(all.slice(1), { environment }))).rejects.toThrow(
      '/mine/chrome',
    );
  });

  test('takes a system browser before Playwright’s own', async () => {
    expect((await findBrowser(machine(all))).executablePath).toBe('/usr/bin/chromium');
  });

  test('takes Playwright’s own before the packaged one', async () => {
    const found = await findBrowser(machine(['/cache/playwright/chrome']));
    expect(found.executablePath).toBe('/cache/playwright/chrome');
  });

  test('unpacks the packaged one when nothing is installed', async () => {
    expect(await findBrowser(machine([]))).toEqual(packaged);
  });

  test('says what to install when there is none at all', async () => {
    const none = machine([], { unpack: () => Promise.resolve(undefined) });
    await expect(findBrowser(none)).rejects.toThrow(/apt-get install chromium.*CHROMIUM_PATH/);
  });
});
