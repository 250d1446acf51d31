import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { aFolder, aNode, aRing, type TestNode, until } from '../a-ring.js';
import { get, put } from '../files.js';
import { inBrowser, theBrowser } from './a-browser.js';
import { aPage, drop, fileIn } from './a-page.js';

const names = [
  '<img src=x onerror=alert(1)>',
  '"><script>alert(1)</script>',
  "'onmouseover='alert(1)' x='",
  'javascript:alert(1)',
  '&lt;b&gt;{{7*7}}${7*7}',
  '\u202Etxt.exe',
  'x'.repeat(1000),
];

inBrowser('names of files are text, whatever they say: in the list, the details, the journal, dialogs and uploads', async (t) => {
  const [a] = (await aRing(t, 2)) as [TestNode, TestNode];
  for (const name of names) t.is((await put(a, name, name)).status, 201);
  const page = await aPage(t, a);
  for (const name of names) {
    await fileIn(page, name).click();
    const details = page.getByRole('region', { name, exact: true });
    await details.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByText(name, { exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await details.hover();
  }
  const path = join(await aFolder(t), '<img src=x onerror=alert(2)>');
  await writeFile(path, 'dropped');
  await drop(page, [path]);
  await page.locator('.uploads li.done').waitFor();
  await page.locator('.journal').getByText('<img src=x onerror=alert(2)> put at').waitFor();
  t.is(await page.locator('body img, body script, body b, [onmouseover], [onerror], [href^="javascript:"]').count(), 0);
  t.true(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), 'no name makes the page wider than its window');
});

/** What tries to write a file with the powers of the node's own page. */
const script = "fetch('/files/planted', { method: 'PUT', body: 'x' }).finally(() => (document.title = 'it ran'))";
const active = [
  { name: 'attack.html', type: 'text/html', body: `<!doctype html><title>attack</title><script>${script}</script>` },
  { name: 'attack.svg', type: 'image/svg+xml', body: `<svg xmlns="http://www.w3.org/2000/svg"><title>attack</title><script>${script}</script></svg>` },
  { name: 'attack.xhtml', type: 'application/xhtml+xml', body: `<html xmlns="http://www.w3.org/1999/xhtml"><head><title>attack</title><script>${script}</script></head></html>` },
  { name: 'attack.txt', type: 'text/plain', body: `<!doctype html><title>attack</title><script>${script}</script>` },
  { name: 'attack', type: '', body: `<!doctype html><title>attack</title><script>${script}</script>` },
];

inBrowser('a stored file cannot run script as the page: it is saved, or shown without powers; each of the two alone keeps it off', async (t) => {
  const node = await aNode(t);
  for (const { name, type, body } of active) t.is((await put(node, name, body, { 'content-type': type })).status, 201);
  for (const { name, type } of active) {
    t.false(await runs(t, node, name, []), `${name} as it is served`);
    t.false(await runs(t, node, name, ['content-disposition']), `${name} in a window, sandboxed`);
    t.false(await runs(t, node, name, ['content-security-policy']), `${name} not sandboxed, but saved, or of a type without script`);
    // The guards are what keeps it off, not the test.
    if (/html|svg/.test(type)) t.true(await runs(t, node, name, ['content-disposition', 'content-security-policy']), `${name} without guards`);
  }
});

/** Whether the script in a file wrote another one, when a browser goes to it and these fields of the answer are taken away. */
async function runs(t: ExecutionContext, node: TestNode, name: string, without: readonly string[]): Promise<boolean> {
  await fetch(`${node.url}/files/planted`, { method: 'DELETE' });
  const context = await (await theBrowser()).newContext();
  try {
    const page = await context.newPage();
    await page.route(`**/files/${name}`, async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, headers: Object.fromEntries(Object.entries(answer.headers()).filter(([field]) => !without.includes(field))) });
    });
    const saved = page.waitForEvent('download', { timeout: 10_000 }).then(
      () => true,
      () => false,
    );
    // To be saved is an error to who goes there.
    const isShown = await page.goto(`${node.url}/files/${name}`).then(
      () => true,
      () => false,
    );
    if (!isShown) t.true(await saved, `${name} is saved`);
    else await Promise.race([page.waitForFunction(() => document.title === 'it ran', undefined, { timeout: 1000 }), page.waitForLoadState('networkidle')]).catch(() => undefined);
    return (await get(node, 'planted')).status === 200;
  } finally {
    await context.close();
  }
}

inBrowser('a page of anywhere else can neither frame a node, nor change or read what it keeps', async (t) => {
  const node = await aNode(t);
  t.is((await put(node, 'kept', 'kept')).status, 201);
  const server = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end(`<!doctype html><iframe src="${node.url}/"></iframe>`));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const context = await (await theBrowser()).newContext();
  t.teardown(async () => {
    await context.close();
    server.close();
  });
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await until(() => page.frames().some((frame) => frame.url() === 'chrome-error://chromewebdata/'), 'the frame to be refused');
  const read = await page.evaluate(async (url) => {
    const attempts: readonly [string, RequestInit][] = [
      [`${url}/files/kept`, {}],
      [`${url}/ring`, {}],
      [`${url}/files/kept`, { method: 'DELETE' }],
      [`${url}/files/planted`, { method: 'PUT', body: 'x' }],
      [`${url}/ring/scrub`, { method: 'POST', mode: 'no-cors' }],
      [`${url}/files/kept`, { mode: 'no-cors' }],
    ];
    return Promise.all(attempts.map(([to, init]) => fetch(to, init).then(async (answer) => answer.text(), () => '')));
  }, node.url);
  t.deepEqual(new Set(read), new Set(['']));
  t.is((await get(node, 'kept')).status, 200);
  t.is((await get(node, 'planted')).status, 404);
  t.deepEqual(((await (await fetch(`${node.url}/ring/scrub`)).json()) as { started?: string }).started, undefined);
});
