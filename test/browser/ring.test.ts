import { aNode, aRing, type TestNode } from '../a-ring.js';
import { inBrowser } from './a-browser.js';
import { aPage, headline, nodeIn } from './a-page.js';

inBrowser('the page shows the ring: its nodes in order, how it is, CHECK on its way', async (t) => {
  const nodes = (await aRing(t, 3)) as [TestNode, TestNode, TestNode];
  const page = await aPage(t, nodes[0]);
  await headline(page).getByText('3 nodes, whole: no files yet').waitFor();
  for (const node of nodes) await nodeIn(page, node, 'up').waitFor();
  const order = (await nodes[0].ring()).nodes.map(({ address }) => address);
  const shown = await page.locator('.ring-picture .node').evaluateAll((marks) => marks.map((mark) => mark.getAttribute('aria-label')!.split(',')[0]));
  t.deepEqual(shown, order);
  t.is(await page.locator('.arrows .head').count(), 3);
  await page.locator('.moving .check').first().waitFor({ state: 'attached' });

  await nodeIn(page, nodes[1]).click();
  const details = page.getByRole('region', { name: nodes[1].address });
  for (const fact of ['State', 'Files', 'Free disk', 'Lag', 'Incarnation', 'Version', 'Up for']) await details.getByText(fact, { exact: true }).waitFor();
  t.is(await details.getByRole('link', { name: 'Its own page' }).getAttribute('href'), `${nodes[1].url}/`);
});

inBrowser('a node that joins appears, and is told in the journal', async (t) => {
  const [a, b] = (await aRing(t, 2)) as [TestNode, TestNode];
  const page = await aPage(t, a);
  await headline(page).getByText('2 nodes, whole').waitFor();
  const c = await aNode(t, { join: b });
  await nodeIn(page, c, 'up').waitFor();
  await headline(page).getByText('3 nodes, whole').waitFor();
  await page.locator('.journal').getByText(`${c.address} is in the ring`).waitFor();
  t.is(await page.locator('.arrows .head').count(), 3);
});

inBrowser('kill -9 is seen as suspicion, then as death; back again it is up', async (t) => {
  const [a, b, c] = (await aRing(t, 3)) as [TestNode, TestNode, TestNode];
  const page = await aPage(t, a);
  await headline(page).getByText('3 nodes, whole').waitFor();
  const suspected = nodeIn(page, c, 'suspected').waitFor();
  const killedMs = performance.now();
  await c.kill();
  await suspected;
  const suspectedMs = performance.now();
  await nodeIn(page, c, 'down').waitFor();
  t.log(`suspected after ${Math.round(suspectedMs - killedMs)} ms, down after ${Math.round(performance.now() - killedMs)} ms`);
  t.regex((await headline(page).textContent())!, /^degraded: 1 of 3 nodes is down/);
  t.is(await page.locator('.mark.down .sign').count(), 1, 'it is crossed out, not only of another colour');
  const journal = page.locator('.journal');
  await journal.getByText(`${c.address} is down`).waitFor();
  t.is(await journal.getByText(`${c.address} is down`).count(), 1, 'told once, however many nodes say so');

  await c.again(t, { join: b });
  await nodeIn(page, c, 'up').waitFor();
  await headline(page).getByText('3 nodes, whole').waitFor();
});
