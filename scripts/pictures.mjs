// npm run pictures: takes the pictures of the live page into img/, from a ring of five that runs for it. Takes chromium, or another that CORING_CHROMIUM names.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { animated } from './pictures/animated.mjs';
import { startNode, webclient, whole } from './local-nodes.mjs';

const into = fileURLToPath(new URL('../img/', import.meta.url));
const samples = fileURLToPath(new URL('../test_files/', import.meta.url));
const DESK = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
const MOVING = { width: 1180, height: 720 };
/** Most that the animation may weigh, in bytes. */
const BYTES_MAX = 1_500_000;

const folder = await mkdtemp(join(tmpdir(), 'coring-pictures-'));
const nodes = [];
let browser;
try {
  for (let i = 0; i < 5; i++) {
    const node = startNode({ data: join(folder, String(i)), listen: '127.0.0.1:0', ...(i === 0 ? {} : { join: nodes[i - 1].address }) });
    nodes.push(node);
    await node.listening;
  }
  await whole(nodes[0], 5);
  await putFiles();
  await settled();
  browser = await chromium.launch({ executablePath: process.env.CORING_CHROMIUM ?? '/usr/bin/chromium' });
  await takeAll();
} finally {
  await browser?.close();
  await Promise.all(nodes.map((node) => node.kill('SIGKILL')));
  await rm(folder, { recursive: true, force: true });
}

async function putFiles() {
  for (const name of ['index.html', 'README.md']) await webclient(['-put', join(samples, name), '--as', `site/${name}`], nodes[0]);
  const sizes = { 'photos/harbour.jpg': 2_400_000, 'photos/mountains.jpg': 3_100_000, 'photos/street.jpg': 1_700_000, 'reports/2026-q1.pdf': 420_000, 'reports/2026-q2.pdf': 390_000, 'reports/2026-q3.pdf': 515_000, 'backup/notes.tar.gz': 8_800_000, 'music/evening.flac': 12_500_000, 'todo.txt': 640 };
  for (const [i, [name, size]] of Object.entries(sizes).entries()) await webclient(['-put', await aFile(`put-${i}`, size), '--as', name], nodes[i % 5]);
}

/** Waits until who is no owner has let go of what it kept on the way. */
async function settled() {
  for (let tries = 0; tries < 60; tries++) {
    const { nodes: all, copies } = JSON.parse(await webclient(['status', '--json'], nodes[0]));
    if (all.reduce((sum, { files }) => sum + files, 0) === copies?.files * copies?.wanted) return;
    await wait(1000);
  }
  throw new Error('there are more copies than there should be, still');
}

async function aFile(name, size) {
  const path = join(folder, name);
  await writeFile(path, randomBytes(size));
  return path;
}

async function takeAll() {
  const [light, dark, phone, moving] = [await open(DESK, 'light'), await open(DESK, 'dark'), await open(PHONE, 'light'), await open(MOVING, 'light')];
  for (const page of [light, dark]) await page.getByTitle('photos/harbour.jpg').click();
  for (const page of [light, dark]) await page.getByText('equal to its digest').nth(2).waitFor();
  await light.screenshot({ path: join(into, 'page-light.png') });
  await dark.screenshot({ path: join(into, 'page-dark.png') });
  await phone.screenshot({ path: join(into, 'page-phone.png') });

  const [, , lost] = nodes;
  const markOf = (page, state) => page.locator('.ring-picture').getByRole('button', { name: new RegExp(`^${lost.address}, ${state}`) });
  await light.getByRole('button', { name: 'Close' }).click();
  await light.mouse.move(0, 0);
  const film = animated(moving);
  await nextLap(moving);
  film.begin();
  await wait(3000);
  await drop(moving, await aFile('dropped.mp4', 5_200_000));
  await moving.getByTitle('dropped.mp4').waitFor();
  await wait(1500);
  await lost.kill('SIGKILL');
  await markOf(light, 'suspected').waitFor();
  await light.screenshot({ path: join(into, 'page-suspicion.png') });
  await markOf(moving, 'down').waitFor();
  await moving.getByText(/have 2 copies/).waitFor();
  await wait(3000);
  const bytes = await film.end();
  if (bytes.length > BYTES_MAX) throw new Error(`the animation weighs ${bytes.length} bytes, more than ${BYTES_MAX}`);
  await writeFile(join(into, 'page.gif'), bytes);
  await light.getByRole('heading', { level: 1 }).getByText('is down').waitFor();
  await light.screenshot({ path: join(into, 'page-death.png') });
  process.stdout.write(`img/page-light.png, page-dark.png, page-phone.png, page-suspicion.png, page-death.png, page.gif (${(bytes.length / 1000).toFixed(0)} kB)\n`);
}

async function open(viewport, colorScheme) {
  const page = await browser.newPage({ viewport, colorScheme });
  await page.goto(`http://${nodes[0].address}/`);
  await page.getByText('5 nodes, whole: every file has 3 copies').waitFor();
  await page.locator('.row .copies').getByText('3/3').nth(5).waitFor();
  return page;
}

/** The moment at which a CHECK sets out. */
async function nextLap(page) {
  await page.locator('.moving .check').first().waitFor({ state: 'attached' });
}

/** Drops a file of the disk on the page, as a hand would. */
async function drop(page, path) {
  const session = await page.context().newCDPSession(page);
  for (const type of ['dragEnter', 'dragOver', 'drop']) {
    await session.send('Input.dispatchDragEvent', { type, x: 600, y: 300, data: { items: [], files: [path], dragOperationsMask: 1 } });
    // To be seen before it is let go.
    await wait(500);
  }
  await session.detach();
}
