import { setTimeout as wait } from 'node:timers/promises';
import { valueLine } from '../lines.mjs';
import { startRing } from '../peers/ring.mjs';
import { cpuUs, residentBytes } from '../processes.mjs';
import { median } from '../statistics.mjs';
import { bytesText } from '../text.mjs';

/** After a start the ring forms, and what it took is cleaned up. */
const SETTLES_MS = 10_000;
const OBSERVED_MS = 20_000;

export async function take({ world }) {
  const { pids } = await startRing(world, 3);
  await wait(SETTLES_MS);
  const before = cpuUs(pids);
  await wait(OBSERVED_MS);
  const share = (cpuUs(pids) - before) / (OBSERVED_MS * 1000) / pids.length;
  const memory = residentBytes(pids);
  return [
    valueLine({ measure: 'idle node in a ring of three: CPU, of a core', value: share, first: 0.005, goal: 0.001, text: (part) => `${(part * 100).toFixed(2)} %` }),
    valueLine({ measure: 'idle node in a ring of three: memory (RSS)', value: median(memory), first: 65e6, goal: 50e6, text: bytesText, data: { memory } }),
  ];
}
