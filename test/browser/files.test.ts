import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesInWords } from '@coring/protocol';
import type { ExecutionContext } from 'ava';
import { aFolder, aRing, type TestNode } from '../a-ring.js';
import { contentBlocks, digestOfContent } from '../content.js';
import { get, put, sha256, someBytes } from '../files.js';
import { inBrowser, isFull } from './a-browser.js';
import { aPage, drop, fileIn, headline } from './a-page.js';
import { aStandIn, fileOf } from './a-stand-in.js';

const MB = 1_000_000;

inBrowser('a file dropped on the page of one node is got from another, byte for byte; folders keep their names', async (t) => {
  const [a, b] = (await aRing(t, 3)) as [TestNode, TestNode, TestNode];
  const page = await aPage(t, a);
  await headline(page).getByText('3 nodes, whole').waitFor();
  const folder = await aFolder(t);
  const bytes = someBytes(300_000);
  await writeFile(join(folder, 'dropped.bin'), bytes);
  await mkdir(join(folder, 'reports', 'old'), { recursive: true });
  await writeFile(join(folder, 'reports', 'new.txt'), 'new');
  await writeFile(join(folder, 'reports', 'old', 'ä ö.txt'), 'old');
  await drop(page, [join(folder, 'dropped.bin'), join(folder, 'reports')]);
  await fileIn(page, 'dropped.bin').waitFor();
  await page.locator('.uploads li.done').nth(2).waitFor();
  t.regex((await page.locator('.uploads li').first().innerText()).replaceAll('\n', ' '), /stored, [23]\/3 copies, strong/);
  t.is(sha256((await get(b, 'dropped.bin')).bytes), sha256(bytes));
  t.is(Buffer.from((await get(b, 'reports/new.txt')).bytes).toString(), 'new');
  t.is(Buffer.from((await get(b, 'reports/old/ä ö.txt')).bytes).toString(), 'old');

  await writeFile(join(folder, 'dropped.bin'), 'another');
  await drop(page, [join(folder, 'dropped.bin')]);
  const question = page.getByRole('dialog', { name: 'There is a file of this name' });
  await question.getByRole('button', { name: 'Leave it as it is' }).click();
  await page.locator('.uploads').getByText('not sent: the file that is there stays').waitFor();
  t.is(sha256((await get(b, 'dropped.bin')).bytes), sha256(bytes));
  await drop(page, [join(folder, 'dropped.bin')]);
  await question.getByRole('button', { name: 'Replace it' }).click();
  await page.locator('.uploads li.done').nth(3).waitFor();
  t.is(Buffer.from((await get(b, 'dropped.bin')).bytes).toString(), 'another');
});

inBrowser('a large upload shows its progress, and survives the death of the node that it goes to', async (t) => {
  const size = (isFull ? 200 : 40) * MB;
  const nodes = (await aRing(t, 3)) as [TestNode, TestNode, TestNode];
  const [a, , c] = nodes;
  const page = await aPage(t, a, { lost: nodes });
  await headline(page).getByText('3 nodes, whole').waitFor();
  const path = join(await aFolder(t), 'large.bin');
  await writeFile(path, contentBlocks(size, 7));

  // As slow as it takes to be in the middle when its node dies.
  const network = await page.context().newCDPSession(page);
  const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: size / 8 };
  await network.send('Network.emulateNetworkConditions', slow);
  await drop(page, [path]);
  const sent = page.getByRole('progressbar', { name: 'large.bin, sent' });
  const shareSent = (): Promise<number> => sent.evaluate((bar) => (bar as HTMLProgressElement).position);
  const seen: number[] = [];
  while ((seen.at(-1) ?? 0) < 0.2) seen.push(await shareSent());
  t.true(seen.every((share, i) => share >= (seen[i - 1] ?? 0)), 'it only grows');
  t.true(new Set(seen).size > 2, 'it moves');
  await page.locator('.uploads .said').getByText(new RegExp(`of ${bytesInWords(size)} to ${a.address}, .+/s, \\d+ s left`)).waitFor();
  await a.kill();
  await page.locator('.uploads .note').getByText('sent again, to ').waitFor();
  const told = await page.locator('.uploads .said').innerText();
  t.log(told);
  t.true(told.includes(a.address), 'the page names the node that was lost');
  await network.send('Network.emulateNetworkConditions', { ...slow, uploadThroughput: -1 });
  await page.locator('.uploads li.done').waitFor({ timeout: 90_000 });
  t.is(await digestAt(t, c, 'large.bin'), digestOfContent(size, 7));
  await page.getByText(`${a.address} does not answer; seen from`).waitFor();
});

