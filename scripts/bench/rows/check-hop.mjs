import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { exampleOf, openEnd } from '../hop/end.mjs';
import { valueLine } from '../lines.mjs';
import { quantile } from '../statistics.mjs';
import { timeText } from '../text.mjs';

const answerer = fileURLToPath(new URL('../hop/answerer.mjs', import.meta.url));
const WARM_UP = 5000;
const COUNTED = 20_000;

/** CHECK there and its acknowledgement back, one after the other, over the nodes' own links: two processes, JSON, both ends check what comes. */
export async function take({ world }) {
  let onAnswer;
  const end = await openEnd(() => onAnswer());
  world.atEnd(end.close);
  const child = fork(answerer);
  world.atEnd(() => child.disconnect());
  const [address] = await once(child, 'message');
  child.send(end.address);
  const check = exampleOf('check', end.nodeId, ['vote']);
  const tookUs = [];
  for (let i = 0; i < WARM_UP + COUNTED; i++) {
    const began = performance.now();
    await new Promise((resolve) => {
      onAnswer = resolve;
      end.links.send(address, { ...check, id: `check-${i}` });
    });
    if (i >= WARM_UP) tookUs.push((performance.now() - began) * 1000);
  }
  const p99 = quantile(tookUs, 0.99);
  const measure = 'CHECK over one hop, there and back, p50';
  return [valueLine({ measure, value: quantile(tookUs, 0.5), first: 60, goal: 25, text: timeText, note: `p99 ${timeText(p99)}`, data: { p99 } })];
}
