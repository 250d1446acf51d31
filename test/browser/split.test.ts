import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CopiesBody } from '@coring/protocol';
import type { Page } from 'playwright-core';
import { aFolder, type TestNode, until } from '../a-ring.js';
import { aFaultyRing } from '../faults/a-faulty-ring.js';
import { whyNoNetwork } from '../faults/a-network.js';
import { between } from '../faults/network.js';
import { get, put } from '../files.js';
import { inBrowser } from './a-browser.js';
import { aPage, drop, fileIn, headline, nodeIn } from './a-page.js';

const MINUTE_MS = 60_000;
const FILES = 24;

inBrowser(
  'a ring of five that is split into three and two is seen so from both sides, is written to on both, and is whole again after the heal, with what met beside the file, of which one is kept',
  async (t) => {
    t.timeout(5 * MINUTE_MS);
    const ring = await aFaultyRing(t, 5);
    const [large, small] = [ring.node(1), ring.node(5)];
    for (let i = 0; i < FILES; i++) t.is((await put(large, `file ${i}`, `content ${i}`)).status, 201);
    const [most, few] = [await aPage(t, large), await aPage(t, small, { lacksFiles: true })];
    for (const page of [most, few]) await saysInTime(page, '5 nodes, whole: every file has 3 copies');

    const split = { pairs: between([1, 2, 3], [4, 5]), lane: { cut: true } };
    await ring.network.spoil(split);
    await saysInTime(most, /^degraded: 2 of 5 nodes are down; \d+ files? ha(s|ve) /);
    await saysInTime(few, /^split: 2 of 5 here; writing goes on; \d+ files? ha(s|ve) /);
    for (const [page, node] of [[most, large], [few, small]] as const) await until(async () => (await headline(page).innerText()).endsWith(await copiesInWords(node)), `the page of ${node.address} to say how many copies there are`);
    for (const page of [most, few]) t.log(await headline(page).innerText());
    await few.locator('.advice').getByText('or mend the network between').waitFor();
    for (const host of [4, 5]) await nodeIn(most, ring.node(host), 'down').waitFor();
    for (const host of [1, 2, 3]) await nodeIn(few, ring.node(host), 'down').waitFor();

    // The side with most of a file's owners has the majority for it, whichever that is.
    const path = join(await aFolder(t), 'both.txt');
    const grades: string[] = [];
    for (const [page, side] of [[most, 'three'], [few, 'two']] as const) {
      await writeFile(path, `written where ${side} were`);
      await drop(page, [path]);
      await page.locator('.uploads li.done').waitFor();
      const grade = /copies, (strong|weak)$/.exec(await page.locator('.uploads .said').innerText())![1]!;
      grades.push(grade);
      await page.locator('.journal').getByText(`both.txt put at ${await page.locator('.source .address').innerText()}`).getByText(grade === 'weak' ? /, weak: no majority of its owners$/ : / B$/).waitFor();
    }
    t.deepEqual(grades.sort(), ['strong', 'weak']);
    for (const [node, name] of [[large, 'a of three'], [small, 'a of two']] as const) t.is((await put(node, name, name)).status, 201);

    await ring.network.mend(split);
    for (const page of [most, few]) {
      await saysInTime(page, '5 nodes, whole: every file has 3 copies');
      for (const host of [1, 5]) await nodeIn(page, ring.node(host), 'up').waitFor();
      await page.locator('.journal').getByText('is up again').first().waitFor();
      for (const name of ['a of three', 'a of two']) await fileIn(page, name).waitFor();
      await page.getByRole('row', { name: 'both.txt' }).getByText('1 conflict copy').waitFor();
      await fileIn(page, 'both.txt').click();
      const beside = page.getByRole('region', { name: 'both.txt' }).locator('.beside a');
      await beside.waitFor();
      t.is(await beside.count(), 1);
      const { pathname, search } = new URL(await beside.evaluate((link) => (link as HTMLAnchorElement).href));
      const kept = await Promise.all([get(large, 'both.txt').then(({ bytes }) => Buffer.from(bytes).toString()), fetch(`${small.url}${pathname}${search}`).then((answer) => answer.text())]);
      t.deepEqual(kept.sort(), ['written where three were', 'written where two were']);
    }

    const copy = most.getByRole('region', { name: 'both.txt' }).locator('.beside li');
    const kept = await (await fetch(`${small.url}/files/both.txt?version=${await copy.locator('.version').innerText()}`)).text();
    await copy.getByRole('button', { name: 'Keep this one' }).click();
    await most.getByRole('dialog').getByText('All other versions go, on every node.').waitFor();
    await most.getByRole('dialog').getByRole('button', { name: 'Keep it' }).click();
    for (const page of [most, few]) {
      await page.getByRole('row', { name: 'both.txt' }).getByText('1 conflict copy').waitFor({ state: 'detached' });
      await page.getByRole('region', { name: 'both.txt' }).locator('.beside').waitFor({ state: 'detached' });
    }
    for (const node of [large, small]) t.is(Buffer.from((await get(node, 'both.txt')).bytes).toString(), kept);
  },
  await whyNoNetwork(),
);

async function saysInTime(page: Page, text: string | RegExp): Promise<void> {
  await headline(page).getByText(text).waitFor({ timeout: MINUTE_MS });
}

/** The end of the line at the top, from what the node itself counts. */
async function copiesInWords({ url }: TestNode): Promise<string> {
  const { byCopies, wanted } = (await (await fetch(`${url}/ring/copies`)).json()) as CopiesBody;
  const short = Object.entries(byCopies).filter(([copies, count]) => Number(copies) < wanted && count > 0);
  return short.map(([copies, count], i) => `${count}${i > 0 ? '' : count === 1 ? ' file' : ' files'} ${count === 1 ? 'has' : 'have'} ${copies === '1' ? 'one copy' : `${copies} copies`}`).join(', ');
}
