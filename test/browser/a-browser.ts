import { existsSync } from 'node:fs';
import test, { type Implementation } from 'ava';
import { type Browser, chromium } from 'playwright-core';

const executablePath = process.env.CORING_CHROMIUM ?? '/usr/bin/chromium';
const hasBrowser = existsSync(executablePath);
/** Nothing but what the pages ask for: the browser itself looks for no news. */
const args = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

let browser: Promise<Browser> | undefined;
let closes = false;

/** Whether all is tried at its full size, as `npm run test:browser` does. */
export const isFull = process.env.CORING_TEST_BROWSER === '1';

/** A test in a real browser. Without one, or with another `obstacle`, it is skipped, and says why. */
export function inBrowser(title: string, implementation: Implementation<[]>, obstacle?: string): void {
  closeAfterwards();
  const why = hasBrowser ? obstacle : `there is no ${executablePath}; apt-get install chromium, or CORING_CHROMIUM`;
  if (why === undefined) test.serial(title, implementation);
  else test.serial.skip(`${title} (not tried: ${why})`, implementation);
}

/** One for each file of tests, with a profile of its own. */
export function theBrowser(): Promise<Browser> {
  return (browser ??= chromium.launch({ executablePath, args }));
}

/** Said with the first test, not when this is imported: nothing may be declared later than the first declaration, and a file may have to wait for its obstacles. */
function closeAfterwards(): void {
  if (closes) return;
  closes = true;
  test.after.always(async () => (await browser)?.close());
}
