import type { EventAt } from '@coring/protocol';
import { until } from '../a-ring.js';
import { inBrowser, isFull } from './a-browser.js';
import { aPage, fileIn, headline } from './a-page.js';
import { aStandIn, fileOf, type StandIn } from './a-stand-in.js';

const NODES = 50;
const FILES = 1000;
/** How long frames are measured, in milliseconds. */
const MEASURED_MS = isFull ? 15_000 : 4000;
/** A frame that took as long as six at 60 a second: somebody could notice. */
const LONG_MS = 100;

interface Measured {
  readonly frames: readonly number[];
  readonly longTasks: readonly number[];
  readonly elements: number;
}

inBrowser(`a page of ${NODES} nodes and ${FILES} files stays smooth while everything happens at once, and draws no more than can be seen`, async (t) => {
  const standIn = await aStandIn(t, NODES, FILES);
  const page = await aPage(t, standIn);
  await headline(page).getByText(`${NODES} nodes, whole: every file has 3 copies`).waitFor();
  t.is(await page.locator('.ring-picture .node').count(), NODES);
  await fileIn(page, fileOf(0).name).waitFor();
  await page.locator('.row .copies').getByText('3/3').first().waitFor();

  const still = await page.evaluate(measure, 1000);
  const busy = setInterval(() => secondOf(standIn), 1000);
  t.teardown(() => clearInterval(busy));
  const measuring = page.evaluate(measure, MEASURED_MS);
  const rows = page.locator('.file-table .rows');
  for (let top = 0; top < 20_000; top += 2000) await rows.evaluate((box, to) => box.scrollTo({ top: to, behavior: 'smooth' }), top);
  await page.locator('.moving .check').first().waitFor({ state: 'attached' });
  const { frames, longTasks, elements } = await measuring;
  clearInterval(busy);

  const sorted = [...frames].sort((a, b) => a - b);
  const part = (share: number): string => `${sorted[Math.floor((sorted.length - 1) * share)]!.toFixed(1)} ms`;
  t.log(`${frames.length} frames in ${MEASURED_MS / 1000} s (${still.frames.length} in a second of rest): half within ${part(0.5)}, 95 % within ${part(0.95)}, the longest ${part(1)}`);
  t.log(`${longTasks.length} tasks longer than 50 ms, ${Math.round(longTasks.reduce((sum, one) => sum + one, 0))} ms in all; ${elements} elements`);
  t.true(elements < 4000, `${elements} elements`);
  t.true(frames.length > MEASURED_MS / LONG_MS, 'more than ten frames a second, on whatever machine');
  t.true(longTasks.reduce((sum, one) => sum + one, 0) < MEASURED_MS / 2, 'the page is busy less than half of the time');

  // It kept up: what was told last is shown.
  standIn.tell({ type: 'put', at: standIn.ring.self, timeMs: Date.now(), name: 'a last one', version: '9-0', size: 1, grade: 'strong', nodes: [] });
  await rows.evaluate((box) => box.scrollTo({ top: 0 }));
  await fileIn(page, 'a last one').waitFor();
  t.true((await page.locator('.journal li').count()) <= 200);
});

inBrowser('the end of a long list is reached, by scrolling and by its name', async (t) => {
  const standIn = await aStandIn(t, 5, FILES);
  const page = await aPage(t, standIn);
  const rows = page.locator('.file-table .rows');
  await fileIn(page, fileOf(0).name).waitFor();
  const last = fileIn(page, fileOf(FILES - 1).name);
  // Each page of names comes as its place comes into view.
  await until(async () => {
    await rows.evaluate((box) => box.scrollTo({ top: box.scrollHeight }));
    return last.isVisible();
  }, 'the last name');
  t.true((await page.locator('.file-table .row').count()) < 80, 'only what can be seen is drawn');
  await page.getByRole('searchbox').fill('folder 00/');
  await fileIn(page, fileOf(0).name).waitFor();
});

/** A second in the life of a busy ring: a lap, a load of each node, as many files as are told, some copies. */
function secondOf({ ring, tell }: StandIn): void {
  const timeMs = Date.now();
  const ids = ring.nodes.map(({ nodeId }) => nodeId);
  const lap = timeMs.toString(16);
  const events: EventAt[] = ids.flatMap((at, i): EventAt[] => {
    const to = ids[(i + 1) % ids.length]!;
    const check = { lap, origin: ids[0]!, hop: i, arc: 0, arcs: 1 };
    const from = ids.at(i - 1)!;
    const name = fileOf((timeMs + i) % FILES).name;
    return [
      { type: 'check', at, timeMs, check, from, ...(i === 0 ? {} : { to }) },
      { type: 'load', at, timeMs, requests: 90, puts: 20, gets: 60, deletes: 0, bytesIn: 1_000_000, bytesOut: 3_000_000, lagMs: 1, memoryBytes: 90_000_000, files: 60, bytes: 1_000_000, freeBytes: 1e11, leftOut: 0, version: '0.1.0', uptimeMs: timeMs % 1e6 },
      { type: 'put', at, timeMs, name, version: `${timeMs}-${i}`, size: 1234 + i, grade: 'strong', nodes: [at, to, from] },
      { type: 'copied', at, timeMs, name, version: `${timeMs}-${i}`, from },
    ];
  });
  for (const event of events) tell(event);
}

/** In the page: how long each frame took in that time, and what kept it from drawing. */
function measure(forMs: number): Promise<Measured> {
  return new Promise((resolve) => {
    const [frames, longTasks]: [number[], number[]] = [[], []];
    const observer = new PerformanceObserver((list) => longTasks.push(...list.getEntries().map(({ duration }) => duration)));
    observer.observe({ type: 'longtask' });
    const startMs = performance.now();
    let lastMs = startMs;
    const next = (nowMs: number): void => {
      frames.push(nowMs - lastMs);
      lastMs = nowMs;
      if (nowMs - startMs < forMs) return void requestAnimationFrame(next);
      observer.disconnect();
      resolve({ frames, longTasks, elements: document.getElementsByTagName('*').length });
    };
    requestAnimationFrame(next);
  });
}