inBrowser('an upload that is cancelled leaves nothing', async (t) => {
  const [a, b] = (await aRing(t, 2)) as [TestNode, TestNode];
  const page = await aPage(t, a);
  await headline(page).getByText('2 nodes, whole').waitFor();
  const network = await page.context().newCDPSession(page);
  await network.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: MB });
  const path = join(await aFolder(t), 'unwanted.bin');
  await writeFile(path, contentBlocks(30 * MB, 8));
  await drop(page, [path]);
  await page.locator('.uploads').getByText(`to ${a.address}`).waitFor();
  await page.getByRole('button', { name: 'Cancel unwanted.bin' }).click();
  await page.locator('.uploads li.cancelled').waitFor();
  t.is((await get(b, 'unwanted.bin')).status, 404);
});

inBrowser('two browsers stay in step: put, replaced and deleted in one is seen in the other', async (t) => {
  const [a, b, c] = (await aRing(t, 3)) as [TestNode, TestNode, TestNode];
  const [one, other] = [await aPage(t, a), await aPage(t, b)];
  for (const page of [one, other]) await headline(page).getByText('3 nodes, whole').waitFor();
  const folder = await aFolder(t);
  await writeFile(join(folder, 'shared.txt'), 'first');
  await drop(one, [join(folder, 'shared.txt')]);
  for (const page of [one, other]) await fileIn(page, 'shared.txt').waitFor();
  await put(c, 'shared.txt', 'second, longer');
  for (const page of [one, other]) await page.getByRole('row', { name: 'shared.txt' }).getByText('14 B').waitFor();
  for (const page of [one, other]) await page.getByRole('row', { name: 'shared.txt' }).getByText('3/3').waitFor();

  await fileIn(other, 'shared.txt').click();
  await other.getByRole('region', { name: 'shared.txt' }).getByRole('button', { name: 'Delete' }).click();
  await other.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  for (const page of [one, other]) await fileIn(page, 'shared.txt').waitFor({ state: 'detached' });
  t.is((await get(c, 'shared.txt')).status, 404);
  for (const page of [one, other]) await page.locator('.journal').getByText(`shared.txt deleted at ${b.address}`).waitFor();
});

inBrowser('what reading the copies of a file has found stands over what its receipt said', async (t) => {
  const page = await aPage(t, await aStandIn(t, 5, 3));
  const { name } = fileOf(0);
  await page.getByRole('row', { name }).getByText('3/3').waitFor();
  await fileIn(page, name).click();
  const details = page.getByRole('region', { name });
  await details.getByText('Not yet as safe as wanted: 2 of 3 copies read just now').waitFor();
  t.deepEqual((await details.locator('.copies-table td:last-child').allInnerTexts()).sort(), ['equal to its digest', 'equal to its digest', 'none found']);
  t.is(await page.locator('.ring-picture .node.holds').count(), 2);
  t.is(await page.locator('.spokes path').count(), 2);
});

/** sha-256, in hex, of what a node serves. */
async function digestAt(t: ExecutionContext, node: TestNode, name: string): Promise<string> {
  const answer = await fetch(`${node.url}/files/${name}`);
  t.is(answer.status, 200);
  const hash = createHash('sha256');
  for await (const chunk of answer.body!) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}
