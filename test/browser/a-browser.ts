import { existsSync } from 'node:fs';
import test, { type Implementation } from 'ava';
import { type Browser, chromium } from 'playwright-core';

const executablePath = process.env.CORING_CHROMIUM ?? '/usr/bin/chromium';
const hasBrowser = existsSync(executablePath);
/** Nothing but what the pages ask for: the browser itself looks for no news. */
const args = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

let browser: Promise<Browser> | undefined;

/** Whether all is tried at its full size, as `npm run test:browser` does. */
export const isFull = process.env.CORING_TEST_BROWSER === '1';

/** A test in a real browser. Without one it is skipped, and says why. */
export function inBrowser(title: string, implementation: Implementation<[]>): void {
  if (hasBrowser) test.serial(title, implementation);
  else test.serial.skip(`${title} (not tried: there is no ${executablePath}; apt-get install chromium, or CORING_CHROMIUM)`, implementation);
}

/** One for each file of tests, with a profile of its own. */
export function theBrowser(): Promise<Browser> {
  return (browser ??= chromium.launch({ executablePath, args }));
}

test.after.always(async () => (await browser)?.close());
