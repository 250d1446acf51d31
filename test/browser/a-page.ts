import type { ExecutionContext } from 'ava';
import { type BrowserContextOptions, type Locator, type Page } from 'playwright-core';
import { theBrowser } from './a-browser.js';

/** What a page may do beside asking its own node without an error. */
interface Allowed {
  /** Nodes that die: that they do not answer is told on the console by the browser, and the page goes on at others of these. */
  readonly lost?: readonly { readonly url: string }[];
  /** It may ask for files that no node knows any more that can be reached: the browser tells of each 404. */
  readonly lacksFiles?: boolean;
}

interface Opened extends Allowed {
  readonly context?: BrowserContextOptions;
  /** Done before the page is loaded. */
  readonly prepare?: (page: Page) => Promise<unknown>;
}

/** The page of a node in a fresh browser profile. Errors on its console, thrown errors and requests to anywhere else fail the test, whatever it asserts. */
export async function aPage(t: ExecutionContext, node: { readonly url: string }, { context: options, prepare, lost = [], lacksFiles = false }: Opened = {}): Promise<Page> {
  const context = await (await theBrowser()).newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  const own = new URL(node.url).origin;
  const origins = new Set([own, ...lost.map(({ url }) => new URL(url).origin)]);
  page.on('console', (message) => {
    const isLoss = lost.length > 0 && /net::ERR_/.test(message.text()) && origins.has(originOf(message.location().url));
    const isLack = lacksFiles && /status of 404/.test(message.text()) && message.location().url.startsWith(`${own}/files/`);
    if ((message.type() === 'error' || message.type() === 'warning') && !isLoss && !isLack) faults.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => faults.push(`thrown: ${error.stack ?? error.message}`));
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (!origins.has(originOf(request.url())) && !/^(data|blob):/.test(request.url())) faults.push(`asked elsewhere: ${request.method()} ${request.url()}`);
  });
  t.teardown(async () => {
    if (!t.passed) t.log((await page.locator('body').innerText({ timeout: 2000 }).catch(() => 'the page is gone')).slice(0, 2000));
    await context.close();
    if (faults.length > 0) throw new Error(faults.join('\n'));
  });
  await prepare?.(page);
  await page.goto(node.url);
  return page;
}

/** The line at the top. */
export function headline(page: Page): Locator {
  return page.getByRole('heading', { level: 1 });
}

/** A node in the picture of the ring, in that state where one is named. */
export function nodeIn(page: Page, { address }: { readonly address: string }, state?: string): Locator {
  const suffix = state === undefined ? '[,]' : `(, seen from here)?, ${state}`;
  return page.locator('.ring-picture').getByRole('button', { name: new RegExp(`^${address.replaceAll('.', '[.]')}${suffix}`) });
}

/** The name of a file in the list. */
export function fileIn(page: Page, name: string): Locator {
  return page.locator('.file-table').getByTitle(name, { exact: true });
}

/** Drops files or folders of the disk in the middle of the page, as a hand would. */
export async function drop(page: Page, paths: readonly string[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const { width, height } = page.viewportSize()!;
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x: width / 2, y: height / 2, data: { items: [], files: [...paths], dragOperationsMask: 1 } });
  }
  await session.detach();
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}
