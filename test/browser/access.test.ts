import axe from 'axe-core';
import type { ExecutionContext } from 'ava';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { aRing, type TestNode, until } from '../a-ring.js';
import { put } from '../files.js';
import { inBrowser, isFull } from './a-browser.js';
import { aPage, fileIn, headline, nodeIn } from './a-page.js';

const narrow = { viewport: { width: 360, height: 740 }, hasTouch: true };
const looks: Readonly<Record<string, BrowserContextOptions>> = {
  light: { colorScheme: 'light' },
  'dark and narrow': { colorScheme: 'dark', ...narrow },
  ...(isFull ? { dark: { colorScheme: 'dark' }, 'light and narrow': { colorScheme: 'light', ...narrow } } : {}),
};

inBrowser('axe finds nothing serious: light, dark, narrow; whole and degraded; with details and dialogs open', async (t) => {
  const nodes = (await aRing(t, 3)) as [TestNode, TestNode, TestNode];
  const [a, b, c] = nodes;
  for (let i = 0; i < 30; i++) await put(a, `folder/file ${i}.txt`, `content ${i}`);
  const pages = new Map<string, Page>();
  // The policy of the page refuses also the script of axe.
  for (const [look, context] of Object.entries(looks)) pages.set(look, await aPage(t, a, { context: { bypassCSP: true, ...context }, lost: [c] }));
  for (const [look, page] of pages) {
    await headline(page).getByText('3 nodes, whole: every file has 3 copies').waitFor();
    await page.locator('.row .copies').getByText('3/3').first().waitFor();
    await check(t, page, `${look}, whole`);
    await checkOpened(t, page, look, b);
  }
  await c.kill();
  for (const [look, page] of pages) {
    await nodeIn(page, c, 'down').waitFor();
    await page.locator('.row .copies.short').first().waitFor();
    await check(t, page, `${look}, degraded`);
    await checkOpened(t, page, `${look}, degraded`, c);
  }
});

async function checkOpened(t: ExecutionContext, page: Page, look: string, node: TestNode): Promise<void> {
  const close = page.getByRole('button', { name: 'Close' });
  await page.locator('.nodes-table summary').click();
  await page.locator('.nodes-table').getByRole('button', { name: node.address }).click();
  await check(t, page, `${look}, a node's details`);
  await close.click();
  await page.locator('.nodes-table summary').click();
  await fileIn(page, 'folder/file 0.txt').click();
  const details = page.getByRole('region', { name: 'folder/file 0.txt' });
  await details.getByText('equal to its digest').first().waitFor();
  await check(t, page, `${look}, a file's details`);
  await details.getByRole('button', { name: 'Delete' }).click();
  await check(t, page, `${look}, the dialog`);
  await page.getByRole('button', { name: 'Keep it' }).click();
  await close.click();
}

/** Fails with what is serious or worse, and says what is less. */
async function check(t: ExecutionContext, page: Page, when: string): Promise<void> {
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async () => (await (globalThis as unknown as { axe: typeof axe }).axe.run(document)).violations);
  const told = violations.map(({ id, impact, nodes }) => `${when}: ${impact} ${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).slice(0, 3).join(' | ')}`);
  const isSerious = (i: number): boolean => ['serious', 'critical'].includes(violations[i]!.impact ?? '');
  for (const [i, text] of told.entries()) if (!isSerious(i)) t.log(text);
  t.deepEqual(told.filter((_, i) => isSerious(i)), []);
}

inBrowser('with the keyboard alone: to a file, its details, the question before it is deleted, and back', async (t) => {
  const [a] = (await aRing(t, 2)) as [TestNode, TestNode];
  for (const name of ['a.txt', 'b.txt', 'c.txt']) await put(a, name, name);
  const page = await aPage(t, a);
  await fileIn(page, 'c.txt').waitFor();
  const focus = (): Promise<string> => page.evaluate(focused);
  const hasFocus = async (text: string): Promise<void> => {
    await until(async () => (await focus()).startsWith(text), `the focus to be on ${text}`);
  };
  const tabTo = async (text: RegExp): Promise<void> => {
    for (let i = 0; i < 40 && !text.test(await focus()); i++) await page.keyboard.press('Tab');
    t.regex(await focus(), text);
  };
  await page.keyboard.press('Tab');
  // The first stop leads past the ring.
  await hasFocus('To the files');
  await tabTo(/^a\.txt/);
  await page.keyboard.press('ArrowDown');
  await hasFocus('b.txt');
  await page.keyboard.press('Enter');
  const details = page.getByRole('region', { name: 'b.txt' });
  await details.getByText('equal to its digest').first().waitFor();
  t.is(await focus(), 'b.txt', 'the title of the details has it');
  await tabTo(/^Delete/);
  await page.keyboard.press('Enter');
  // The harmless answer has it.
  await hasFocus('Keep it');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await hasFocus('Delete');
  await page.keyboard.press('Escape');
  await details.waitFor({ state: 'detached' });
  await hasFocus('b.txt');
  await page.keyboard.press('Delete');
  await hasFocus('Keep it');
  await page.keyboard.press('Shift+Tab');
  await hasFocus('Delete');
  await page.keyboard.press('Enter');
  await fileIn(page, 'b.txt').waitFor({ state: 'detached' });

  await page.reload();
  await page.locator('.ring-picture .node').nth(1).waitFor();
  await tabTo(/1 of 2$/);
  await page.keyboard.press('ArrowRight');
  await until(async () => (await focus()).includes('2 of 2'), 'the focus to be on the other node');
  await page.keyboard.press('Enter');
  await page.getByText('Incarnation', { exact: true }).waitFor();
});

/** What has the focus, by its label or what it says. */
function focused(): string {
  return document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '';
}

for (const reducedMotion of ['reduce', 'no-preference'] as const) {
  inBrowser(`CHECK ${reducedMotion === 'reduce' ? 'lights up an arc and does not travel, where less motion is asked for' : 'travels along the ring'}`, async (t) => {
    const [a] = (await aRing(t, 3)) as [TestNode, TestNode, TestNode];
    const page = await aPage(t, a, { context: { reducedMotion } });
    await headline(page).getByText('3 nodes, whole').waitFor();
    const [hops, steps] = await page.evaluate(motions);
    t.true(hops > 0);
    if (reducedMotion === 'reduce') t.is(steps, 0);
    else t.true(steps > hops);
    if (reducedMotion === 'reduce') t.is(await page.evaluate(() => document.getAnimations().filter(({ playState }) => playState === 'running').length), 0);

    /** Until two laps or so have gone round: hops that were drawn, and how often one of them has moved. */
    function motions(): Promise<[number, number]> {
      return new Promise((resolve) => {
        let [drawn, moved] = [0, 0];
        new MutationObserver((changes) => {
          for (const { type, oldValue, target } of changes) {
            if (type === 'childList') drawn++;
            else if (oldValue !== null && oldValue !== (target as Element).getAttribute('d')) moved++;
          }
          if (drawn >= 8) resolve([drawn, moved]);
        }).observe(document.querySelector('.moving')!, { childList: true, subtree: true, attributes: true, attributeOldValue: true, attributeFilter: ['d'] });
      });
    }
  });
}
