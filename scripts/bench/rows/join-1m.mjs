import { setTimeout as wait } from 'node:timers/promises';
import { reportLine } from '../lines.mjs';
import { startRingNode } from '../peers/ring.mjs';
import { peakBytes } from '../processes.mjs';
import { ownFigures } from '../ring-answers.mjs';
import { filledFolder } from '../store/start-filled.mjs';
import { bytesText } from '../text.mjs';

const FILES = 1_000_000;
export const withinMs = 40 * 60_000;

/** A second node joins one that keeps a million files, and takes a copy of each: the most memory that each of them has meanwhile. */
export async function take({ world, load }) {
  const giver = await startRingNode(world, { data: await filledFolder(world, load, FILES) });
  const atRest = peakBytes([giver.pid]);
  const taker = await startRingNode(world, { data: `${world.folder}/taker`, join: giver.address });
  const began = performance.now();
  // It answers when it is in the ring.
  while (!((await ownFigures(taker).catch(() => undefined))?.files > FILES)) await wait(1_000);
  const seconds = Math.round((performance.now() - began) / 1_000);
  const [given, taken] = [peakBytes([giver.pid]), peakBytes([taker.pid])];
  const note = `in ${seconds} s; before, the giver had ${bytesText(atRest)}`;
  return [reportLine({ measure: 'memory (peak RSS) of giver and taker while 1 000 000 files of 1 KB move', text: `${bytesText(given)}, ${bytesText(taken)}`, note, data: { given, taken, atRest, seconds } })];
}
