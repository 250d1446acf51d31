import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startRingNode, targetOf } from '../peers/ring.mjs';
import { residentBytes } from '../processes.mjs';
import { ownFigures } from '../ring-answers.mjs';
import { putFiles } from '../sides.mjs';
import { median } from '../statistics.mjs';
import { run } from '../world.mjs';

const program = fileURLToPath(new URL('fill.mjs', import.meta.url));
/** Until what a start leaves behind is collected, as far as it ever is. */
const SETTLES_MS = 3000;

/** A data directory of a ring of one with so many files of 1 KB, written without its node: that would take a PUT for each. */
export async function filledFolder(world, load, count) {
  const data = join(world.folder, `filled-${count}`);
  const node = await startRingNode(world, { data });
  await putFiles(load, { targets: [targetOf(node)], path: '/files/' }, { count: 1, prefix: 'template', bytes: 1024 });
  await node.kill('SIGTERM');
  await run(process.execPath, [program, data, String(count)]);
  return data;
}

/** Starts a node there so often, each time after a stop by `signal`. @returns for each how long it took until it listened, and what it has in memory */
export async function startOften(world, data, { times, files, signal = 'SIGTERM' }) {
  const starts = [];
  for (let i = 0; i < times; i++) {
    const began = performance.now();
    const node = await startRingNode(world, { data });
    const tookMs = performance.now() - began;
    await wait(SETTLES_MS);
    await demandFiles(node, files);
    const [memory] = residentBytes([node.pid]);
    await node.kill(signal);
    starts.push({ tookMs, memory });
  }
  return starts;
}

/** How long Node itself takes to start and end with nothing to do: the machine's share. In milliseconds, the middle of several. */
export async function nodeAloneMs() {
  const tookMs = [];
  for (let i = 0; i < 5; i++) {
    const began = performance.now();
    await run(process.execPath, ['-e', '0']);
    tookMs.push(performance.now() - began);
  }
  return median(tookMs);
}

async function demandFiles(node, files) {
  const { files: found } = await ownFigures(node);
  if (found !== files) throw new Error(`the node has ${found} files instead of ${files}`);
}
